using OciSharp.Cgroups;
using OciSharp.Init.Plan;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Explain;

// Child/Namespaces.cs and Child/Sync.cs: the operands are described there.
internal sealed unsafe partial class PlanReader
{
    private Told WriteSelf(in Op op)
    {
        string file = Text(op.S);
        string text = Text(op.T);
        bool time = file.StartsWith("timens", StringComparison.Ordinal);
        return new Told(
            $"{text.TrimEnd('\n').Replace("\n", ", ")} to /proc/self/{file}",
            [("file", $"/proc/self/{file}"), ("value", text.TrimEnd('\n'))],
            [$"openat(AT_FDCWD, {C("/proc/self/" + file)}, O_WRONLY|O_CLOEXEC)", $"write({Block(text)})"])
        {
            Group = time ? StepGroup.Namespaces : StepGroup.Limits,
            Why = time ? "The clocks of a time namespace can be set only before the first process is in it." : null,
        };
    }

    private static Told Settle() => new(
        "a copy of the helper, born there, goes on in its place, if that is allowed",
        [],
        ["clone3(CLONE_PARENT|CLONE_INTO_CGROUP)", "exit_group(0), in the one that was copied"]);

    private Told JoinNamespace(in Op op)
    {
        string path = Text(op.S);
        return new Told(
            $"{List(KernelNames.Namespaces(op.X))}, at {path}",
            [("type", KernelNames.Namespaces(op.X)), ("path", path)],
            [$"openat(AT_FDCWD, {C(path)}, O_RDONLY|O_CLOEXEC)", $"setns(fd, {KernelNames.Or(KernelNames.CloneFlags(op.X))})"])
        {
            Why = op.X == CLONE_NEWUSER
                ? "As whom the namespace is joined decides what may be done from here on: the host's root does what takes the host's privileges first; "
                    + "a user without privileges has none before it."
                : null,
        };
    }

    private static Told JoinProcess(in Op op) => new(
        $"{List(KernelNames.Namespaces(op.X))}",
        [("types", KernelNames.Namespaces(op.X))],
        ["prctl(PR_SET_DUMPABLE, 0)", $"setns(pidfd, {KernelNames.Or(KernelNames.CloneFlags(op.X))})"]);

    private Told Affinity(in Op op)
    {
        string list = KernelNames.Mask(Words(op.Data, (int)op.Count / sizeof(ulong)));
        return new Told(list, [("processors", list)], [$"sched_setaffinity(0, {op.Count}, {list})"]);
    }

    private static Told AnyProcessor() => new(
        "those of the runtime again",
        [],
        ["sched_setaffinity(0), if the two were kept apart"])
    {
        Group = StepGroup.Process,
        Why = "Until here the child kept off the runtime's processor, so that both work at once; what follows waits, or is not ours.",
    };

    private static Told UnshareUser() => new(
        "its ids are mapped by the runtime",
        [("types", KernelNames.Namespaces(CLONE_NEWUSER))],
        ["prctl(PR_SET_DUMPABLE, 1)", "unshare(CLONE_NEWUSER)", "sendmsg(MapUser)", "recvmsg(Done)", "prctl(PR_SET_DUMPABLE, 0)"]);

    private static Told BecomeRoot() => new("user 0, group 0", [("uid", 0UL), ("gid", 0UL)], ["setresgid(0, 0, 0)", "setresuid(0, 0, 0)"]);

    private static Told Unshare(in Op op) => new(
        List(KernelNames.Namespaces(op.X)),
        [("types", KernelNames.Namespaces(op.X))],
        [$"unshare({KernelNames.Or(KernelNames.CloneFlags(op.X))})"])
    {
        Why = op.X switch
        {
            CLONE_NEWCGROUP => "The root of a cgroup namespace is the cgroup that its maker is in, so the container's is joined before.",
            CLONE_NEWTIME => "The maker of a time namespace stays outside of it and only its children are in it, so the clocks can be set in between.",
            _ => null,
        },
    };

    private Told CloneInit(in Op op)
    {
        string[] types = KernelNames.Namespaces(op.X);
        string flags = KernelNames.Or([.. KernelNames.CloneFlags(op.X), "CLONE_PARENT", "CLONE_INTO_CGROUP"]);
        string detail = types.Length == 0
            ? "in the namespaces that are joined"
            : $"in new namespaces: {List(types)}";
        return new Told(
            detail,
            [("types", types)],
            [$"clone3({flags})", "sendmsg(InitPid)", "sched_yield()", "exit_group(0), in the helper"])
        {
            Why = _verb == ExplainedVerb.Exec
                ? "Only a child is in the pid and time namespaces that were joined: the helper makes one, as a child of the runtime, and ends."
                : null,
        };
    }

    private static Told Ask(in Op op) => (MessageKind)op.X == MessageKind.NetworkDevices
        ? new Told("wait until it has moved the network devices here", [("word", "NetworkDevices")], ["sendmsg(NetworkDevices)", "recvmsg(Done)"])
        {
            Group = StepGroup.System,
            Why = "Only the runtime is in the host's network namespace, from where devices are moved: before hooks that may look for them, and sysctls that may be about them.",
        }
        : new Told("wait until it has run the hooks that are its own", [("word", "Hooks")], ["sendmsg(Hooks)", "recvmsg(Done)"])
        {
            Group = StepGroup.Hooks,
            Why = "The namespaces and mounts are made, and pivot_root has not been called: that is when prestart, createRuntime and createContainer hooks run (config.md, POSIX-platform Hooks).",
        };

    private Told JoinCgroups(in Op op)
    {
        string[] calls = ["recvmsg(Cgroups)", "write(\"0\") to each file that came along"];
        if (op.X == 0)
            return new Told("in every hierarchy, but where it was born there", [], calls);
        string name = DelegatedCgroup.Of(_plan.Config.Annotations);
        return new Told($"go on into {name}, the one below it that is delegated", [("delegated", name)], calls)
        {
            Why = "The cgroup above, which has the limits, is the root of the cgroup namespace and must be empty for controllers to be handed down from there.",
        };
    }

    private Told AwaitRecord() => new(
        _verb == ExplainedVerb.Exec ? "wait until it has the seccomp filter ready" : "wait until it has recorded the pid of init",
        [],
        ["recvmsg(Recorded)"])
    {
        Why = _verb == ExplainedVerb.Exec ? "The runtime compiles the filter while the process sets itself up; it is needed next." : null,
    };

    private Told AwaitStart() => new(
        "the container is created; wait for start",
        [],
        ["sendmsg(Created)", "accept4(the socket of start)", "recvmsg(Start)"])
    {
        Why = _plan.Config.Process is null
            ? "There is no process: a container may be created without one, but not started (runtime.md, Create and Start)."
            : null,
    };
}
