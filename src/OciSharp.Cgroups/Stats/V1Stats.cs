using System.Buffers.Text;
using System.Text;

namespace OciSharp.Cgroups.Stats;

/// <summary>The counters of cgroup v1 (the kernel's Documentation/admin-guide/cgroup-v1).</summary>
internal static class V1Stats
{
    /// <summary>cpuacct.stat counts in ticks of a hundredth of a second on all architectures (USER_HZ).</summary>
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <summary>Every size that some architecture of Linux has, as the names of the files have it.</summary>
    public static readonly string[] HugePageSizes = ["64KB", "1MB", "2MB", "8MB", "16MB", "32MB", "512MB", "1GB", "2GB", "16GB"];

    /// <summary>Reads the counters.</summary>
    /// <param name="paths">The cgroup's path by controller.</param>
    public static CgroupStats Read(IReadOnlyDictionary<string, string> paths) => new()
    {
        Cpu = Cpu(Files(paths, "cpu"), Files(paths, "cpuacct")),
        Cpuset = Cpuset(Files(paths, "cpuset")),
        Memory = Memory(Files(paths, "memory")),
        Pids = Pids(Files(paths, "pids")),
        Blkio = Blkio(Files(paths, "blkio")),
        Hugetlb = Hugetlb(Files(paths, "hugetlb")),
    };

    /// <summary>Tasks, which both versions count alike.</summary>
    public static PidsStats Pids(StatFiles files)
    {
        ulong limit = files.Number("pids.max");
        return new PidsStats(files.Number("pids.current"), limit == ulong.MaxValue ? 0 : limit);
    }

    private static StatFiles Files(IReadOnlyDictionary<string, string> paths, string controller) =>
        paths.TryGetValue(controller, out string? path) ? StatFiles.At(path) : default;

    private static CpuStats Cpu(StatFiles cpu, StatFiles cpuacct)
    {
        IReadOnlyList<KeyValuePair<string, ulong>> throttling = cpu.Table("cpu.stat");
        IReadOnlyList<KeyValuePair<string, ulong>> ticks = cpuacct.Table("cpuacct.stat");
        return new CpuStats
        {
            Total = cpuacct.Number("cpuacct.usage"),
            PerCpu = Numbers(cpuacct.Text("cpuacct.usage_percpu")),
            PerCpuKernel = Numbers(cpuacct.Text("cpuacct.usage_percpu_sys")),
            PerCpuUser = Numbers(cpuacct.Text("cpuacct.usage_percpu_user")),
            Kernel = StatFiles.Find(ticks, "system") * NanosecondsPerTick,
            User = StatFiles.Find(ticks, "user") * NanosecondsPerTick,
            Periods = StatFiles.Find(throttling, "nr_periods"),
            ThrottledPeriods = StatFiles.Find(throttling, "nr_throttled"),
            ThrottledTime = StatFiles.Find(throttling, "throttled_time"),
        };
    }

    private static CpusetStats Cpuset(StatFiles files) => new()
    {
        Cpus = files.List("cpuset.cpus"),
        Mems = files.List("cpuset.mems"),
        CpuExclusive = files.Number("cpuset.cpu_exclusive"),
        MemHardwall = files.Number("cpuset.mem_hardwall"),
        MemExclusive = files.Number("cpuset.mem_exclusive"),
        MemoryMigrate = files.Number("cpuset.memory_migrate"),
        MemorySpreadPage = files.Number("cpuset.memory_spread_page"),
        MemorySpreadSlab = files.Number("cpuset.memory_spread_slab"),
        MemoryPressure = files.Number("cpuset.memory_pressure"),
        SchedLoadBalance = files.Number("cpuset.sched_load_balance"),
        SchedRelaxDomainLevel = files.Signed("cpuset.sched_relax_domain_level"),
    };

    private static MemoryStats Memory(StatFiles files)
    {
        IReadOnlyList<KeyValuePair<string, ulong>> raw = files.Table("memory.stat");
        return new MemoryStats
        {
            Cache = StatFiles.Find(raw, "cache"),
            Usage = Usage(files, "memory"),
            Swap = Usage(files, "memory.memsw"),
            Kernel = Usage(files, "memory.kmem"),
            KernelTcp = Usage(files, "memory.kmem.tcp"),
            Raw = raw,
        };
    }

    private static MemoryUsage Usage(StatFiles files, string prefix) => new(
        files.Number(prefix + ".limit_in_bytes"),
        files.Number(prefix + ".usage_in_bytes"),
        files.Number(prefix + ".max_usage_in_bytes"),
        files.Number(prefix + ".failcnt"));

    /// <summary>
    /// The throttling layer sees every request, but counts for the cgroup's subtree in newer kernels only; BFQ sees its own.
    /// </summary>
    private static BlkioStats Blkio(StatFiles files) => new()
    {
        ServiceBytes = FirstOf(files, "io_service_bytes"),
        Serviced = FirstOf(files, "io_serviced"),
    };

    private static List<BlkioEntry> FirstOf(StatFiles files, string counter)
    {
        List<BlkioEntry> entries = Entries(files.Text($"blkio.bfq.{counter}_recursive"));
        if (entries.Count == 0)
            entries = Entries(files.Text($"blkio.throttle.{counter}_recursive"));
        if (entries.Count == 0)
            entries = Entries(files.Text($"blkio.throttle.{counter}"));
        return entries;
    }

    /// <summary>Lines such as <c>8:0 Read 4096</c>; the sum over all devices is left out.</summary>
    private static List<BlkioEntry> Entries(ReadOnlySpan<byte> text)
    {
        List<BlkioEntry> entries = [];
        foreach (ReadOnlySpan<byte> line in new Lines(text))
        {
            int blank = line.IndexOf((byte)' ');
            int last = line.LastIndexOf((byte)' ');
            if (last > blank && Device(line[..blank], out ulong major, out ulong minor))
                entries.Add(new(major, minor, Encoding.UTF8.GetString(line[(blank + 1)..last]), StatFiles.ParseNumber(line[(last + 1)..])));
        }

        return entries;
    }

    /// <summary><c>8:0</c></summary>
    internal static bool Device(ReadOnlySpan<byte> text, out ulong major, out ulong minor)
    {
        minor = 0;
        return Utf8Parser.TryParse(text, out major, out int used) && used < text.Length && text[used] == ':'
            && Utf8Parser.TryParse(text[(used + 1)..], out minor, out _);
    }

    private static List<KeyValuePair<string, HugetlbStats>> Hugetlb(StatFiles files)
    {
        List<KeyValuePair<string, HugetlbStats>> sizes = [];
        foreach (string size in HugePageSizes)
        {
            string prefix = "hugetlb." + size;
            if (files.Text(prefix + ".usage_in_bytes").IsEmpty)
                continue;
            sizes.Add(new(size, new HugetlbStats(
                files.Number(prefix + ".usage_in_bytes"),
                files.Number(prefix + ".max_usage_in_bytes"),
                files.Number(prefix + ".failcnt"))));
        }

        return sizes;
    }

    private static List<ulong> Numbers(ReadOnlySpan<byte> text)
    {
        List<ulong> numbers = [];
        while (Utf8Parser.TryParse(text, out ulong number, out int used))
        {
            numbers.Add(number);
            text = text[used..].TrimStart(" \n"u8);
        }

        return numbers;
    }
}
