using System.Text;
using OciSharp.Linux;

namespace OciSharp.Cgroups.Stats;

/// <summary>What the processes of a cgroup use. What the host does not count is 0, empty or null.</summary>
public sealed record CgroupStats
{
    /// <summary>Processor time.</summary>
    public CpuStats Cpu { get; init; } = new();

    /// <summary>The processors and memory nodes that may be used.</summary>
    public CpusetStats Cpuset { get; init; } = new();

    /// <summary>Memory.</summary>
    public MemoryStats Memory { get; init; } = new();

    /// <summary>Tasks.</summary>
    public PidsStats Pids { get; init; }

    /// <summary>Block devices.</summary>
    public BlkioStats Blkio { get; init; } = new();

    /// <summary>Huge pages, by their size: <c>2MB</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, HugetlbStats>> Hugetlb { get; init; } = [];

    /// <summary>Reads the counters of a cgroup. Where it is gone, or lacks a controller, there is nothing to count.</summary>
    /// <param name="paths">As <see cref="CgroupManager.Paths"/> was.</param>
    /// <exception cref="CgroupException">A file cannot be read, or a hierarchy is not mounted any more.</exception>
    public static CgroupStats Read(IReadOnlyDictionary<string, string> paths)
    {
        foreach (string path in paths.Values)
            new CgroupDirectory(Fcntl.AT_FDCWD, "", Encoding.UTF8.GetBytes(path)).RequireMounted();
        return paths.Count == 1 && paths.TryGetValue(CgroupManager.Unified, out string? unified) ? V2Stats.Read(unified) : V1Stats.Read(paths);
    }
}

/// <summary>Processor time, in nanoseconds.</summary>
public sealed record CpuStats
{
    /// <summary>All of it.</summary>
    public ulong Total { get; init; }

    /// <summary>By processor.</summary>
    public IReadOnlyList<ulong> PerCpu { get; init; } = [];

    /// <summary>By processor, in the kernel.</summary>
    public IReadOnlyList<ulong> PerCpuKernel { get; init; } = [];

    /// <summary>By processor, in programs.</summary>
    public IReadOnlyList<ulong> PerCpuUser { get; init; } = [];

    /// <summary>In the kernel.</summary>
    public ulong Kernel { get; init; }

    /// <summary>In programs.</summary>
    public ulong User { get; init; }

    /// <summary>Periods of the quota that have passed.</summary>
    public ulong Periods { get; init; }

    /// <summary>Periods in which the quota was used up.</summary>
    public ulong ThrottledPeriods { get; init; }

    /// <summary>How long processes had to wait for that.</summary>
    public ulong ThrottledTime { get; init; }

    /// <summary>How long tasks waited for a processor.</summary>
    public PressureStats? Pressure { get; init; }
}

/// <summary>The settings of cgroup v1's cpuset, some of which v2 has.</summary>
public sealed record CpusetStats
{
    /// <summary>The processors.</summary>
    public IReadOnlyList<ulong> Cpus { get; init; } = [];

    /// <summary>The memory nodes.</summary>
    public IReadOnlyList<ulong> Mems { get; init; } = [];

    /// <summary>cpuset.cpu_exclusive</summary>
    public ulong CpuExclusive { get; init; }

    /// <summary>cpuset.mem_hardwall</summary>
    public ulong MemHardwall { get; init; }

    /// <summary>cpuset.mem_exclusive</summary>
    public ulong MemExclusive { get; init; }

    /// <summary>cpuset.memory_migrate</summary>
    public ulong MemoryMigrate { get; init; }

    /// <summary>cpuset.memory_spread_page</summary>
    public ulong MemorySpreadPage { get; init; }

    /// <summary>cpuset.memory_spread_slab</summary>
    public ulong MemorySpreadSlab { get; init; }

    /// <summary>cpuset.memory_pressure</summary>
    public ulong MemoryPressure { get; init; }

    /// <summary>cpuset.sched_load_balance</summary>
    public ulong SchedLoadBalance { get; init; }

    /// <summary>cpuset.sched_relax_domain_level</summary>
    public long SchedRelaxDomainLevel { get; init; }
}

/// <summary>Memory.</summary>
public sealed record MemoryStats
{
    /// <summary>The page cache, in bytes.</summary>
    public ulong Cache { get; init; }

    /// <summary>Memory without swap.</summary>
    public MemoryUsage Usage { get; init; }

    /// <summary>Memory and swap together, as cgroup v1 counts.</summary>
    public MemoryUsage Swap { get; init; }

    /// <summary>Memory of the kernel; only v1 has a limit of it.</summary>
    public MemoryUsage Kernel { get; init; }

    /// <summary>Memory of TCP buffers; v1 only.</summary>
    public MemoryUsage KernelTcp { get; init; }

    /// <summary>memory.stat as it is.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Raw { get; init; } = [];

    /// <summary>How long tasks waited for memory.</summary>
    public PressureStats? Pressure { get; init; }
}

/// <summary>One kind of memory.</summary>
/// <param name="Limit">In bytes; <see cref="ulong.MaxValue"/> is none on v2.</param>
/// <param name="Usage">In bytes, now.</param>
/// <param name="Max">In bytes, the most there was.</param>
/// <param name="Failures">How often the limit was in the way.</param>
public readonly record struct MemoryUsage(ulong Limit, ulong Usage, ulong Max, ulong Failures);

/// <summary>Tasks.</summary>
/// <param name="Current">How many there are.</param>
/// <param name="Limit">How many there may be; 0 is without a limit.</param>
public readonly record struct PidsStats(ulong Current, ulong Limit);

/// <summary>One kind of huge page, in bytes.</summary>
/// <param name="Usage">Now.</param>
/// <param name="Max">The most there was; v1 only.</param>
/// <param name="Failures">How often the limit was in the way.</param>
public readonly record struct HugetlbStats(ulong Usage, ulong Max, ulong Failures);

/// <summary>Block devices.</summary>
public sealed record BlkioStats
{
    /// <summary>Bytes.</summary>
    public IReadOnlyList<BlkioEntry> ServiceBytes { get; init; } = [];

    /// <summary>Requests.</summary>
    public IReadOnlyList<BlkioEntry> Serviced { get; init; } = [];

    /// <summary>How long tasks waited for devices.</summary>
    public PressureStats? Pressure { get; init; }
}

/// <summary>One counter of one device.</summary>
/// <param name="Major">The device.</param>
/// <param name="Minor">The device.</param>
/// <param name="Op">What is counted: <c>Read</c>, <c>Write</c>, <c>Discard</c>, …</param>
/// <param name="Value">The counter.</param>
public readonly record struct BlkioEntry(ulong Major, ulong Minor, string Op, ulong Value);

/// <summary>Pressure stall information (the kernel's Documentation/accounting/psi.rst).</summary>
/// <param name="Some">At least one task waited.</param>
/// <param name="Full">All tasks waited at once.</param>
public readonly record struct PressureStats(PressureLine Some, PressureLine Full);

/// <summary>A line of pressure stall information.</summary>
/// <param name="Avg10">Per cent of the last 10 s.</param>
/// <param name="Avg60">Per cent of the last minute.</param>
/// <param name="Avg300">Per cent of the last five minutes.</param>
/// <param name="Total">In microseconds, from the start.</param>
public readonly record struct PressureLine(double Avg10, double Avg60, double Avg300, ulong Total);
