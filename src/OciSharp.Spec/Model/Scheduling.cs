using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>Scheduling attributes of sched_setattr(2) (<c>config.md#linux-process</c>). Absent numbers are 0.</summary>
public sealed record Scheduler : SpecObject
{
    /// <summary>One of <see cref="SchedulerPolicies"/>.</summary>
    public required string Policy { get; init; }

    /// <summary>Nice value, -20 to 19.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Nice { get; init; }

    /// <summary>Static priority, of SCHED_FIFO and SCHED_RR.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Priority { get; init; }

    /// <summary>Of <see cref="SchedulerFlags"/>.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>SCHED_DEADLINE: nanoseconds to run in each period.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Runtime { get; init; }

    /// <summary>SCHED_DEADLINE: nanoseconds until the work must be done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Deadline { get; init; }

    /// <summary>SCHED_DEADLINE: length of a period in nanoseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Period { get; init; }
}

/// <summary>Values of <see cref="Scheduler.Policy"/>.</summary>
public static class SchedulerPolicies
{
    /// <summary>The default, time-sharing policy.</summary>
    public const string SCHED_OTHER = "SCHED_OTHER";

    /// <summary>Real time, first in first out.</summary>
    public const string SCHED_FIFO = "SCHED_FIFO";

    /// <summary>Real time, round robin.</summary>
    public const string SCHED_RR = "SCHED_RR";

    /// <summary>Batch work.</summary>
    public const string SCHED_BATCH = "SCHED_BATCH";

    /// <summary>Isochronous; the kernel reserves the name and does not implement it.</summary>
    public const string SCHED_ISO = "SCHED_ISO";

    /// <summary>Work of the lowest importance.</summary>
    public const string SCHED_IDLE = "SCHED_IDLE";

    /// <summary>Earliest deadline first.</summary>
    public const string SCHED_DEADLINE = "SCHED_DEADLINE";
}

/// <summary>Values of <see cref="Scheduler.Flags"/>, explained in sched_setattr(2).</summary>
public static class SchedulerFlags
{
    /// <summary>Children start with the default policy.</summary>
    public const string SCHED_FLAG_RESET_ON_FORK = "SCHED_FLAG_RESET_ON_FORK";

    /// <summary>Reclaims bandwidth that other deadline tasks leave.</summary>
    public const string SCHED_FLAG_RECLAIM = "SCHED_FLAG_RECLAIM";

    /// <summary>SIGXCPU when the runtime is overrun.</summary>
    public const string SCHED_FLAG_DL_OVERRUN = "SCHED_FLAG_DL_OVERRUN";

    /// <summary>Keeps the current policy.</summary>
    public const string SCHED_FLAG_KEEP_POLICY = "SCHED_FLAG_KEEP_POLICY";

    /// <summary>Keeps the current parameters.</summary>
    public const string SCHED_FLAG_KEEP_PARAMS = "SCHED_FLAG_KEEP_PARAMS";

    /// <summary>Sets the minimum utilisation.</summary>
    public const string SCHED_FLAG_UTIL_CLAMP_MIN = "SCHED_FLAG_UTIL_CLAMP_MIN";

    /// <summary>Sets the maximum utilisation.</summary>
    public const string SCHED_FLAG_UTIL_CLAMP_MAX = "SCHED_FLAG_UTIL_CLAMP_MAX";
}

/// <summary>I/O priority of ioprio_set(2) (<c>config.md#linux-process</c>).</summary>
public sealed record LinuxIoPriority : SpecObject
{
    /// <summary>One of <see cref="IoPriorityClasses"/>.</summary>
    public required string Class { get; init; }

    /// <summary>The level in the class: 0 is the highest, 7 the lowest.</summary>
    public required int Priority { get; init; }
}

/// <summary>Values of <see cref="LinuxIoPriority.Class"/>.</summary>
public static class IoPriorityClasses
{
    /// <summary>Real time.</summary>
    public const string IOPRIO_CLASS_RT = "IOPRIO_CLASS_RT";

    /// <summary>Best effort.</summary>
    public const string IOPRIO_CLASS_BE = "IOPRIO_CLASS_BE";

    /// <summary>Only when nobody else uses the disk.</summary>
    public const string IOPRIO_CLASS_IDLE = "IOPRIO_CLASS_IDLE";
}
