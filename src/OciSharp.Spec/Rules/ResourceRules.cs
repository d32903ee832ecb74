namespace OciSharp.Spec;

/// <summary>Limits of the container's cgroup.</summary>
internal static class ResourceRules
{
    // What the kernel takes for a quota and a period, in microseconds.
    private const ulong ShortestTime = 1_000;
    private const ulong LongestPeriod = 1_000_000;

    private static Rule BelowUnlimited => Rule.Error("OCI1701", null, "write a limit, or -1 for none");

    private static Rule SwapBelowLimit =>
        Rule.Error("OCI1702", "config-linux.md#memory", "raise swap, which counts memory and swap together, or lower limit");

    private static Rule SwappinessRange => Rule.Error("OCI1703", "config-linux.md#memory", "write a number from 0 to 100");

    private static Rule BurstAboveQuota => Rule.Error("OCI1704", "config-linux.md#cpu", "lower burst, or raise quota");

    private static Rule CpuTimeRange =>
        Rule.Error("OCI1705", "config-linux.md#cpu", "write at least 1000, and at most 1000000 for a period; microseconds");

    private static Rule RealtimeOrder => Rule.Error("OCI1706", "config-linux.md#cpu", "lower realtimeRuntime, or raise realtimePeriod");

    private static Rule IdleRange => Rule.Error("OCI1707", "config-linux.md#cpu", "write 0 or 1");

    private static Rule PageSizeSyntax =>
        Rule.Error("OCI1708", "config-linux.md#huge-page-limits", "write a size as in 2MB, with K, M or G");

    private static Rule InterfaceEmpty => Rule.Error("OCI1709", "config-linux.md#network", "name the interface");

    private static Rule RdmaEmpty => Rule.Error("OCI1710", "config-linux.md#rdma", "give hcaHandles, hcaObjects, or both");

    private static Rule UnifiedKey =>
        Rule.Error("OCI1711", "config-linux.md#unified", "write the name of a file of the cgroup, as in memory.high");

    /// <summary>Checks the resources at a path.</summary>
    public static void Check(LinuxResources resources, string at, Findings findings)
    {
        DeviceAccessRules.Check(resources.Devices.AsSpan(), at, findings);
        if (resources.Memory is { } memory)
            CheckMemory(memory, at, findings);
        if (resources.Cpu is { } cpu)
            CheckCpu(cpu, at, findings);
        if (resources.Pids?.Limit is < -1)
            findings.Add(BelowUnlimited, $"{at}.pids.limit", $"{resources.Pids.Limit} is no limit");
        if (resources.BlockIo is { } blockIo)
            BlockIoRules.Check(blockIo, at, findings);
        CheckHugepages(resources.HugepageLimits.AsSpan(), at, findings);
        if (resources.Network is { } network)
            CheckPriorities(network.Priorities.AsSpan(), at, findings);
        if (resources.Rdma is { } rdma)
            CheckRdma(rdma, at, findings);
        if (resources.Unified is { } unified)
            CheckUnified(unified, at, findings);
    }

    private static void CheckMemory(LinuxMemory memory, string at, Findings findings)
    {
        CheckLimit(memory.Limit, at, "limit", findings);
        CheckLimit(memory.Reservation, at, "reservation", findings);
        CheckLimit(memory.Swap, at, "swap", findings);
        CheckLimit(memory.Kernel, at, "kernel", findings);
        CheckLimit(memory.KernelTcp, at, "kernelTCP", findings);
        if (memory is { Swap: > 0, Limit: > 0 } && memory.Swap < memory.Limit)
        {
            findings.Add(
                SwapBelowLimit,
                $"{at}.memory.swap",
                $"memory+swap limit {memory.Swap} should be larger than memory limit {memory.Limit}");
        }
        if (memory.Swappiness > 100)
            findings.Add(SwappinessRange, $"{at}.memory.swappiness", $"invalid swappiness {memory.Swappiness}");
    }

