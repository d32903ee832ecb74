using OciSharp.Spec;

namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// Limits as properties of a unit. systemd writes the files of its units again now and then (systemctl daemon-reload), so what it
/// knows about has to
/// be told to it; what it does not is only in the files.
/// </summary>
/// <remarks>The versions that brought a property are those of systemd.resource-control(5).</remarks>
internal static class ResourceProperties
{
    private const int SinceAllowedCpus = 244;
    private const int SinceQuotaPeriod = 242;
    private const int SinceIdleWeight = 252;

    private const ulong UsualPeriod = 100_000;
    private const ulong MicrosecondsPerSecond = 1_000_000;

    // systemd keeps the quota as a percentage of a CPU: what it cannot hold is rounded up, so that the file can have the exact value.
    private const ulong QuotaStep = 10_000;

    /// <summary>The properties for cgroup v2.</summary>
    /// <param name="resources">The limits.</param>
    /// <param name="version">That of systemd.</param>
    /// <exception cref="CgroupException">A value has no form that systemd takes.</exception>
    public static List<UnitProperty> ForV2(LinuxResources? resources, int version)
    {
        var properties = new List<UnitProperty>();
        if (resources?.Memory is { } memory)
            AddMemory(properties, memory);
        if (resources?.Cpu is { } cpu)
        {
            if (cpu.Idle is 1 && version >= SinceIdleWeight)
                properties.Add(UnitProperty.Of("CPUWeight", 0));
            else if (cpu.Shares is { } shares and not 0)
                properties.Add(UnitProperty.Of("CPUWeight", (ulong)CpuShares.ToWeight(shares)));
            AddQuota(properties, cpu.Quota, cpu.Period, version);
            AddCpuSet(properties, cpu, version);
        }

        AddTasks(properties, resources?.Pids?.Limit);
        if (resources?.BlockIo is { } io)
            AddIo(properties, io);
        UnifiedProperties.Add(properties, resources?.Unified, version);
        return properties;
    }

    /// <summary>The properties for cgroup v1.</summary>
    /// <inheritdoc cref="ForV2"/>
    public static List<UnitProperty> ForV1(LinuxResources? resources, int version)
    {
        var properties = new List<UnitProperty>();
        if (resources?.Memory?.Limit is { } limit and not 0)
            properties.Add(UnitProperty.Of("MemoryLimit", Bytes(limit)));
        if (resources?.Cpu is { } cpu)
        {
            if (cpu.Shares is { } shares and not 0)
                properties.Add(UnitProperty.Of("CPUShares", shares));
            AddQuota(properties, cpu.Quota, cpu.Period, version);
        }

        AddTasks(properties, resources?.Pids?.Limit);
        if (resources?.BlockIo?.Weight is { } weight and not 0)
            properties.Add(UnitProperty.Of("BlockIOWeight", weight));
        return properties;
    }

    /// <summary>The quota and its period: <c>CPUQuotaPerSecUSec</c> and <c>CPUQuotaPeriodUSec</c>.</summary>
    internal static void AddQuota(List<UnitProperty> properties, long? quota, ulong? period, int version)
    {
        if (period is not (null or 0) && version >= SinceQuotaPeriod)
            properties.Add(UnitProperty.Of("CPUQuotaPeriodUSec", period.Value));
        if (quota is null or 0)
            return;
        ulong perSecond = UnitProperty.Infinity;
        if (quota > 0)
        {
            perSecond = (ulong)quota * MicrosecondsPerSecond / (period is null or 0 ? UsualPeriod : period.Value);
            perSecond = (perSecond + QuotaStep - 1) / QuotaStep * QuotaStep;
        }

        properties.Add(UnitProperty.Of("CPUQuotaPerSecUSec", perSecond));
    }

    /// <summary><c>AllowedCPUs</c> or <c>AllowedMemoryNodes</c>, if systemd has them.</summary>
    internal static void AddCpuList(List<UnitProperty> properties, string name, string? list, int version)
    {
        if (!string.IsNullOrEmpty(list) && version >= SinceAllowedCpus)
            properties.Add(UnitProperty.Of(name, CpuList.ToBits(list)));
    }

    /// <summary><c>TasksMax</c>, which cannot be 0: the file will be.</summary>
    internal static void AddTasks(List<UnitProperty> properties, long? limit)
    {
        if (limit is not null)
            properties.Add(UnitProperty.Of("TasksMax", limit < 0 ? UnitProperty.Infinity : Math.Max(1, (ulong)limit.Value)));
    }

    private static void AddMemory(List<UnitProperty> properties, LinuxMemory memory)
    {
        if (memory.Limit is { } limit and not 0)
            properties.Add(UnitProperty.Of("MemoryMax", Bytes(limit)));
        if (memory.Reservation is { } reservation and not 0)
            properties.Add(UnitProperty.Of("MemoryLow", Bytes(reservation)));
        if (V2.MemoryController.SwapOnly(memory) is { } swap)
            properties.Add(UnitProperty.Of("MemorySwapMax", swap == "max" ? UnitProperty.Infinity : ulong.Parse(swap)));
    }

    private static void AddCpuSet(List<UnitProperty> properties, LinuxCpu cpu, int version)
    {
        AddCpuList(properties, "AllowedCPUs", cpu.Cpus, version);
        AddCpuList(properties, "AllowedMemoryNodes", cpu.Mems, version);
    }

    private static void AddIo(List<UnitProperty> properties, LinuxBlockIo io)
    {
        if (io.Weight is { } weight and not 0)
            properties.Add(UnitProperty.Of("IOWeight", (ulong)V2.IoController.ToIoWeight(weight)));
        if (io.WeightDevice is { Count: > 0 } weights)
        {
            var pairs = new List<(string, ulong)>(weights.Count);
            foreach (LinuxWeightDevice device in weights)
            {
                if (device.Weight is { } own)
                    pairs.Add(($"/dev/block/{device.Major}:{device.Minor}", (ulong)V2.IoController.ToIoWeight(own)));
            }

            properties.Add(UnitProperty.Of("IODeviceWeight", pairs));
        }

        AddThrottle(properties, "IOReadBandwidthMax", io.ThrottleReadBpsDevice);
        AddThrottle(properties, "IOWriteBandwidthMax", io.ThrottleWriteBpsDevice);
        AddThrottle(properties, "IOReadIOPSMax", io.ThrottleReadIopsDevice);
        AddThrottle(properties, "IOWriteIOPSMax", io.ThrottleWriteIopsDevice);
    }

    private static void AddThrottle(List<UnitProperty> properties, string name, IReadOnlyList<LinuxThrottleDevice>? devices)
    {
        if (devices is not { Count: > 0 })
            return;
        var pairs = new List<(string, ulong)>(devices.Count);
        foreach (LinuxThrottleDevice device in devices)
            pairs.Add(($"/dev/block/{device.Major}:{device.Minor}", device.Rate == 0 ? UnitProperty.Infinity : device.Rate));
        properties.Add(UnitProperty.Of(name, pairs));
    }

    private static ulong Bytes(long value) => value < 0 ? UnitProperty.Infinity : (ulong)value;
}
