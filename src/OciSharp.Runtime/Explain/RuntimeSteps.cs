using OciSharp.Runtime.Planning;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

/// <summary>The steps of the runtime itself, which are code and not part of the plan: <c>Launch/ContainerLaunch.cs</c> and <c>Launch/ExecLaunch.cs</c>.</summary>
/// <param name="root">The directory of all containers' state.</param>
/// <param name="id">The container's id.</param>
/// <param name="plan">The plan.</param>
/// <param name="bundle">Absolute path of the bundle.</param>
internal sealed class RuntimeSteps(string root, string id, LaunchPlan plan, string bundle)
{
    private readonly string _directory = root.EndsWith('/') ? root + id : $"{root}/{id}";

    private Config Config => plan.Config;

    /// <summary>Before the child begins.</summary>
    public IEnumerable<ExplainedStep> BeforeCreate()
    {
        yield return Step(StepGroup.Launch, "make-state", "make the container's directory", $"{_directory}, locked",
            "The id is taken before anything else, so that no other container gets it, and nobody else acts on this one meanwhile.",
            [("path", _directory)], [$"mkdirat({root}, \"{id}\", 0700)", "flock(LOCK_EX | LOCK_NB)"]);
        yield return Step(StepGroup.Launch, "record-creating", "record that it is being created", $"{_directory}/state.json",
            "The record comes before all that it tells of: should the launch be cut off, whoever finds the rest can remove it.",
            [("path", $"{_directory}/state.json")], ["openat(state.json.new)", "write()", "renameat()"]);
        yield return Step(StepGroup.Launch, "listen-for-start", "make the socket at which init waits for start", $"{_directory}/{StateDirectory.StartSocket}",
            "Init gets it with the first word, and outlives the runtime that made it.",
            [("path", $"{_directory}/{StateDirectory.StartSocket}")], ["socket(AF_UNIX, SOCK_SEQPACKET)", "bind()", "listen()"]);
        if (CrunAnnotations.PidfdReceiver(Config, bundle) is { } receiver)
        {
            yield return Step(StepGroup.Launch, "connect-pidfd-receiver", "connect to the socket that wants the pidfd of init", receiver,
                "A socket that is not there is an error before anything is made.", [("path", receiver)], ["socket(AF_UNIX)", "connect()"],
                "$.annotations['run.oci.pidfd_receiver']");
        }
    }

    /// <summary>Before the process of <c>exec</c> begins.</summary>
    public IEnumerable<ExplainedStep> BeforeExec()
    {
        yield return Step(StepGroup.Launch, "find-container", "find the container", $"{_directory}; it must be created or running",
            "Its configuration says which namespaces there are to join.", [("path", _directory)], ["openat(state.json), read()", "openat(config.json), read()"]);
        yield return Step(StepGroup.Launch, "open-init", "open the container's first process", "as a pidfd, compared with the time at which it was started",
            "A pid alone may be another process by now.", [], ["pidfd_open(pid)", "openat(/proc/PID/stat), read()"]);
        yield return Step(StepGroup.Cgroup, "open-cgroup", "open the container's cgroup", "the directory in the unified hierarchy, and the file of each other one",
            "The process is born in the one, and moves itself into the others.", [], ["openat(the cgroup, O_PATH)", "openat(tasks or cgroup.procs, O_WRONLY)"]);
    }

    /// <summary>The child begins.</summary>
    public static ExplainedStep Go() => Step(StepGroup.Launch, "go", "let the helper begin", "with the plan in shared memory",
        "Everything has been read, checked and planned: from here on the two work side by side.", [], ["sendmsg(Go)"]);

    /// <summary>The cgroup can be joined.</summary>
    public static ExplainedStep SendCgroups() => Step(StepGroup.Cgroup, "send-cgroups", "send the helper the files by which the cgroup is joined", "",
        "A process moves itself faster than others can move it. They are sent before anybody waits for them.", [], ["sendmsg(Cgroups)"]);

