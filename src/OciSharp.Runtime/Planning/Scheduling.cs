using OciSharp.Linux;
using OciSharp.Spec;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Planning;

/// <summary>Processor, disk and memory policies of a process, in the kernel's numbers.</summary>
internal static class Scheduling
{
    private const int IoPriorityClassShift = 13;

    /// <summary>sched_setattr(2) for <c>process.scheduler</c>.</summary>
    /// <exception cref="ContainerException">An unknown policy or flag.</exception>
    public static unsafe sched_attr Attributes(Scheduler scheduler)
    {
        sched_attr attributes = default;
        attributes.size = (uint)sizeof(sched_attr);
        attributes.sched_policy = scheduler.Policy switch
        {
            SchedulerPolicies.SCHED_OTHER => SCHED_OTHER,
            SchedulerPolicies.SCHED_FIFO => SCHED_FIFO,
            SchedulerPolicies.SCHED_RR => SCHED_RR,
            SchedulerPolicies.SCHED_BATCH => SCHED_BATCH,
            SchedulerPolicies.SCHED_IDLE => SCHED_IDLE,
            SchedulerPolicies.SCHED_DEADLINE => SCHED_DEADLINE,
            _ => throw new ContainerException($"$.process.scheduler.policy: Linux has no scheduling policy \"{scheduler.Policy}\""),
        };
        foreach (string flag in scheduler.Flags ?? [])
        {
            attributes.sched_flags |= flag switch
            {
                SchedulerFlags.SCHED_FLAG_RESET_ON_FORK => SCHED_FLAG_RESET_ON_FORK,
                SchedulerFlags.SCHED_FLAG_RECLAIM => SCHED_FLAG_RECLAIM,
                SchedulerFlags.SCHED_FLAG_DL_OVERRUN => SCHED_FLAG_DL_OVERRUN,
                SchedulerFlags.SCHED_FLAG_KEEP_POLICY => SCHED_FLAG_KEEP_POLICY,
                SchedulerFlags.SCHED_FLAG_KEEP_PARAMS => SCHED_FLAG_KEEP_PARAMS,
                SchedulerFlags.SCHED_FLAG_UTIL_CLAMP_MIN => SCHED_FLAG_UTIL_CLAMP_MIN,
                SchedulerFlags.SCHED_FLAG_UTIL_CLAMP_MAX => SCHED_FLAG_UTIL_CLAMP_MAX,
                _ => throw new ContainerException($"$.process.scheduler.flags: unknown scheduler flag \"{flag}\""),
            };
        }

        attributes.sched_nice = scheduler.Nice;
        attributes.sched_priority = (uint)scheduler.Priority;
        attributes.sched_runtime = scheduler.Runtime;
        attributes.sched_deadline = scheduler.Deadline;
        attributes.sched_period = scheduler.Period;
        return attributes;
    }

    /// <summary>ioprio_set(2) for <c>process.ioPriority</c>: class and priority in one number.</summary>
    /// <exception cref="ContainerException">An unknown class.</exception>
    public static ulong IoPriority(LinuxIoPriority priority)
    {
        uint level = priority.Class switch
        {
            IoPriorityClasses.IOPRIO_CLASS_RT => 1,
            IoPriorityClasses.IOPRIO_CLASS_BE => 2,
            IoPriorityClasses.IOPRIO_CLASS_IDLE => 3,
            _ => throw new ContainerException($"$.process.ioPriority.class: invalid ioPriority.Class \"{priority.Class}\""),
        };
        return (level << IoPriorityClassShift) | (uint)priority.Priority;
    }

    /// <summary>set_mempolicy(2) for <c>linux.memoryPolicy</c>: the mode with its flags, and the mask of nodes.</summary>
    /// <exception cref="ContainerException">An unknown mode or flag, or a list of nodes that is none.</exception>
    public static (ulong Mode, ulong[] Nodes) MemoryPolicy(LinuxMemoryPolicy policy)
    {
        ulong mode = policy.Mode switch
        {
            MemoryPolicyModes.MPOL_DEFAULT => 0,
            MemoryPolicyModes.MPOL_PREFERRED => 1,
            MemoryPolicyModes.MPOL_BIND => 2,
            MemoryPolicyModes.MPOL_INTERLEAVE => 3,
            MemoryPolicyModes.MPOL_LOCAL => 4,
            MemoryPolicyModes.MPOL_PREFERRED_MANY => 5,
            MemoryPolicyModes.MPOL_WEIGHTED_INTERLEAVE => 6,
            _ => throw new ContainerException($"$.linux.memoryPolicy.mode: invalid memory policy mode \"{policy.Mode}\""),
        };
        foreach (string flag in policy.Flags ?? [])
        {
            mode |= flag switch
            {
                MemoryPolicyFlags.MPOL_F_STATIC_NODES => 1UL << 15,
                MemoryPolicyFlags.MPOL_F_RELATIVE_NODES => 1UL << 14,
                MemoryPolicyFlags.MPOL_F_NUMA_BALANCING => 1UL << 13,
                _ => throw new ContainerException($"$.linux.memoryPolicy.flags: invalid memory policy flag \"{flag}\""),
            };
        }

        return (mode, string.IsNullOrEmpty(policy.Nodes) ? [] : NodeMask(policy.Nodes));
    }

    /// <summary>The kernel takes no more nodes than it was built for: the mask ends with its last one.</summary>
    private static ulong[] NodeMask(string list)
    {
        ulong[] mask = Mask(list, "$.linux.memoryPolicy.nodes: invalid memory policy node");
        int words = mask.Length;
        while (words > 1 && mask[words - 1] == 0)
            words--;
        return mask[..words];
    }

    /// <summary>The mask of a list such as <c>0-3,7</c>, of processors or memory nodes.</summary>
    /// <exception cref="ContainerException">It is no such list.</exception>
    public static ulong[] Mask(string list, string path)
    {
        const int Most = 8192;
        var mask = new ulong[Most / 64];
        foreach (string part in list.Split(','))
        {
            int dash = part.IndexOf('-');
            string first = dash < 0 ? part : part[..dash];
            string last = dash < 0 ? part : part[(dash + 1)..];
            if (!uint.TryParse(first, out uint from) || !uint.TryParse(last, out uint to) || from > to || to >= Most)
                throw new ContainerException($"{path}: \"{part}\" is no number and no range; a list looks like 0-3,7");
            for (uint bit = from; bit <= to; bit++)
                mask[bit / 64] |= 1UL << (int)(bit % 64);
        }

        return mask;
    }
}
