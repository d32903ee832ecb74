using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Launch;

namespace OciSharp.Runtime.Trace;

/// <summary>
/// The init of a container that was created by another command, from its start on. The plan is init's alone by then; what its last
/// steps are about is known without.
/// </summary>
internal sealed unsafe class TracedStart : TracedChild
{
    private readonly OwnedFd _memory;
    private readonly TraceLog* _log;
    private readonly int _pid;

    private TracedStart(OwnedFd memory, TraceLog* log, int pid)
    {
        _memory = memory;
        _log = log;
        _pid = pid;
    }

    /// <summary>The memory that it writes to.</summary>
    public int Memory => _memory.Value;

    /// <summary>Makes the memory.</summary>
    /// <param name="pid">The pid of init.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static TracedStart Make(int pid)
    {
        const string Act = "make the memory for the trace of init";
        OwnedFd memory;
        fixed (byte* name = "ocisharp-trace\0"u8)
            memory = new OwnedFd((int)Syscall.Check(RawSyscall.memfd_create(name, Fcntl.MFD_CLOEXEC), Act));
        Syscall.Check(RawSyscall.ftruncate(memory.Value, TraceLog.SizeForStart), Act);
        nint log = RawSyscall.mmap(null, TraceLog.SizeForStart, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED, memory.Value, 0);
        if (log is < 0 and > -4096)
            LinuxException.Throw(log, Act);
        var started = new TracedStart(memory, (TraceLog*)log, pid);
        started._log->Clock = Clock.CLOCK_REALTIME; // init may be in a time namespace
        started._log->CallsKernel = ClockCallsKernel() ? 1u : 0;
        started._log->Capacity = TraceLog.CapacityOf(TraceLog.SizeForStart);
        return started;
    }

    /// <inheritdoc/>
    public override void AddTo(List<TraceTrack> tracks, ulong now)
    {
        var init = new TraceTrack(ExplainedNames.Of(Actor.Init, ExplainedVerb.Create), _pid);
        int hooks = 0;
        Read(_log, TraceLog.CapacityOf(TraceLog.SizeForStart), now, (record, error) =>
        {
            if (record.Code is not (OpCode.RunHook or OpCode.UnblockSignals or OpCode.SeccompGate or OpCode.Seccomp or OpCode.Execute))
                return;
            StepEntry entry = StepTable.Of(record.Code);
            init.Events.Add(new TraceEvent
            {
                Kind = entry.Kind,
                Act = StepWords.Act(record.Code),
                Group = ExplainedNames.Of(entry.Group),
                Origin = record.Code switch
                {
                    OpCode.RunHook => $"$.hooks.startContainer[{hooks++}]",
                    OpCode.SeccompGate or OpCode.Seccomp => "$.linux.seccomp",
                    _ => "$.process.args",
                },
                Begin = record.Begin,
                End = record.End,
                Errno = -record.Result,
                Error = error,
            });
        });
        if (init.Events.Count > 0)
            tracks.Add(init);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        RawSyscall.munmap(_log, TraceLog.SizeForStart);
        _memory.Dispose();
    }
}
