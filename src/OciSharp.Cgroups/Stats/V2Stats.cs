namespace OciSharp.Cgroups.Stats;

/// <summary>
/// The counters of cgroup v2 (the kernel's Documentation/admin-guide/cgroup-v2.rst), in the terms of v1 where they differ.
/// </summary>
internal static class V2Stats
{
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>Reads the counters.</summary>
    /// <param name="path">The cgroup.</param>
    public static CgroupStats Read(string path)
    {
        StatFiles files = StatFiles.At(path);
        return new CgroupStats
        {
            Cpu = Cpu(files),
            Cpuset = new CpusetStats { Cpus = files.List("cpuset.cpus.effective"), Mems = files.List("cpuset.mems.effective") },
            Memory = Memory(files),
            Pids = V1Stats.Pids(files),
            Blkio = Blkio(files),
            Hugetlb = Hugetlb(files),
        };
    }

    private static CpuStats Cpu(StatFiles files)
    {
        IReadOnlyList<KeyValuePair<string, ulong>> stat = files.Table("cpu.stat");
        return new CpuStats
        {
            Total = StatFiles.Find(stat, "usage_usec") * NanosecondsPerMicrosecond,
            Kernel = StatFiles.Find(stat, "system_usec") * NanosecondsPerMicrosecond,
            User = StatFiles.Find(stat, "user_usec") * NanosecondsPerMicrosecond,
            Periods = StatFiles.Find(stat, "nr_periods"),
            ThrottledPeriods = StatFiles.Find(stat, "nr_throttled"),
            ThrottledTime = StatFiles.Find(stat, "throttled_usec") * NanosecondsPerMicrosecond,
            Pressure = files.Pressure("cpu.pressure"),
        };
    }

    private static MemoryStats Memory(StatFiles files)
    {
        IReadOnlyList<KeyValuePair<string, ulong>> raw = files.Table("memory.stat");
        IReadOnlyList<KeyValuePair<string, ulong>> events = files.Table("memory.events");
        IReadOnlyList<KeyValuePair<string, ulong>> swapEvents = files.Table("memory.swap.events");
        var usage = new MemoryUsage(
            files.Number("memory.max"), files.Number("memory.current"), files.Number("memory.peak"), StatFiles.Find(events, "max"));
        return new MemoryStats
        {
            Cache = StatFiles.Find(raw, "file"),
            Usage = usage,
            Swap = new MemoryUsage(
                Sum(usage.Limit, files.Number("memory.swap.max")),
                usage.Usage + files.Number("memory.swap.current"),
                0, // The peaks of both need not have been at the same time.
                StatFiles.Find(swapEvents, "max")),
            Kernel = new MemoryUsage(0, StatFiles.Find(raw, "kernel"), 0, 0),
            Raw = raw,
            Pressure = files.Pressure("memory.pressure"),
        };
    }

    /// <summary>Two limits together; one that is none makes their sum none.</summary>
    private static ulong Sum(ulong first, ulong second) => first > ulong.MaxValue - second ? ulong.MaxValue : first + second;

    private static BlkioStats Blkio(StatFiles files)
    {
        List<BlkioEntry> bytes = [];
        List<BlkioEntry> requests = [];
        foreach (ReadOnlySpan<byte> line in new Lines(files.Text("io.stat")))
        {
            if (!V1Stats.Device(line, out ulong major, out ulong minor))
                continue;
            Add(bytes, line, " rbytes="u8, "Read");
            Add(bytes, line, " wbytes="u8, "Write");
            Add(bytes, line, " dbytes="u8, "Discard");
            Add(requests, line, " rios="u8, "Read");
            Add(requests, line, " wios="u8, "Write");
            Add(requests, line, " dios="u8, "Discard");

            void Add(List<BlkioEntry> entries, ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, string op)
            {
                int at = text.IndexOf(key);
                if (at >= 0)
                    entries.Add(new BlkioEntry(major, minor, op, StatFiles.ParseNumber(text[(at + key.Length)..])));
            }
        }

        return new BlkioStats { ServiceBytes = bytes, Serviced = requests, Pressure = files.Pressure("io.pressure") };
    }

    private static List<KeyValuePair<string, HugetlbStats>> Hugetlb(StatFiles files)
    {
        List<KeyValuePair<string, HugetlbStats>> sizes = [];
        foreach (string size in V1Stats.HugePageSizes)
        {
            string prefix = "hugetlb." + size;
            if (files.Text(prefix + ".current").IsEmpty)
                continue;
            ulong failures = StatFiles.Find(files.Table(prefix + ".events"), "max");
            sizes.Add(new(size, new HugetlbStats(files.Number(prefix + ".current"), 0, failures)));
        }

        return sizes;
    }
}
