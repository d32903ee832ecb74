using System.Runtime.InteropServices;
using OciSharp.Init.Child;
using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Tests;

public sealed unsafe class TracingTests
{
    private const int ENOSYS = 38;
    private const uint Size = 4096;

    private TraceLog* _log;
    private ChildState _state;

    [SetUp]
    public void MakeLog()
    {
        _log = (TraceLog*)NativeMemory.AllocZeroed(Size);
        _log->Clock = Clock.CLOCK_MONOTONIC;
        _log->Capacity = 2;
        _state = default;
        _state.Trace = _log;
    }

    [TearDown]
    public void FreeLog() => NativeMemory.Free(_log);

    [Test]
    public void A_step_is_written_down_with_its_result()
    {
        ulong before = RawSyscall.Now(Clock.CLOCK_MONOTONIC);
        Assert.That((long)Take(new Op { Code = OpCode.UnblockSignals }, 5), Is.Zero);
        Assert.That((long)Take(default, 7), Is.EqualTo(-ENOSYS), "there is no such step");

        Assert.That(_log->Count, Is.EqualTo(2));
        TraceRecord first = *TraceLog.At(_log, 0);
        TraceRecord second = *TraceLog.At(_log, 1);
        Assert.That((first.Code, first.Index, first.Result), Is.EqualTo((OpCode.UnblockSignals, 5u, 0)));
        Assert.That((second.Code, second.Index, second.Result), Is.EqualTo((OpCode.None, 7u, -ENOSYS)));
        Assert.That((ulong[])[before, first.Begin, first.End, second.Begin, second.End, RawSyscall.Now(Clock.CLOCK_MONOTONIC)], Is.Ordered);
        Assert.That(before, Is.Positive);
    }

    [Test]
    public void A_step_without_room_is_taken_all_the_same()
    {
        _log->Count = 2;
        TraceRecord* behind = TraceLog.At(_log, 2);
        Assert.That((long)Take(default, 0), Is.EqualTo(-ENOSYS));
        Assert.That((_log->Count, behind->Begin, behind->Result), Is.EqualTo((2u, 0ul, 0)));
    }

    /// <summary>What follows the seccomp filter must make no system call that the profile may not allow.</summary>
    [Test]
    public void A_clock_that_takes_a_system_call_is_left_alone_behind_the_filter()
    {
        // Descriptor 0 of an arena that is not there: neither step gets far.
        byte* arena = (byte*)NativeMemory.AllocZeroed(Size);
        _state.Arena = arena;
        _log->CallsKernel = 1;
        _log->Capacity = 1;
        Assert.That((long)Take(new Op { Code = OpCode.Execute }, 0), Is.Negative);
        Assert.That(TraceLog.At(_log, 0)->Begin, Is.Zero);
        NativeMemory.Free(arena);
    }

    [Test]
    public void Start_s_memory_has_room_for_what_it_says() =>
        Assert.That((ulong)TraceLog.At(null, TraceLog.CapacityOf(TraceLog.SizeForStart)), Is.LessThanOrEqualTo(TraceLog.SizeForStart));

    private nint Take(Op op, uint index)
    {
        fixed (ChildState* state = &_state)
            return Tracing.Execute(state, &op, index);
    }
}