    private static void CheckLimit(long? limit, string at, string name, Findings findings)
    {
        if (limit < -1)
            findings.Add(BelowUnlimited, $"{at}.memory.{name}", $"{limit} is no limit");
    }

    // 0 is "not set" to engines that fill in every field.
    private static void CheckCpu(LinuxCpu cpu, string at, Findings findings)
    {
        if (cpu.Quota > 0 && cpu.Burst > (ulong)cpu.Quota)
            findings.Add(BurstAboveQuota, $"{at}.cpu.burst", $"the burst {cpu.Burst} is larger than the quota {cpu.Quota}");
        if (cpu.Quota > 0 && (ulong)cpu.Quota < ShortestTime)
            findings.Add(CpuTimeRange, $"{at}.cpu.quota", $"the quota {cpu.Quota} is too short");
        if (cpu.Period > 0 && cpu.Period is < ShortestTime or > LongestPeriod)
            findings.Add(CpuTimeRange, $"{at}.cpu.period", $"{cpu.Period} is no period");
        if (cpu.RealtimeRuntime > 0 && cpu.RealtimePeriod > 0 && (ulong)cpu.RealtimeRuntime > cpu.RealtimePeriod)
        {
            findings.Add(
                RealtimeOrder,
                $"{at}.cpu.realtimeRuntime",
                $"{cpu.RealtimeRuntime} is longer than the period {cpu.RealtimePeriod}");
        }
        if (cpu.Idle is not (null or 0 or 1))
            findings.Add(IdleRange, $"{at}.cpu.idle", $"invalid idle {cpu.Idle}");
        if (cpu.Cpus is not null || cpu.Mems is not null)
        {
            CommonRules.CheckIdList(cpu.Cpus, $"{at}.cpu", "cpus", findings);
            CommonRules.CheckIdList(cpu.Mems, $"{at}.cpu", "mems", findings);
        }
    }

    private static void CheckHugepages(ReadOnlySpan<LinuxHugepageLimit> limits, string at, Findings findings)
    {
        for (int i = 0; i < limits.Length; i++)
        {
            if (!IsPageSize(limits[i].PageSize))
                findings.Add(PageSizeSyntax, $"{at}.hugepageLimits[{i}].pageSize", $"\"{limits[i].PageSize}\" is no page size");
        }
    }

    // ^[1-9][0-9]*[KMG]B$, as the specification's schema has it.
    private static bool IsPageSize(ReadOnlySpan<char> size) =>
        size is [not '0', .., 'K' or 'M' or 'G', 'B'] && !size[..^2].ContainsAnyExceptInRange('0', '9');

    private static void CheckPriorities(ReadOnlySpan<LinuxInterfacePriority> priorities, string at, Findings findings)
    {
        for (int i = 0; i < priorities.Length; i++)
        {
            if (priorities[i].Name.Length == 0)
                findings.Add(InterfaceEmpty, $"{at}.network.priorities[{i}].name", "the name of the interface is empty");
        }
    }

    private static void CheckRdma(IReadOnlyDictionary<string, LinuxRdma> devices, string at, Findings findings)
    {
        foreach ((string device, LinuxRdma limits) in devices)
        {
            string place = JsonPath.Property($"{at}.rdma", device);
            if (limits is { HcaHandles: null, HcaObjects: null } && !findings.IsIncomplete(place))
                findings.Add(RdmaEmpty, place, "neither hcaHandles nor hcaObjects is given");
        }
    }

    private static void CheckUnified(IReadOnlyDictionary<string, string> values, string at, Findings findings)
    {
        foreach (string file in values.Keys)
        {
            if (file is "" or "." or ".." || file.Contains('/'))
            {
                findings.Add(
                    UnifiedKey,
                    JsonPath.Property($"{at}.unified", file),
                    $"unified resource \"{file}\" must be a file name (no slashes)");
            }
        }
    }
}
