using OciSharp.Spec;

namespace OciSharp.Runtime.Update;

/// <summary>
/// New limits beside those that a container has already. To engines, which fill in every field, 0 means that there is no change,
/// except where 0 is a value: burst, idle, the number of tasks.
/// </summary>
internal static class ResourceChange
{
    /// <summary>The limits after the change. Device rules stay as they are.</summary>
    /// <param name="kept">The limits before it.</param>
    /// <param name="change">What changes.</param>
    public static LinuxResources Merge(LinuxResources? kept, LinuxResources change)
    {
        kept ??= new LinuxResources();
        return kept with
        {
            Memory = Merge(kept.Memory, change.Memory),
            Cpu = Merge(kept.Cpu, change.Cpu),
            Pids = change.Pids?.Limit is null ? kept.Pids : change.Pids,
            BlockIo = Merge(kept.BlockIo, change.BlockIo),
            HugepageLimits = Merge(kept.HugepageLimits, change.HugepageLimits, static limit => limit.PageSize),
            Network = Merge(kept.Network, change.Network),
            Rdma = Merge(kept.Rdma, change.Rdma),
            Unified = Merge(kept.Unified, change.Unified),
        };
    }

    /// <summary>
    /// The change with what its limits depend on: the kernel, or the arithmetic of cgroup v2, takes memory only together with swap.
    /// </summary>
    /// <param name="change">What changes.</param>
    /// <param name="merged">What <see cref="Merge(LinuxResources?, LinuxResources)"/> made of it.</param>
    public static LinuxResources Complete(LinuxResources change, LinuxResources merged)
    {
        if (change.Memory is not { } memory)
            return change;
        memory = memory with { CheckBeforeUpdate = merged.Memory?.CheckBeforeUpdate };
        if (Given(memory.Limit) is null ^ Given(memory.Swap) is null && !LiftsAll(memory))
            memory = memory with { Limit = merged.Memory?.Limit, Swap = merged.Memory?.Swap };
        return change with { Memory = memory };
    }

    /// <summary>The schemata after the change.</summary>
    /// <param name="kept">Those before it.</param>
    /// <param name="change">What changes.</param>
    public static LinuxIntelRdt? Merge(LinuxIntelRdt? kept, LinuxIntelRdt? change)
    {
        if (kept is null || change is null)
            return kept;
        return kept with { L3CacheSchema = change.L3CacheSchema ?? kept.L3CacheSchema, MemBwSchema = change.MemBwSchema ?? kept.MemBwSchema };
    }

    private static LinuxMemory? Merge(LinuxMemory? kept, LinuxMemory? change)
    {
        if (kept is null || change is null)
            return change ?? kept;
        return kept with
        {
            Limit = Given(change.Limit) ?? kept.Limit,
            Reservation = Given(change.Reservation) ?? kept.Reservation,
            Swap = Given(change.Swap) ?? (LiftsAll(change) ? null : kept.Swap),
            Swappiness = change.Swappiness ?? kept.Swappiness,
            DisableOomKiller = change.DisableOomKiller ?? kept.DisableOomKiller,
            UseHierarchy = change.UseHierarchy ?? kept.UseHierarchy,
            CheckBeforeUpdate = change.CheckBeforeUpdate ?? kept.CheckBeforeUpdate,
        };
    }

    /// <summary>Memory without a limit has none together with swap either.</summary>
    private static bool LiftsAll(LinuxMemory change) => change.Limit == -1 && Given(change.Swap) is null;

    private static LinuxCpu? Merge(LinuxCpu? kept, LinuxCpu? change)
    {
        if (kept is null || change is null)
            return change ?? kept;
        return kept with
        {
            Shares = Given(change.Shares) ?? kept.Shares,
            Quota = Given(change.Quota) ?? kept.Quota,
            Burst = change.Burst ?? kept.Burst,
            Period = Given(change.Period) ?? kept.Period,
            RealtimeRuntime = Given(change.RealtimeRuntime) ?? kept.RealtimeRuntime,
            RealtimePeriod = Given(change.RealtimePeriod) ?? kept.RealtimePeriod,
            Cpus = string.IsNullOrEmpty(change.Cpus) ? kept.Cpus : change.Cpus,
            Mems = string.IsNullOrEmpty(change.Mems) ? kept.Mems : change.Mems,
            Idle = change.Idle ?? kept.Idle,
        };
    }

    private static LinuxBlockIo? Merge(LinuxBlockIo? kept, LinuxBlockIo? change)
    {
        if (kept is null || change is null)
            return change ?? kept;
        return kept with
        {
            Weight = change.Weight is null or 0 ? kept.Weight : change.Weight,
            LeafWeight = change.LeafWeight is null or 0 ? kept.LeafWeight : change.LeafWeight,
            WeightDevice = Merge(kept.WeightDevice, change.WeightDevice, static device => (device.Major, device.Minor)),
            ThrottleReadBpsDevice = Merge(kept.ThrottleReadBpsDevice, change.ThrottleReadBpsDevice),
            ThrottleWriteBpsDevice = Merge(kept.ThrottleWriteBpsDevice, change.ThrottleWriteBpsDevice),
            ThrottleReadIopsDevice = Merge(kept.ThrottleReadIopsDevice, change.ThrottleReadIopsDevice),
            ThrottleWriteIopsDevice = Merge(kept.ThrottleWriteIopsDevice, change.ThrottleWriteIopsDevice),
        };
    }

    private static IReadOnlyList<LinuxThrottleDevice>? Merge(IReadOnlyList<LinuxThrottleDevice>? kept, IReadOnlyList<LinuxThrottleDevice>? change) =>
        Merge(kept, change, static device => (device.Major, device.Minor));

    private static LinuxNetwork? Merge(LinuxNetwork? kept, LinuxNetwork? change)
    {
        if (kept is null || change is null)
            return change ?? kept;
        return kept with
        {
            ClassId = change.ClassId ?? kept.ClassId,
            Priorities = Merge(kept.Priorities, change.Priorities, static priority => priority.Name),
        };
    }

    /// <summary>Those that are kept, but for those of the same key as a changed one.</summary>
    private static IReadOnlyList<T>? Merge<T, TKey>(IReadOnlyList<T>? kept, IReadOnlyList<T>? change, Func<T, TKey> key)
        where TKey : notnull
    {
        if (kept is null || change is null)
            return change ?? kept;
        HashSet<TKey> changed = [.. change.Select(key)];
        return [.. kept.Where(item => !changed.Contains(key(item))), .. change];
    }

    private static IReadOnlyDictionary<string, T>? Merge<T>(IReadOnlyDictionary<string, T>? kept, IReadOnlyDictionary<string, T>? change)
    {
        if (kept is null || change is null)
            return change ?? kept;
        var merged = new Dictionary<string, T>(kept);
        foreach ((string key, T value) in change)
            merged[key] = value;
        return merged;
    }

    private static long? Given(long? value) => value == 0 ? null : value;

    private static ulong? Given(ulong? value) => value == 0 ? null : value;
}
