using OciSharp.Init;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Planning;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Trace;

/// <summary>
/// What one command did when (<c>--trace</c>; docs/trace.md). The command does one thing after the other, so a step ends where the next
/// begins. What helper and init did is read from memory that is shared with them, at the end.
/// </summary>
public sealed unsafe class CommandTrace : IDisposable
{
    private const uint Permissions = 0x1a4; // 0644

    private readonly OwnedFd _file;
    private readonly string _path;
    private readonly string _command;
    private readonly TraceTrack _runtime = new("runtime", (int)RawSyscall.getpid());
    private TraceEvent? _failed;
    private string? _error;
    private TracedChild? _child;

    private CommandTrace(OwnedFd file, string path, string command)
    {
        _file = file;
        _path = path;
        _command = command;
    }

    /// <summary>Whether the word is on the command line: its times are taken then.</summary>
    public static bool IsWanted => Beginning.Main != 0;

    /// <summary>The time, in nanoseconds of CLOCK_MONOTONIC.</summary>
    public static ulong Now => RawSyscall.Now(Clock.CLOCK_MONOTONIC);

    /// <summary>Opens the file that the trace goes to, before anything is done.</summary>
    /// <param name="path">The file. It is made or emptied; a symbolic link is not followed, since the file may lie where others can make some.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="began">When it began to read its options (<see cref="Now"/>), or 0.</param>
    /// <exception cref="ContainerException">It cannot be opened.</exception>
    public static CommandTrace Open(string path, string command, ulong began)
    {
        // A fifo that nobody reads is refused rather than waited for.
        const int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_NOFOLLOW | Fcntl.O_NOCTTY | Fcntl.O_NONBLOCK;
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, flags, Permissions);
        if (fd < 0)
        {
            string reason = fd == -(nint)Errno.ENXIO ? "nobody reads this fifo"
                : fd == -(nint)Errno.ELOOP ? "it is a symbolic link, which is not followed"
                : ErrorText.Of((Errno)(int)-fd);
            throw new ContainerException($"cannot open the trace {path}: {reason}: name another with --trace, or leave it out");
        }

        var trace = new CommandTrace(new OwnedFd((int)fd), path, command);
        trace.Start(began);
        return trace;
    }

    /// <summary>A step of the runtime begins; the one before it ends.</summary>
    /// <param name="kind">The name of its kind: that of <c>explain</c> where that shows it.</param>
    /// <param name="act">What is done, in words.</param>
    /// <param name="detail">The operands.</param>
    /// <param name="origin">The part of config.json that it comes from.</param>
    /// <param name="group">What it is about.</param>
    internal void Phase(string kind, string act, string detail = "", string origin = "$", StepGroup group = StepGroup.Launch) =>
        Phase(kind, act, Now, detail, origin, group);

    /// <summary>The runtime waits for a word of the child's.</summary>
    internal void Wait()
    {
        if (_runtime.Events[^1].Kind != "wait")
            Phase("wait", "wait for the next word of the child");
    }

    /// <summary>A word of the child's has come: what it asks for begins.</summary>
    internal void Hear(MessageKind word)
    {
        switch (word)
        {
            case MessageKind.Unforeseen:
                Phase("fork-again", "start another helper", "the first one made namespaces that the plan does not want");
                break;
            case MessageKind.MapUser:
                Phase("map-ids", "map the ids of the user namespace", origin: "$.linux.uidMappings", group: StepGroup.Namespaces);
                break;
            case MessageKind.NetworkDevices:
                Phase("move-network-device", "move network devices into the container", origin: "$.linux.netDevices", group: StepGroup.System);
                break;
            case MessageKind.Hooks:
                Phase("begin-hooks", "prepare the hooks", origin: "$.hooks", group: StepGroup.Hooks);
                break;
            case MessageKind.Console:
                Phase("take-terminal", "take the master of the terminal", origin: "$.process.terminal", group: StepGroup.Devices);
                break;
            case MessageKind.Created:
                Phase("created", "record that it is created, and end");
                break;
            case MessageKind.SeccompListener:
                Phase("serve-seccomp-agent", "send the listener to the seccomp agent", origin: "$.linux.seccomp.listenerPath", group: StepGroup.Seccomp);
                break;
            case MessageKind.None:
                _child?.Ends(Now);
                Phase("running", "see that the program runs");
                break;
        }
    }

    /// <summary>A hook of the runtime's own namespaces is run.</summary>
    internal void Hook(string list, int index, Spec.Hook hook) =>
        Phase("run-hook", "run the hook", hook.Path, $"$.hooks.{list}[{index}]", StepGroup.Hooks);

    /// <summary>A launch has failed: what is being done now is what failed, and it is taken back.</summary>
    internal void Undo()
    {
        _failed ??= _runtime.Events[^1];
        Phase("undo", "take back what was made");
    }

    /// <summary>The plan is compiled, and the child is about to get it.</summary>
    /// <param name="plan">The plan, in the helper's arena.</param>
    /// <param name="verb">What it was compiled for.</param>
    internal void Plan(LaunchPlan plan, ExplainedVerb verb) => _child = new TracedPlan(plan, verb);

    /// <summary>Init has a pid, which is about to be recorded.</summary>
    internal void HasInit() => Phase("record-init", "record the pid of init");

    /// <summary>A memory for the times of an init that was created by another command.</summary>
    /// <param name="pid">Its pid.</param>
    /// <returns>The descriptor to send to it, which stays ours.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    internal int MemoryForStart(int pid)
    {
        var started = TracedStart.Make(pid);
        _child = started;
        return started.Memory;
    }

    /// <summary>The command has failed.</summary>
    /// <param name="error">In the words that it ends with.</param>
    public void Fail(string error)
    {
        _failed ??= _runtime.Events[^1];
        _failed.Error = error;
        _error = error;
    }

    /// <summary>Writes the trace: the command is at its end.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Write()
    {
        ulong end = Now;
        _runtime.Events[^1].End = end;
        var tracks = new List<TraceTrack> { _runtime };
        _child?.AddTo(tracks, end);
        Syscall.WriteAll(_file.Value, TraceWriter.Write(_command, tracks, _error), _path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _child?.Dispose();
        _file.Dispose();
    }

    private void Start(ulong began)
    {
        ulong now = Now;
        if (Beginning.Main != 0)
        {
            Phase("begin", Helper.Socket == 0 ? "begin" : "begin, and fork the helper", Beginning.Main);
            Phase("start-runtime", "start .NET", Beginning.Runtime);
        }

        Phase("read-options", "read the options", began == 0 ? now : began);
    }

    private void Phase(string kind, string act, ulong begin, string detail = "", string origin = "$", StepGroup group = StepGroup.Launch)
    {
        if (_runtime.Events.Count > 0)
            _runtime.Events[^1].End = begin;
        _runtime.Events.Add(new TraceEvent
        {
            Kind = kind,
            Act = act,
            Group = ExplainedNames.Of(group),
            Detail = detail,
            Origin = origin,
            Begin = begin,
        });
    }
}
