using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Runtime.Explain;

// Child/Process.cs, Child/Credentials.cs, Child/Seccomp.cs and Child/Program.cs.
internal sealed unsafe partial class PlanReader
{
    private Told NewSession() => _plan.Config.Process is { Terminal: true }
        ? new Told("with the terminal as its controlling one, and as stdio", [], ["setsid()", "ioctl(slave, TIOCSCTTY)", "dup3(slave, 0), (slave, 1), (slave, 2)"])
        : new Told("without a controlling terminal", [], ["setsid()"]);

    private Told ChangeDirectory(in Op op) => new(Text(op.S), [("path", Text(op.S))], [$"chdir({C(Text(op.S))})"]);

    private static Told CheckDirectory() => new("", [], ["getcwd()"]);

    private static Told RaiseHardLimit(in Op op) => new(
        $"{KernelNames.Limit(op.X)} to {KernelNames.LimitValue(op.Y)}, if it is lower",
        [("type", KernelNames.Limit(op.X)), ("hard", op.Y)],
        [$"prlimit64(0, {KernelNames.Limit(op.X)}), to read it", $"prlimit64(0, {KernelNames.Limit(op.X)}, hard {KernelNames.LimitValue(op.Y)})"]);

    private Told ResourceLimit(in Op op)
    {
        ReadOnlySpan<ulong> values = Words(op.Data, 2);
        string type = KernelNames.Limit(op.X);
        string soft = KernelNames.LimitValue(values[0]);
        string hard = KernelNames.LimitValue(values[1]);
        return new Told(
            $"{type}, soft {soft}, hard {hard}",
            [("type", type), ("soft", values[0]), ("hard", values[1])],
            [$"prlimit64(0, {type}, {{{soft}, {hard}}})"]);
    }

    private Told Scheduler(in Op op)
    {
        var attributes = (sched_attr*)(_arena + op.Data);
        string policy = KernelNames.Policy(attributes->sched_policy);
        string[] flags = KernelNames.PolicyFlags(attributes->sched_flags);
        string detail = policy
            + (attributes->sched_nice == 0 ? "" : $", nice {attributes->sched_nice}")
            + (attributes->sched_priority == 0 ? "" : $", priority {attributes->sched_priority}")
            + (attributes->sched_period == 0 && attributes->sched_deadline == 0
                ? "" : $", {attributes->sched_runtime} ns before {attributes->sched_deadline} ns of each {attributes->sched_period} ns")
            + (flags.Length == 0 ? "" : $", {List(flags)}");
        return new Told(
            detail,
            [
                ("policy", policy), ("flags", flags), ("nice", $"{attributes->sched_nice}"), ("priority", attributes->sched_priority),
                ("runtime", attributes->sched_runtime), ("deadline", attributes->sched_deadline), ("period", attributes->sched_period),
            ],
            [$"sched_setattr(0, {policy})"]);
    }

    private static Told IoPriority(in Op op)
    {
        string level = KernelNames.IoClass(op.X >> 13);
        ulong priority = op.X & 0x1fff;
        return new Told($"{level}, {priority}", [("class", level), ("priority", priority)], [$"ioprio_set(IOPRIO_WHO_PROCESS, 0, {level}|{priority})"]);
    }

    private Told MemoryPolicy(in Op op)
    {
        string mode = _plan.Config.Linux?.MemoryPolicy?.Mode ?? $"{op.X & 0x1fff}";
        string[] flags = [.. _plan.Config.Linux?.MemoryPolicy?.Flags ?? []];
        string nodes = op.Data == 0 ? "" : KernelNames.Mask(Words(op.Data, (int)(op.Y / 64)));
        return new Told(
            mode + (nodes.Length == 0 ? "" : $" on the nodes {nodes}") + (flags.Length == 0 ? "" : $", {List(flags)}"),
            [("mode", mode), ("flags", flags), ("nodes", nodes)],
            [$"set_mempolicy({KernelNames.Or([mode, .. flags])}, {(nodes.Length == 0 ? "NULL" : nodes)}, {op.Y})"]);
    }

