using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>Limits of the container's cgroup (<c>config-linux.md#control-groups</c>); what <c>update --resources</c> reads.</summary>
public sealed record LinuxResources : SpecObject
{
    /// <summary>Rules of device access, applied in order (<c>config-linux.md#allowed-device-list</c>).</summary>
    public IReadOnlyList<LinuxDeviceCgroup>? Devices { get; init; }

    /// <summary>Memory (<c>config-linux.md#memory</c>).</summary>
    public LinuxMemory? Memory { get; init; }

    /// <summary>CPU time and cpusets (<c>config-linux.md#cpu</c>).</summary>
    public LinuxCpu? Cpu { get; init; }

    /// <summary>Number of tasks (<c>config-linux.md#pids</c>).</summary>
    public LinuxPids? Pids { get; init; }

    /// <summary>Block devices (<c>config-linux.md#block-io</c>).</summary>
    [JsonPropertyName("blockIO")]
    public LinuxBlockIo? BlockIo { get; init; }

    /// <summary>Huge pages (<c>config-linux.md#huge-page-limits</c>).</summary>
    public IReadOnlyList<LinuxHugepageLimit>? HugepageLimits { get; init; }

    /// <summary>Network class and priorities, cgroup v1 only (<c>config-linux.md#network</c>).</summary>
    public LinuxNetwork? Network { get; init; }

    /// <summary>RDMA limits by device (<c>config-linux.md#rdma</c>).</summary>
    public IReadOnlyDictionary<string, LinuxRdma>? Rdma { get; init; }

    /// <summary>Values by name of the file of cgroup v2 (<c>config-linux.md#unified</c>).</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

/// <summary>A rule of device access (<c>config-linux.md#allowed-device-list</c>).</summary>
public sealed record LinuxDeviceCgroup : SpecObject
{
    /// <summary>Allow or deny.</summary>
    public required bool Allow { get; init; }

    /// <summary><c>a</c> all, <c>c</c> character, <c>b</c> block; absent: all.</summary>
    public string? Type { get; init; }

    /// <summary>Major number; absent: all.</summary>
    public long? Major { get; init; }

    /// <summary>Minor number; absent: all.</summary>
    public long? Minor { get; init; }

    /// <summary>Of <c>r</c>, <c>w</c>, <c>m</c>.</summary>
    public string? Access { get; init; }
}

/// <summary>Memory limits, in bytes; -1 is unlimited (<c>config-linux.md#memory</c>).</summary>
public sealed record LinuxMemory : SpecObject
{
    /// <summary>Hard limit.</summary>
    public long? Limit { get; init; }

    /// <summary>Soft limit.</summary>
    public long? Reservation { get; init; }

    /// <summary>Limit of memory and swap together.</summary>
    public long? Swap { get; init; }

    /// <summary>Kernel memory; obsolete, cgroup v1 only.</summary>
    public long? Kernel { get; init; }

    /// <summary>Kernel memory of TCP; obsolete, cgroup v1 only.</summary>
    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    /// <summary>0 to 100, cgroup v1 only.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>Tasks wait instead of being killed; cgroup v1 only.</summary>
    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    /// <summary>Children share the limits; cgroup v1 only.</summary>
    public bool? UseHierarchy { get; init; }

