using System.Runtime.InteropServices;
using OciSharp.Init;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Planning;

namespace OciSharp.Runtime.Trace;

/// <summary>The helper and the init of a launch.</summary>
internal sealed unsafe class TracedPlan : TracedChild
{
    private readonly LaunchPlan _plan;
    private readonly ExplainedVerb _verb;

    // The child makes pointers of the plan's offsets when it uses them: what is to be read later is kept as it is now.
    private readonly byte* _copy;

    public TracedPlan(LaunchPlan plan, ExplainedVerb verb)
    {
        _plan = plan;
        _verb = verb;
        Log(Helper.Arena)->CallsKernel = ClockCallsKernel() ? 1u : 0;
        _copy = (byte*)NativeMemory.Alloc(plan.Builder.Size);
        NativeMemory.Copy(Helper.Arena, _copy, plan.Builder.Size);
    }

    /// <summary>
    /// The clock for a configuration: in a time namespace the monotonic one is another one, while that of the day is the same everywhere.
    /// </summary>
    public static int ClockFor(Spec.Config config)
    {
        foreach (Spec.LinuxNamespace space in config.Linux?.Namespaces ?? [])
        {
            if (space.Type == Spec.NamespaceTypes.Time)
                return Clock.CLOCK_REALTIME;
        }

        return Clock.CLOCK_MONOTONIC;
    }

    /// <inheritdoc/>
    public override void AddTo(List<TraceTrack> tracks, ulong now)
    {
        if (_plan.SeccompFilter != 0)
            *(ulong*)(_copy + _plan.SeccompFilter) = *(ulong*)(Helper.Arena + _plan.SeccompFilter); // its length: it was compiled meanwhile
        var reader = new PlanReader(_copy, _plan, _verb);
        var steps = new ExplainedStep[_plan.Builder.Ops.Count];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = reader.Read(_plan.Builder.Ops[i], _plan.Builder.OriginOf(i)!.Value);

        string last = ExplainedNames.Of(Actor.Init, _verb);
        TraceTrack helper = new(_plan.HelperIsInit ? last : ExplainedNames.Of(Actor.Helper, _verb), Helper.Pid);
        TraceTrack? init = null;
        AddBeginning(helper, ((PlanHeader*)Helper.Arena)->Times, _verb);
        Read(Log(Helper.Arena), (uint)steps.Length, now, (record, error) =>
        {
            if (record.Index >= steps.Length)
                return;
            ExplainedStep step = steps[record.Index];
            TraceTrack track = helper;
            if (step.By == Actor.Init && !_plan.HelperIsInit)
                track = init ??= new TraceTrack(last, Helper.InitPid);
            track.Events.Add(new TraceEvent
            {
                Kind = step.Kind,
                Act = step.Act,
                Group = ExplainedNames.Of(step.Group),
                Detail = step.Detail,
                Origin = step.Origin,
                Begin = record.Begin,
                End = record.End,
                Errno = -record.Result,
                Error = error,
            });
        });
        tracks.Add(helper);
        if (init is not null)
            tracks.Add(init);
    }

    /// <inheritdoc/>
    public override void Dispose() => NativeMemory.Free(_copy);

    private static TraceLog* Log(byte* arena) => (TraceLog*)(arena + ((PlanHeader*)arena)->Trace);

    /// <summary>What it did before it had the plan, as far as it came.</summary>
    private static void AddBeginning(TraceTrack track, in HelperTimes times, ExplainedVerb verb)
    {
        Add(track, "execute-clone", "execute the read-only clone of our executable", "", times.Forks, times.Begins);
        Add(track, "prepare", "map the plan's memory, and reset the signals", "", times.Begins, times.Foresees);
        string foreseen = string.Join(", ", KernelNames.Namespaces(times.Foreseen));
        if (foreseen.Length > 0)
            Add(track, "foresee", "make namespaces ahead of the plan", foreseen, times.Foresees, times.Waits);
        else if (verb != ExplainedVerb.Exec)
            Add(track, "foresee", "look for namespaces to make ahead of the plan", "", times.Foresees, times.Waits);
        Add(track, "await-plan", "wait for the plan", "", times.Waits, times.Goes);
    }

    private static void Add(TraceTrack track, string kind, string act, string detail, ulong begin, ulong end)
    {
        if (begin == 0 || end < begin)
            return;
        track.Events.Add(new TraceEvent
        {
            Kind = kind,
            Act = act,
            Group = ExplainedNames.Of(kind == "foresee" ? StepGroup.Namespaces : StepGroup.Launch),
            Detail = detail,
            Begin = begin,
            End = end,
        });
    }
}