    private static Told Personality(in Op op)
    {
        string domain = op.X == 8 ? "PER_LINUX32" : "PER_LINUX";
        return new Told(domain, [("domain", domain)], [$"personality({domain})"]);
    }

    private static Told FileMode(in Op op) => new(KernelNames.Octal(op.X), [("umask", KernelNames.Octal(op.X))], [$"umask({KernelNames.Octal(op.X)})"]);

    private static Told NoNewPrivileges() => new("for this process and all that come from it", [], ["prctl(PR_SET_NO_NEW_PRIVS, 1)"]);

    private Told Label(in Op op)
    {
        string label = Text(op.S);
        string path = $"attr/{Text(op.T)}";
        return new Told(
            label,
            [("label", label), ("file", $"/proc/self/{path}")],
            [$"openat2(procfs, self's {C(path)}, O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_XDEV)", $"write({C(label)})"]);
    }

    private static Told BoundCapabilities(in Op op)
    {
        string[] kept = KernelNames.Capabilities(op.X);
        ulong known = op.Y >= 64 ? ulong.MaxValue : (1UL << (int)op.Y) - 1;
        int dropped = (int)op.Y - kept.Length;
        string[] gone = KernelNames.Capabilities(known & ~op.X);
        return new Told(
            $"{dropped} of {op.Y} are dropped; {(kept.Length == 0 ? "none stays" : $"{List(kept)} {(kept.Length == 1 ? "stays" : "stay")}")}",
            [("kept", kept), ("dropped", gone)],
            dropped == 0 ? ["none: all stay"] : [$"prctl(PR_CAPBSET_DROP, {gone[0]})" + (dropped == 1 ? "" : $", and so on for {dropped - 1} more")]);
    }