    /// <summary>A new limit that is lower than the present usage is refused.</summary>
    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>CPU time and cpusets; times in microseconds (<c>config-linux.md#cpu</c>).</summary>
public sealed record LinuxCpu : SpecObject
{
    /// <summary>Relative share, 1024 being the default of cgroup v1.</summary>
    public ulong? Shares { get; init; }

    /// <summary>Time in each period; -1 is unlimited.</summary>
    public long? Quota { get; init; }

    /// <summary>Unused time that may be saved up; not larger than a positive <see cref="Quota"/>.</summary>
    public ulong? Burst { get; init; }

    /// <summary>Length of the period.</summary>
    public ulong? Period { get; init; }

    /// <summary>Time of real-time tasks in each period; cgroup v1 only.</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary>Length of the real-time period; cgroup v1 only.</summary>
    public ulong? RealtimePeriod { get; init; }

    /// <summary>CPUs, as <c>0-3,7</c>.</summary>
    public string? Cpus { get; init; }

    /// <summary>Memory nodes, as <c>0-3,7</c>.</summary>
    public string? Mems { get; init; }

    /// <summary>0: default; 1: the cgroup is SCHED_IDLE.</summary>
    public long? Idle { get; init; }
}

/// <summary>Number of tasks (<c>config-linux.md#pids</c>).</summary>
public sealed record LinuxPids : SpecObject
{
    /// <summary>The maximum; -1 is unlimited, 0 is a real limit.</summary>
    public long? Limit { get; init; }
}

/// <summary>Block I/O (<c>config-linux.md#block-io</c>).</summary>
public sealed record LinuxBlockIo : SpecObject
{
    /// <summary>The cgroup's weight.</summary>
    public ushort? Weight { get; init; }

    /// <summary>The weight of its own tasks against its children; cgroup v1 only.</summary>
    public ushort? LeafWeight { get; init; }

    /// <summary>Weights by device.</summary>
    public IReadOnlyList<LinuxWeightDevice>? WeightDevice { get; init; }

    /// <summary>Bytes per second, reading.</summary>
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleReadBpsDevice { get; init; }

    /// <summary>Bytes per second, writing.</summary>
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleWriteBpsDevice { get; init; }

    /// <summary>Operations per second, reading.</summary>
    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleReadIopsDevice { get; init; }

    /// <summary>Operations per second, writing.</summary>
    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleWriteIopsDevice { get; init; }
}

/// <summary>The weight of a block device; at least one of the two weights is given (<c>config-linux.md#block-io</c>).</summary>
public sealed record LinuxWeightDevice : SpecObject
{
    /// <summary>Major number.</summary>
    public required long Major { get; init; }

    /// <summary>Minor number.</summary>
    public required long Minor { get; init; }

    /// <summary>Weight.</summary>
    public ushort? Weight { get; init; }

    /// <summary>Weight against the cgroup's children.</summary>
    public ushort? LeafWeight { get; init; }
}

/// <summary>A rate limit of a block device (<c>config-linux.md#block-io</c>).</summary>
public sealed record LinuxThrottleDevice : SpecObject
{
    /// <summary>Major number.</summary>
    public required long Major { get; init; }

    /// <summary>Minor number.</summary>
    public required long Minor { get; init; }

    /// <summary>Bytes or operations per second.</summary>
    public required ulong Rate { get; init; }
}

/// <summary>A limit of huge pages (<c>config-linux.md#huge-page-limits</c>).</summary>
public sealed record LinuxHugepageLimit : SpecObject
{
    /// <summary>The size of the page, as <c>2MB</c>.</summary>
    public required string PageSize { get; init; }

    /// <summary>Bytes.</summary>
    public required ulong Limit { get; init; }
}

/// <summary>net_cls and net_prio of cgroup v1 (<c>config-linux.md#network</c>).</summary>
public sealed record LinuxNetwork : SpecObject
{
    /// <summary>The class of the cgroup's packets.</summary>
    [JsonPropertyName("classID")]
    public uint? ClassId { get; init; }

    /// <summary>Priorities by interface.</summary>
    public IReadOnlyList<LinuxInterfacePriority>? Priorities { get; init; }
}

/// <summary>The priority of the cgroup's packets on an interface (<c>config-linux.md#network</c>).</summary>
public sealed record LinuxInterfacePriority : SpecObject
{
    /// <summary>The interface, as the runtime sees it.</summary>
    public required string Name { get; init; }

    /// <summary>The priority.</summary>
    public required uint Priority { get; init; }
}

/// <summary>Limits of an RDMA device; at least one is given (<c>config-linux.md#rdma</c>).</summary>
public sealed record LinuxRdma : SpecObject
{
    /// <summary>HCA handles.</summary>
    public uint? HcaHandles { get; init; }

    /// <summary>HCA objects.</summary>
    public uint? HcaObjects { get; init; }
}
