using OciSharp.Spec;
using static OciSharp.Runtime.Explain.ShellText;

namespace OciSharp.Runtime.Explain;

/// <summary>
/// A plan as a shell script that makes the same container with util-linux and coreutils, for those who want to see what there is to
/// it. What a shell cannot say is left to comments.
/// </summary>
/// <remarks>
/// After pivot_root the tools of the host are out of reach by their paths, and the program has still to be given its credentials, which only who
/// executes it can do. So the script keeps the host's /usr as its working directory, and executes them from there, through the
/// host's dynamic loader.
/// </remarks>
internal sealed partial class ShellFormat
{
    private readonly ExplainedPlan _plan;
    private readonly ShellText _outside = new();
    private readonly ShellText _inside = new();
    private readonly ShellText _last = new();
    private readonly List<string> _cgroups = [];
    private string? _delegated;
    private readonly List<string> _launcher = [];
    private readonly List<string> _enter = [];
    private readonly List<string> _unshare = [];
    private readonly List<string> _credentials = [];
    private readonly Dictionary<string, bool> _recursive = [];
    private readonly Dictionary<string, SortedSet<string>> _flags = [];
    private bool _pivots;
    private bool _findsHome;
    private string _cwd = "/";

    private ShellFormat(ExplainedPlan plan) => _plan = plan;

    /// <summary>Writes a plan.</summary>
    public static string Write(ExplainedPlan plan) => plan.Verb == ExplainedVerb.Exec ? WriteExec(plan) : new ShellFormat(plan).Write();

    private string Write()
    {
        foreach (ExplainedStep step in _plan.Steps)
            Step(step);
        var script = new ShellText().Line("#!/bin/sh");
        script.Comment($"The container of {_plan.ConfigFile}, made by hand. Written by ocisharp explain --format sh; run it {(_plan.Rootless ? "as yourself" : "as root")}: sh FILE")
            .Comment("It takes util-linux 2.38 and coreutils 8.28, or newer, hostname, and iproute2. The numbers are those of ocisharp explain. What ocisharp does besides, and a shell cannot: it keeps each path of the image "
                + "from leading out of it, takes everything back when a step fails, and leaves nothing of the host open. Do not use this on images that you do not trust.")
            .Line("set -eu").Line($"export root={Quote(_plan.Rootfs)}").Line().Append(_outside);
        string command = string.Join(' ', (string[])[.. _launcher, .. Enter(), .. Unshare(), "setsid", "sh", "-eu", "/dev/fd/3"]);
        string end = "INSIDE";
        while (_inside.HasLine(end) || _last.HasLine(end))
            end += "_";
        script.Line().Comment("From here on in the namespaces, and in a session of its own. The script comes by descriptor 3, so that stdin stays the program's.")
            .Line("status=0").Line("(");
        foreach (string cgroup in _cgroups)
            script.Line($"  echo 0 >{Quote(cgroup + "/cgroup.procs")}");
        script.Line($"  exec {command} 3<<'{end}'").Line("set -eu").Append(_inside).Append(_last).Line(end).Line(") || status=$?");
        if (_cgroups.Count > 0)
        {
            script.Line().Comment("The container has ended: nobody is in its cgroups any more, unless a program was left behind; then rmdir says that they are busy.");
            if (_delegated is not null)
                script.Line($"rmdir {Quote(_delegated)} || true");
            foreach (string cgroup in _cgroups)
                script.Line($"rmdir {Quote(cgroup)} || true");
        }

        return script.Line("exit $status").ToString();
    }

    private IEnumerable<string> Enter() => _enter.Count == 0 ? [] : ["nsenter", .. _enter, "--"];

    private IEnumerable<string> Unshare() => _unshare.Count == 0 ? [] : ["unshare", .. _unshare];