    /// <summary>What init needs is ready before it asks; the filter is compiled while it works.</summary>
    public IEnumerable<ExplainedStep> ServeInit(ExplainedVerb verb)
    {
        if (verb == ExplainedVerb.Create)
        {
            yield return Step(StepGroup.Launch, "keep-config", "keep the configuration as it is now", $"{_directory}/config.json",
                "exec, start and delete go by it, whatever becomes of the bundle.", [("path", $"{_directory}/config.json")], ["openat(config.json.new)", "write()", "renameat()"]);
        }

        if (Config is { Linux.Seccomp: not null, Process: not null })
        {
            yield return Step(StepGroup.Seccomp, "compile-seccomp", "compile the seccomp filter", "",
                "Into the memory that the child sees, while that sets itself up; it is loaded last.", [], [], "$.linux.seccomp");
        }
    }

    /// <summary>The ids of a new user namespace.</summary>
    public ExplainedStep MapUser(bool denySetgroups, bool withTools)
    {
        string uids = MapText(Config.Linux?.UidMappings);
        string gids = MapText(Config.Linux?.GidMappings);
        var calls = new List<string>();
        if (denySetgroups)
            calls.Add("write(\"deny\") to /proc/PID/setgroups");
        calls.AddRange(withTools
            ? ["newuidmap PID, as a program, where more than the own id is mapped", "newgidmap PID, as a program, where more than the own id is mapped"]
            : [$"write(\"{uids}\") to /proc/PID/uid_map", $"write(\"{gids}\") to /proc/PID/gid_map"]);
        return Step(StepGroup.Namespaces, "map-ids", "map the ids of the user namespace", $"users {uids}; groups {gids} (container, host, how many)",
            "The helper waits for it: until then it is nobody there, and can become nobody else.",
            [("uidMappings", uids), ("gidMappings", gids), ("setgroups", denySetgroups ? "deny" : "allow")], [.. calls], "$.linux.uidMappings");
    }

    /// <summary>Before init may be noticed.</summary>
    public ExplainedStep RecordInit() => Step(StepGroup.Launch, "record-init", "record the pid of init", $"{_directory}/state.json",
        "Whoever deletes the container ends what is recorded.", [("path", $"{_directory}/state.json")], ["openat(state.json.new)", "write()", "renameat()", "sendmsg(Recorded)"]);

    /// <summary>The devices of <c>linux.netDevices</c>.</summary>
    public IEnumerable<ExplainedStep> MoveNetworkDevices()
    {
        foreach ((string name, LinuxNetDevice device) in Config.Linux?.NetDevices ?? new Dictionary<string, LinuxNetDevice>())
        {
            string inside = string.IsNullOrEmpty(device.Name) ? name : device.Name;
            yield return Step(StepGroup.System, "move-network-device", "move a network device into the container",
                name == inside ? $"{name}, with its addresses" : $"{name}, with its addresses, as {inside}",
                "Init waits: hooks may look for the device, and sysctls may be about it.",
                [("device", name), ("name", inside)], ["sendto(RTM_NEWLINK), over netlink", "sendto(RTM_NEWADDR), for each global address"], $"$.linux.netDevices['{name}']");
        }
    }

    /// <summary>Hooks of the runtime's own namespaces, before pivot_root.</summary>
    public IEnumerable<ExplainedStep> RunHooks() =>
    [
        .. HookList("prestart", Config.Hooks?.Prestart, "After the namespaces are made, in those of the runtime (config.md, POSIX-platform Hooks)."),
        .. HookList("createRuntime", Config.Hooks?.CreateRuntime, "After the namespaces are made, in those of the runtime, before pivot_root (config.md, POSIX-platform Hooks)."),
    ];

    /// <summary>The terminal is there.</summary>
    public static ExplainedStep TakeTerminal(ExplainedVerb verb) => Step(StepGroup.Devices, "take-terminal", "take the master of the terminal",
        verb == ExplainedVerb.Exec ? "for --console-socket, or to serve it from the caller's terminal" : "for --console-socket",
        "Who holds the master types into the terminal and reads what it shows.", [], ["recvmsg(Console)"], "$.process.terminal");