    private Told User(in Op op)
    {
        ReadOnlySpan<uint> groups = Numbers(op.Data, op.Count);
        string[] names = new string[groups.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = $"{groups[i]}";
        bool keeps = (op.Flags & 1) != 0;
        string further = keeps ? ", the further groups stay as they are" : names.Length == 0 ? ", no further groups" : $", further groups {List(names)}";
        var calls = new List<string> { "fchownat() of stdin, stdout and stderr, where they are not the user's", "prctl(PR_SET_KEEPCAPS, 1)" };
        if (!keeps)
            calls.Add($"setgroups({names.Length}, [{string.Join(", ", names)}])");
        calls.AddRange([$"setresgid({op.Y}, {op.Y}, {op.Y})", $"setresuid({op.X}, {op.X}, {op.X})", "prctl(PR_SET_KEEPCAPS, 0)"]);
        return new Told(
            $"{op.X}, group {op.Y}{further}",
            [("uid", op.X), ("gid", op.Y), ("additionalGids", names), ("keepsGroups", keeps ? "yes" : "no")],
            [.. calls]);
    }

    private Told Capabilities(in Op op)
    {
        ReadOnlySpan<ulong> sets = Words(op.Data, 4);
        string[] effective = KernelNames.Capabilities(sets[0]);
        string[] permitted = KernelNames.Capabilities(sets[1]);
        string[] inheritable = KernelNames.Capabilities(sets[2]);
        string[] ambient = KernelNames.Capabilities(sets[3]);
        var calls = new List<string> { $"capset(effective 0x{sets[0]:x}, permitted 0x{sets[1]:x}, inheritable 0x{sets[2]:x})", "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)" };
        foreach (string one in ambient)
            calls.Add($"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, {one})");
        string detail = sets[0] == sets[1]
            ? $"effective and permitted {List(effective)}"
            : $"effective {List(effective)}; permitted {List(permitted)}";
        bool lent = NeedsAdminForFilter && (WantedPermitted & SysAdmin) == 0;
        return new Told(
            $"{detail}; inheritable {List(inheritable)}; ambient {List(ambient)}"
                + (lent ? " (CAP_SYS_ADMIN only until the program is executed: loading the filter takes it)" : ""),
            [("effective", effective), ("permitted", permitted), ("inheritable", inheritable), ("ambient", ambient), ("untilExecve", lent ? ["CAP_SYS_ADMIN"] : Array.Empty<string>())],
            [.. calls]);
    }

    private const ulong SysAdmin = 1UL << 21;

    private bool NeedsAdminForFilter => _plan.Config is { Linux.Seccomp: not null, Process.NoNewPrivileges: false };

    private ulong WantedPermitted
    {
        get
        {
            ulong mask = 0;
            foreach (string name in _plan.Config.Process?.Capabilities?.Permitted ?? [])
            {
                if (Spec.CapabilityNames.Number(name) is >= 0 and int number)
                    mask |= 1UL << number;
            }

            return mask;
        }
    }

    private static Told Home(in Op op) => new(
        $"of user {op.X} in the container's /etc/passwd, else /",
        [("uid", op.X)],
        ["openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY|O_NONBLOCK|O_NOCTTY|O_CLOEXEC)", "read()"]);

    private Told FindExecutable(in Op op)
    {
        ReadOnlySpan<uint> offsets = Numbers(op.Data, op.Count);
        string[] candidates = new string[offsets.Length];
        string[] calls = new string[offsets.Length];
        for (int i = 0; i < candidates.Length; i++)
        {
            candidates[i] = Text(offsets[i]);
            calls[i] = $"faccessat2(AT_FDCWD, {C(candidates[i])}, X_OK, AT_EACCESS), statx()";
        }

        string name = Text(op.S);
        return new Told(
            candidates.Length == 0 ? $"{name}, but PATH names no directory to look in"
                : candidates is [string only] && only == name ? name
                : $"{name}, as the first that is there of {List(candidates)}",
            [("name", name), ("candidates", candidates)],
            calls.Length == 0 ? ["none: there is nowhere to look"] : calls);
    }

    private static Told UnblockSignals() => new("all of them", [], ["rt_sigprocmask(SIG_SETMASK, none)"]);

    private static Told Descriptors(in Op op) => new(
        op.X == 0 ? "none but stdio is left to the program" : $"stdio and the {op.X} that follow are left to the program",
        [("preserved", op.X)],
        [$"close_range({3 + op.X}, ~0)"]);

    private static Told SeccompGate(in Op op) => new(
        "a full pipe, at which it waits until the runtime has the listener",
        [],
        (op.Flags & 1) != 0
            ? ["prctl(PR_SET_DUMPABLE, 1)", "pipe2(O_CLOEXEC|O_NONBLOCK)", "write() until it is full", "sendmsg(SeccompGate), with the other end"]
            : ["pipe2(O_CLOEXEC|O_NONBLOCK)", "write() until it is full", "sendmsg(SeccompGate), with the other end"]);

    private Told Seccomp(in Op op)
    {
        ulong length = op.Data == 0 ? 0 : *(ulong*)(_arena + op.Data);
        string[] flags = KernelNames.FilterFlags(op.Flags);
        bool listens = (op.Flags & Linux.Seccomp.SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;
        string load = $"seccomp(SECCOMP_SET_MODE_FILTER, {KernelNames.Or(flags)}, {length} instructions)";
        return new Told(
            $"{length} instructions{(flags.Length == 0 ? "" : $", {List(flags)}")}",
            [("instructions", length), ("flags", flags)],
            listens ? [load, "write(SeccompListener)", "write(gate)"] : [load]);
    }

    private Told Execute(in Op op)
    {
        string[] arguments = Vector(op.Data);
        string[] environment = Vector(op.S);
        return new Told(
            Argv(arguments),
            [("args", arguments), ("env", environment)],
            [$"execve(the program, {Argv(arguments)}, {environment.Length} variables)"]);
    }
}
