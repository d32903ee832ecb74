using OciSharp.Init.Plan;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Trace;

/// <summary>What helper and init wrote down, put into events.</summary>
internal abstract unsafe class TracedChild : IDisposable
{
    private readonly ulong _monotonic = CommandTrace.Now;
    private readonly ulong _realTime = RawSyscall.Now(Clock.CLOCK_REALTIME);
    private ulong _end;

    /// <summary>The child has executed its program, or has ended.</summary>
    public void Ends(ulong time) => _end = time;

    /// <summary>Adds the processes that there were.</summary>
    /// <param name="tracks">Where to.</param>
    /// <param name="now">The end of the command: a step that has not ended lasts until then.</param>
    public abstract void AddTo(List<TraceTrack> tracks, ulong now);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Whether reading the clock is a system call on this host: only some clock sources can be read without.</summary>
    protected static bool ClockCallsKernel()
    {
        const string Path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, Path, Fcntl.O_RDONLY);
        if (fd < 0)
            return true;
        using var file = new OwnedFd((int)fd);
        ReadOnlySpan<byte> name = Syscall.ReadToEnd(file.Value, Path);
        return !(name.SequenceEqual("tsc\n"u8) || name.SequenceEqual("kvm-clock\n"u8) || name.SequenceEqual("hyperv_clocksource_tsc_page\n"u8)
            || name.SequenceEqual("arch_sys_counter\n"u8));
    }

    /// <summary>Reads the records, in their order.</summary>
    /// <param name="log">The memory that the child wrote to.</param>
    /// <param name="capacity">How many records it has room for.</param>
    /// <param name="now">As for <see cref="AddTo"/>.</param>
    /// <param name="add">Takes a record, with its times in nanoseconds of CLOCK_MONOTONIC, and why the step failed, or null.</param>
    protected void Read(TraceLog* log, uint capacity, ulong now, Action<TraceRecord, string?> add)
    {
        uint count = Math.Min(log->Count, capacity);
        ulong end = _end == 0 ? now : _end;
        ulong last = 0;
        for (uint i = 0; i < count; i++)
        {
            TraceRecord record = *TraceLog.At(log, i);
            ulong next = i + 1 < count ? OfMonotonic(log, TraceLog.At(log, i + 1)->Begin) : 0;
            string? error = record.Result != 0 ? ErrorText.Of((Errno)(-record.Result))
                : record.End == 0 && next == 0 && record.Code is not (OpCode.AwaitStart or OpCode.Seccomp or OpCode.Execute) ? "it did not come to its end"
                : null;
            record.Begin = Math.Clamp(OfMonotonic(log, record.Begin), last, now);
            if (record.End == 0)
                record.End = next == 0 ? end : next;
            else
                record.End = OfMonotonic(log, record.End);
            record.End = Math.Clamp(record.End, record.Begin, now);
            last = record.End;
            add(record, error);
        }
    }

    private ulong OfMonotonic(TraceLog* log, ulong time) =>
        time == 0 || log->Clock == Clock.CLOCK_MONOTONIC ? time : time - _realTime + _monotonic;
}
