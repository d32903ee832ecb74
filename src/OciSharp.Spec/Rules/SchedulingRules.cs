namespace OciSharp.Spec;

/// <summary>The process's place in the schedules of the CPUs and the disks.</summary>
internal static class SchedulingRules
{
    private static Rule PolicyUnknown => Rule.Error(
        "OCI1220",
        "config.md#linux-process",
        "write SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE or SCHED_DEADLINE");

    private static Rule FlagUnknown =>
        Rule.Error("OCI1221", "config.md#linux-process", "write a name of the specification's list, or remove it");

    private static Rule NiceRange => Rule.Error("OCI1222", "sched_setattr(2)", "write a number from -20 to 19");

    private static Rule PriorityMisplaced =>
        Rule.Error("OCI1223", "sched_setattr(2)", "remove the priority, or choose SCHED_FIFO or SCHED_RR");

    private static Rule PriorityRange => Rule.Error("OCI1224", "sched(7)", "write a number from 1 to 99");

    private static Rule DeadlineMisplaced => Rule.Error("OCI1225", "sched_setattr(2)", "remove the times, or choose SCHED_DEADLINE");

    private static Rule DeadlineOrder => Rule.Error("OCI1226", "sched(7)", "choose times with 1024 ns <= runtime <= deadline <= period");

    private static Rule IoClassUnknown =>
        Rule.Error("OCI1227", "config.md#linux-process", "write IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE");

    private static Rule IoPriorityRange => Rule.Error("OCI1228", "config.md#linux-process", "write a number from 0 (first) to 7 (last)");

    public static void Check(Process process, string at, Findings findings)
    {
        if (process.Scheduler is { } scheduler)
            CheckScheduler(scheduler, $"{at}.scheduler", findings);
        if (process.IoPriority is { } ioPriority)
            CheckIoPriority(ioPriority, $"{at}.ioPriority", findings);
    }

    private static void CheckScheduler(Scheduler scheduler, string at, Findings findings)
    {
        bool known = scheduler.Policy is SchedulerPolicies.SCHED_OTHER or SchedulerPolicies.SCHED_BATCH or SchedulerPolicies.SCHED_ISO
            or SchedulerPolicies.SCHED_IDLE;
        bool realTime = scheduler.Policy is SchedulerPolicies.SCHED_FIFO or SchedulerPolicies.SCHED_RR;
        bool deadline = scheduler.Policy is SchedulerPolicies.SCHED_DEADLINE;

        if (scheduler.Policy.Length == 0)
            findings.Add(PolicyUnknown, $"{at}.policy", "scheduler policy is required");
        else if (!known && !realTime && !deadline)
            findings.Add(PolicyUnknown, $"{at}.policy", $"invalid scheduler policy \"{scheduler.Policy}\"");
        if (scheduler.Nice is < -20 or > 19)
            findings.Add(NiceRange, $"{at}.nice", $"invalid scheduler.nice: {scheduler.Nice}");
        if (known || deadline)
            CheckNoPriority(scheduler, at, findings);
        if (realTime && scheduler.Priority is < 1 or > 99)
            findings.Add(PriorityRange, $"{at}.priority", $"invalid scheduler.priority {scheduler.Priority} of {scheduler.Policy}");
        CheckDeadline(scheduler, deadline, at, findings);
        CheckFlags(scheduler.Flags.AsSpan(), at, findings);
    }

    private static void CheckNoPriority(Scheduler scheduler, string at, Findings findings)
    {
        if (scheduler.Priority != 0)
            findings.Add(PriorityMisplaced, $"{at}.priority", "scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
    }

    private static void CheckDeadline(Scheduler scheduler, bool deadline, string at, Findings findings)
    {
        if (!deadline && (scheduler.Runtime | scheduler.Deadline | scheduler.Period) != 0)
        {
            findings.Add(DeadlineMisplaced, at, "scheduler runtime/deadline/period can only be specified for SchedDeadline policy");
            return;
        }

        // A period of 0 is the deadline; the kernel counts in units of 1024 ns.
        ulong period = scheduler.Period == 0 ? scheduler.Deadline : scheduler.Period;
        if (deadline && (scheduler.Runtime < 1024 || scheduler.Runtime > scheduler.Deadline || scheduler.Deadline > period))
        {
            findings.Add(
                DeadlineOrder,
                at,
                $"runtime {scheduler.Runtime}, deadline {scheduler.Deadline} and period {scheduler.Period} do not fit together");
        }
    }

    private static void CheckFlags(ReadOnlySpan<string> flags, string at, Findings findings)
    {
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i] is not (SchedulerFlags.SCHED_FLAG_RESET_ON_FORK or SchedulerFlags.SCHED_FLAG_RECLAIM
                or SchedulerFlags.SCHED_FLAG_DL_OVERRUN or SchedulerFlags.SCHED_FLAG_KEEP_POLICY or SchedulerFlags.SCHED_FLAG_KEEP_PARAMS
                or SchedulerFlags.SCHED_FLAG_UTIL_CLAMP_MIN or SchedulerFlags.SCHED_FLAG_UTIL_CLAMP_MAX))
                findings.Add(FlagUnknown, $"{at}.flags[{i}]", $"unknown scheduler flag \"{flags[i]}\"");
        }
    }

    private static void CheckIoPriority(LinuxIoPriority ioPriority, string at, Findings findings)
    {
        if (ioPriority.Class is not (IoPriorityClasses.IOPRIO_CLASS_RT or IoPriorityClasses.IOPRIO_CLASS_BE
            or IoPriorityClasses.IOPRIO_CLASS_IDLE))
            findings.Add(IoClassUnknown, $"{at}.class", $"invalid ioPriority.Class: \"{ioPriority.Class}\"");
        if (ioPriority.Priority is < 0 or > 7)
            findings.Add(IoPriorityRange, $"{at}.priority", $"invalid ioPriority.Priority: {ioPriority.Priority}");
    }
}
