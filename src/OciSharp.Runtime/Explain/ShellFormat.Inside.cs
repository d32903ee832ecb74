using static OciSharp.Runtime.Explain.ShellText;

namespace OciSharp.Runtime.Explain;

internal sealed partial class ShellFormat
{
    /// <summary>A step of the helper or of init, in the order of the plan. What enters the root is kept for the end, since the tools are the host's.</summary>
    private void Inside(ExplainedStep step)
    {
        switch (step.Kind)
        {
            case "go" or "await-record" or "await-start" or "ask" or "settle" or "any-processor" or "become-root" or "open-root" or "open-null"
                or "keep-mount" or "check-directory" or "seccomp-gate":
                break; // of the runtime itself, or part of what the script does elsewhere
            case "join-cgroups":
                if (_delegated is not null && step.Operands.Count > 0)
                    Say(_inside, step).Line($"echo 0 >{Quote(_delegated + "/cgroup.procs")}");
                break;
            case "write-self":
                Say(_inside, step).Line($"printf %s {Quote(Text(step, "value"))} >/proc/self/oom_score_adj");
                break;
            case "hostname":
                Say(_inside, step).Line($"hostname -- {Quote(Text(step, "name"))}");
                break;
            case "domainname":
                Say(_inside, step).Line($"domainname -- {Quote(Text(step, "name"))}");
                break;
            case "sysctl":
                Say(_inside, step).Line($"printf %s {Quote(Text(step, "value"))} >{Quote(Text(step, "path"))}");
                break;
            case "raise-loopback":
                Say(_inside, step).Line("ip link set dev lo up");
                break;
            case "session-keyring":
                Say(_inside, step).Comment("Left out: keyctl session, of the package keyutils, does it.");
                break;
            case "run-hook":
                Say(_inside, step).Comment("Left out: a hook is a program that reads the container's state, JSON, from its stdin.");
                break;
            case "new-session":
                Say(_inside, step).Comment("Done by setsid above." + (_plan.Config.Process is { Terminal: true } ? " The terminal is left to the caller's." : ""));
                break;
            case "open-console":
                Say(_inside, step).Comment("Left out: who makes a terminal has to serve it (script(1) does). The program keeps the caller's.");
                break;
            case "resource-limit":
                string values = $"{KernelNames.LimitValue(Number(step, "soft"))}:{KernelNames.LimitValue(Number(step, "hard"))}";
                Say(_inside, step).Line($"prlimit --pid $$ --{LimitOption(Text(step, "type"))}={values}");
                break;
            case "scheduler":
                Scheduler(step);
                break;
            case "io-priority":
                Say(_inside, step).Line($"ionice -c {IoClass(Text(step, "class"))}{(Text(step, "class") == "IOPRIO_CLASS_IDLE" ? "" : $" -n {Number(step, "priority")}")} -p $$");
                break;
            case "memory-policy":
                Say(_inside, step).Comment("Left out: numactl, which is a package of its own, does it.");
                break;
            case "affinity":
                Say(_inside, step).Line($"taskset -pc {Quote(Text(step, "processors"))} $$ >/dev/null");
                break;
            case "personality":
                Say(_inside, step).Comment("Left out: setarch linux32, before the program, does it.");
                break;
            case "umask":
                Say(_inside, step).Comment("At the end, when all is made.");
                _last.Line($"umask {Text(step, "umask")}");
                break;
            case "change-directory":
                Say(_inside, step).Comment("By env -C, below.");
                _cwd = Text(step, "path");
                break;
            case "home":
                Say(_inside, step).Line($"home=$(awk -F: -v uid={Number(step, "uid")} '$3 == uid {{ print $6; exit }}' \"$root/etc/passwd\" 2>/dev/null || true)");
                _findsHome = true;
                break;
            case "no-new-privileges" or "bound-capabilities" or "user" or "capabilities" or "label":
                Credentials(step);
                break;
            case "seccomp":
                Say(_inside, step).Comment("Left out: a filter of system calls is a program for the kernel, which no tool of util-linux 2.38 loads.");
                break;
            case "find-executable" or "unblock-signals" or "descriptors":
                Say(_inside, step).Comment("env and exec do, as far as a shell can.");
                break;
            case "execute":
                Execute(step);
                break;
            default:
                Mounts(step);
                break;
        }
    }