    /// <summary>One step: to the part before the namespaces, to that in them, or to the end, where the program is executed.</summary>
    private void Step(ExplainedStep step)
    {
        switch (step.Kind)
        {
            case "make-cgroup":
                Say(_outside, step);
                foreach (string path in List(step, "paths"))
                {
                    _outside.Line($"mkdir -p {Quote(path)}");
                    _cgroups.Add(path);
                }

                break;
            case "write-cgroup":
                Say(_outside, step);
                foreach (string value in List(step, "values"))
                    _outside.Line($"printf %s {Quote(value)} >{Quote(Text(step, "path"))}");
                break;
            case "attach-devices":
                Say(_outside, step).Comment("Left out: on cgroup v2 device rules are a BPF program, which no tool of util-linux loads.");
                break;
            case "start-unit":
                Say(_outside, step).Comment("Left out: systemd-run --scope does it, with these properties.");
                break;
            case "give-cgroup":
                Say(_outside, step);
                foreach (string cgroup in _cgroups)
                    _outside.Line($"chown {Number(step, "uid")} {Quote(cgroup)} {Quote(cgroup)}/cgroup.procs {Quote(cgroup)}/cgroup.subtree_control {Quote(cgroup)}/cgroup.threads");
                break;
            case "make-delegated-cgroup":
                Say(_outside, step).Line($"mkdir -p {Quote(Text(step, "path"))}");
                _delegated = Text(step, "path");
                break;
            case "raise-hard-limit":
                Say(_outside, step);
                AddLimit(_launcher, Text(step, "type"), $":{KernelNames.LimitValue(Number(step, "hard"))}");
                break;
            case "write-self" when Text(step, "file").EndsWith("timens_offsets", StringComparison.Ordinal):
                TimeOffsets(step);
                break;
            case "join-namespace" or "make-user-namespace" or "make-namespaces" or "make-init" or "map-ids":
                Namespaces(step);
                break;
            default:
                if (step.By != Actor.Runtime)
                    Inside(step);
                else if (step.Kind is "run-hook" or "move-network-device" or "make-resctrl" or "serve-seccomp-agent" or "take-terminal")
                    Say(_outside, step).Comment("Left out: it is done by who stands outside, while the inside waits.");
                break;
        }
    }

    private void Namespaces(ExplainedStep step)
    {
        Say(_outside, step);
        switch (step.Kind)
        {
            case "join-namespace":
                foreach (string type in List(step, "type"))
                    _enter.Add($"--{Option(type)}={Quote(Text(step, "path"))}");
                break;
            case "map-ids":
                MapIds();
                break;
            default:
                foreach (string type in List(step, "types"))
                {
                    _unshare.Add($"--{Option(type)}");
                    if (type == NamespaceTypes.Mount)
                        _unshare.Add("--propagation unchanged");
                    if (type is NamespaceTypes.Pid or NamespaceTypes.Time)
                        Once(_unshare, "--fork");
                }

                if (List(step, "types").Contains(NamespaceTypes.Cgroup))
                    _outside.Comment("It is done by the unshare below, too: the shell that calls it is in the cgroup by then.");
                break;
        }
    }

    private void MapIds()
    {
        if (_plan.Rootless && Linux.UidMappings is [{ Size: 1, ContainerId: 0 }] && Linux.GidMappings is [{ Size: 1, ContainerId: 0 }])
        {
            _unshare.Add("--map-root-user");
            return;
        }

        _outside.Comment("unshare has them mapped by newuidmap and newgidmap, also for root: /etc/subuid and /etc/subgid must allow it.");
        Map("--map-users", Linux.UidMappings);
        Map("--map-groups", Linux.GidMappings);
        _unshare.Add("--setuid 0 --setgid 0");
    }

    private void Map(string option, IReadOnlyList<LinuxIdMapping>? mappings)
    {
        if (mappings is [var first, ..])
            _unshare.Add($"{option}={first.HostId},{first.ContainerId},{first.Size}");
        if (mappings is { Count: > 1 })
            _outside.Comment($"Left out: unshare of util-linux 2.38 takes one range, and there are {mappings.Count}.");
    }

    private void TimeOffsets(ExplainedStep step)
    {
        Say(_outside, step);
        foreach ((string clock, LinuxTimeOffset offset) in Linux.TimeOffsets ?? new Dictionary<string, LinuxTimeOffset>())
        {
            _unshare.Add($"--{clock}={offset.Secs}");
            if (offset.Nanosecs != 0)
                _outside.Comment($"Left out: the {offset.Nanosecs} nanoseconds; unshare takes seconds.");
        }
    }

    private LinuxConfig Linux => _plan.Config.Linux ?? new LinuxConfig();

    /// <summary>What nsenter(1) and unshare(1) call a type of namespace.</summary>
    private static string Option(string type) => type == NamespaceTypes.Network ? "net" : type;

    private static void Once(List<string> words, string word)
    {
        if (!words.Contains(word))
            words.Add(word);
    }

    private static void AddLimit(List<string> launcher, string type, string value)
    {
        Once(launcher, "prlimit");
        launcher.Add($"--{LimitOption(type)}={value}");
    }

    /// <summary>What prlimit(1) calls a limit.</summary>
    private static string LimitOption(string type) => type["RLIMIT_".Length..].ToLowerInvariant();

    private static ShellText Say(ShellText script, ExplainedStep step) =>
        script.Line().Comment($"{step.Number}. {step.Does}{(step.Origin == "$" ? "" : $" ({step.Origin})")}");

    private static string Text(ExplainedStep step, string name) => step.Operands.First(operand => operand.Name == name).Text ?? "";

    private static ulong Number(ExplainedStep step, string name) => step.Operands.First(operand => operand.Name == name).Number;

    private static IReadOnlyList<string> List(ExplainedStep step, string name) => step.Operands.First(operand => operand.Name == name).List ?? [];
}
