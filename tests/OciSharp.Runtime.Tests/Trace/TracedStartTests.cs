using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Trace;

namespace OciSharp.Runtime.Tests.Trace;

/// <summary>What init writes is read by somebody else, whatever it is.</summary>
public sealed unsafe class TracedStartTests
{
    private TracedStart _start = null!;
    private TraceLog* _log;
    private ulong _now;

    [SetUp]
    public void MapMemory()
    {
        _start = TracedStart.Make(7);
        _log = (TraceLog*)Syscall.Check(
            RawSyscall.mmap(null, TraceLog.SizeForStart, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED, _start.Memory, 0), "map the memory");
        _now = RawSyscall.Now(Clock.CLOCK_REALTIME);
    }

    [TearDown]
    public void Dispose()
    {
        RawSyscall.munmap(_log, TraceLog.SizeForStart);
        _start.Dispose();
    }

    [Test]
    public void Steps_have_their_words_and_places()
    {
        Add(OpCode.RunHook, 0, 10);
        Add(OpCode.RunHook, 10, 20);
        Add(OpCode.Seccomp, 20, 30);
        Add(OpCode.Execute, 30, 40, -13);
        List<TraceEvent> steps = Read(out ulong end);

        Assert.That(steps.Select(step => step.Origin), Is.EqualTo((string[])["$.hooks.startContainer[0]", "$.hooks.startContainer[1]", "$.linux.seccomp", "$.process.args"]));
        Assert.That(steps.Select(step => step.End - step.Begin), Is.All.EqualTo(10));
        Assert.That((steps[3].Errno, steps[3].Error), Is.EqualTo((13, "permission denied")));
        Assert.That(steps[0].Begin, Is.EqualTo(end - 1_000_000_000).Within(100_000_000), "the clock of the day becomes the monotonic one");
    }

    [Test]
    public void What_is_not_known_is_filled_in_by_what_follows()
    {
        Add(OpCode.Seccomp, 20, null);
        Add(OpCode.Execute, null, null);
        List<TraceEvent> steps = Read(out ulong end);

        Assert.That(steps.Select(step => step.Error), Is.All.Null);
        Assert.That((steps[0].End, steps[1].Begin, steps[1].End), Is.EqualTo((end, end, end)));
    }

    [Test]
    public void A_step_that_was_under_way_did_not_come_to_its_end()
    {
        Add(OpCode.UnblockSignals, 0, 10);
        Add(OpCode.RunHook, 10, null);
        List<TraceEvent> steps = Read(out ulong end);
        Assert.That((steps[1].Error, steps[1].End), Is.EqualTo(("it did not come to its end", end)));
    }

    [Test]
    public void Nonsense_stays_in_order_and_in_bounds()
    {
        Add(OpCode.RunHook, 50, 40);
        Add(OpCode.RunHook, 10, 5);
        Add(OpCode.Execute, ulong.MaxValue, ulong.MaxValue);
        Add((OpCode)60000, 1, 2);
        _log->Count = uint.MaxValue;
        List<TraceEvent> steps = Read(out ulong end);

        Assert.That(steps, Has.Count.EqualTo(3));
        for (int i = 0; i < steps.Count; i++)
        {
            Assert.That(steps[i].End, Is.GreaterThanOrEqualTo(steps[i].Begin).And.LessThanOrEqualTo(end));
            Assert.That(steps[i].Begin, Is.GreaterThanOrEqualTo(i == 0 ? 0 : steps[i - 1].End));
        }
    }

    [Test]
    public void An_init_that_wrote_nothing_is_left_out()
    {
        List<TraceTrack> tracks = [];
        _start.AddTo(tracks, 1);
        Assert.That(tracks, Is.Empty);
    }

    /// <summary>Times in nanoseconds after a moment a second ago; null is not known.</summary>
    private void Add(OpCode code, ulong? begin, ulong? end, int result = 0)
    {
        ulong then = _now - 1_000_000_000;
        *TraceLog.At(_log, _log->Count++) = new TraceRecord { Code = code, Begin = begin is null ? 0 : unchecked(then + begin.Value), End = end is null ? 0 : unchecked(then + end.Value), Result = result };
    }

    private List<TraceEvent> Read(out ulong end)
    {
        List<TraceTrack> tracks = [];
        end = CommandTrace.Now;
        _start.AddTo(tracks, end);
        Assert.That((tracks.Single().Name, tracks[0].Pid), Is.EqualTo(("init", 7)));
        return tracks[0].Events;
    }
}