    private void Scheduler(ExplainedStep step)
    {
        Say(_inside, step);
        string policy = Text(step, "policy");
        if (policy == "SCHED_DEADLINE")
            _inside.Line($"chrt --deadline --sched-runtime {Number(step, "runtime")} --sched-deadline {Number(step, "deadline")} --sched-period {Number(step, "period")} --pid 0 $$");
        else
            _inside.Line($"chrt --{policy["SCHED_".Length..].ToLowerInvariant()} --pid {Number(step, "priority")} $$");
        if (Text(step, "nice") != "0")
            _inside.Line($"renice -n {Text(step, "nice")} -p $$ >/dev/null");
        if (List(step, "flags").Count > 0)
            _inside.Comment($"Left out: {string.Join(", ", List(step, "flags"))}.");
    }

    private static string IoClass(string name) => name switch
    {
        "IOPRIO_CLASS_RT" => "realtime",
        "IOPRIO_CLASS_IDLE" => "idle",
        _ => "best-effort",
    };

    private void Credentials(ExplainedStep step)
    {
        Say(_inside, step).Comment("By setpriv, which executes the program.");
        switch (step.Kind)
        {
            case "no-new-privileges":
                _credentials.Add("--no-new-privs");
                break;
            case "bound-capabilities":
                _credentials.Add($"--bounding-set={Set(List(step, "kept"))}");
                break;
            case "user":
                _credentials.Add($"--reuid={Number(step, "uid")} --regid={Number(step, "gid")}");
                _credentials.Add(Text(step, "keepsGroups") == "yes" ? "--keep-groups"
                    : List(step, "additionalGids").Count == 0 ? "--clear-groups"
                    : $"--groups={string.Join(',', List(step, "additionalGids"))}");
                break;
            case "capabilities":
                _credentials.Add($"--inh-caps={Set(List(step, "inheritable"))}");
                if (List(step, "ambient").Count > 0)
                    _credentials.Add($"--ambient-caps={Set(List(step, "ambient"))}");
                _inside.Comment("Permitted and effective capabilities are what execve makes of these: for root those of the bounding set, for others the ambient ones.");
                break;
            case "label":
                string label = Text(step, "label");
                _credentials.Add(label.StartsWith("exec ", StringComparison.Ordinal) ? $"--apparmor-profile={Quote(label[5..])}" : $"--selinux-label={Quote(label)}");
                break;
        }
    }

    /// <summary>A set as setpriv(1) takes it; capabilities by number where its library may not know the name.</summary>
    private static string Set(IReadOnlyList<string> names)
    {
        string set = "-all";
        foreach (string name in names)
        {
            int number = Spec.CapabilityNames.Number(name);
            set += number >= 38 ? $",+cap_{number}" : $",+{name["CAP_".Length..].ToLowerInvariant()}";
        }

        return set;
    }

    private void Execute(ExplainedStep step)
    {
        Say(_last, step);
        IReadOnlyList<string> arguments = List(step, "args");
        if (arguments[0].Contains('=') || arguments[0].StartsWith('-'))
        {
            _last.Comment("Left out: env takes a program of that name for something else.").Line("exit 1");
            return;
        }

        string variables = string.Join(' ', List(step, "env").Where(variable => variable.IndexOf('=') > 0).Select(Quote));
        string program = string.Join(' ', arguments.Select(Quote));
        string home = _findsHome ? " HOME=\"${home:-/}\"" : "";
        if (_pivots)
            _last.Line($"exec $run \"$setpriv\" {string.Join(' ', _credentials)} $run \"$env\" -i -C {Quote(_cwd)} -- {variables}{home} {program} 3<&-");
        else
            Chroot(variables, home, program);
    }

    /// <summary>After chroot(1) there are the tools of the image only: what is asked of them is the least.</summary>
    private void Chroot(string variables, string home, string program)
    {
        _last.Comment("Left out: capabilities, which chroot itself needs and does not drop" + (_cwd == "/" ? "." : $", and the working directory {_cwd}."));
        ExplainedStep user = _plan.Steps.First(step => step.Kind == "user");
        string groups = Text(user, "keepsGroups") == "yes" ? "" : $" --groups={string.Join(',', List(user, "additionalGids"))}";
        string first = _credentials.Contains("--no-new-privs") ? "setpriv --no-new-privs " : "";
        _last.Line($"exec {first}chroot --userspec={Number(user, "uid")}:{Number(user, "gid")}{groups} \"$root\" env -i -- {variables}{home} {program} 3<&-");
    }
}