    /// <summary><c>create</c> ends, and <c>start</c> begins.</summary>
    public IEnumerable<ExplainedStep> CreatedAndStarted()
    {
        yield return Step(StepGroup.Launch, "created", "record that it is created, and end", "writes the pid (--pid-file), hands over terminal and pidfd (--console-socket, --pidfd-socket)",
            "The command create is done; the container waits for as long as it takes.", [("path", $"{_directory}/state.json")], ["recvmsg(Created)", "renameat(state.json)"]);
        if (Config.Process is not null)
        {
            yield return Step(StepGroup.Launch, "start", "start: let init go on", $"over {_directory}/{StateDirectory.StartSocket}",
                "Here the command start begins, perhaps much later.", [("path", $"{_directory}/{StateDirectory.StartSocket}")], ["connect()", "sendmsg(Start)"]);
        }
    }

    /// <summary>The seccomp agent gets its descriptor.</summary>
    public ExplainedStep ServeAgent() => Step(StepGroup.Seccomp, "serve-seccomp-agent", "send the listener to the seccomp agent", Config.Linux?.Seccomp?.ListenerPath ?? "",
        "The filter is in force: a call that it hands to the agent would wait for ever without one.",
        [("path", Config.Linux?.Seccomp?.ListenerPath ?? "")], ["pidfd_getfd(init, the listener)", "connect(the agent)", "sendmsg(listener, with the state)", "read(the pipe), so that init goes on"], "$.linux.seccomp.listenerPath");

    /// <summary>The program runs.</summary>
    public IEnumerable<ExplainedStep> Running(ExplainedVerb verb)
    {
        if (verb == ExplainedVerb.Exec)
        {
            yield return Step(StepGroup.Launch, "running", "see that the program runs", "its connection ends; then write the pid (--pid-file) and wait, or with --detach leave",
                "execve closes the connection; a failure would have been said over it.", [], ["recvmsg(), the end of the stream"]);
            yield break;
        }

        yield return Step(StepGroup.Launch, "running", "see that the program runs", $"init's connection ends; {StateDirectory.StartSocket} is removed",
            "execve closes the connection; a failure would have been said over it.", [], ["recvmsg(), the end of the stream", $"unlinkat({StateDirectory.StartSocket})"]);
        foreach (ExplainedStep step in HookList("poststart", Config.Hooks?.Poststart, "After the program is executed, before start returns (config.md, POSIX-platform Hooks)."))
            yield return step;
    }

    /// <summary>A step of the runtime.</summary>
    internal static ExplainedStep Step(
        StepGroup group, string kind, string act, string detail, string why, Operand[] operands, string[] calls, string origin = "$") => new()
        {
            By = Actor.Runtime,
            Group = group,
            Kind = kind,
            Act = act,
            Detail = detail,
            Origin = origin,
            Why = why,
            Operands = operands,
            Calls = calls,
        };

    private static IEnumerable<ExplainedStep> HookList(string name, IReadOnlyList<Hook>? hooks, string why)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            Hook hook = hooks![i];
            yield return Step(StepGroup.Hooks, "run-hook", "run the hook", $"{hook.Path}, on the host{(hook.Timeout is > 0 ? $", for {hook.Timeout} s at most" : "")}", why,
                [("path", hook.Path), ("args", [.. hook.Args ?? []]), ("env", [.. hook.Env ?? []]), ("timeout", (ulong)(hook.Timeout ?? 0))],
                ["posix_spawn()", "write(the state) to its stdin", "waitpid()"], $"$.hooks.{name}[{i}]");
        }
    }

    private static string MapText(IReadOnlyList<LinuxIdMapping>? mappings) => Planner.MapText(mappings ?? []).TrimEnd('\n').Replace("\n", ", ");
}
