using OciSharp.Cgroups.Resctrl;
using OciSharp.Cgroups.Stats;
using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.Events;

/// <summary>Events as runc prints them, one object per line: engines read these names.</summary>
internal static class StatsJson
{
    /// <summary>An event with the counters of the container.</summary>
    public static void WriteStats(JsonWriter json, string id, CgroupStats stats, ResctrlStats? resctrl)
    {
        WriteHead(json, "stats", id);
        json.BeginObject("data"u8);
        WriteCpu(json, stats.Cpu);
        WriteCpuset(json, stats.Cpuset);
        WriteMemory(json, stats.Memory);
        WritePids(json, stats.Pids);
        WriteBlkio(json, stats.Blkio);
        WriteHugetlb(json, stats.Hugetlb);
        WriteResctrl(json, resctrl);
        json.Name("network_interfaces"u8);
        json.Null();
        json.EndObject();
        json.EndObject();
    }

    /// <summary>The event of a process that was killed for want of memory.</summary>
    public static void WriteOom(JsonWriter json, string id)
    {
        WriteHead(json, "oom", id);
        json.EndObject();
    }

    private static void WriteHead(JsonWriter json, string type, string id)
    {
        json.BeginObject();
        json.Property("type"u8, type);
        json.Property("id"u8, id);
    }

    private static void WriteCpu(JsonWriter json, CpuStats cpu)
    {
        json.BeginObject("cpu"u8);
        json.BeginObject("usage"u8);
        WriteUnlessZero(json, "total"u8, cpu.Total);
        WriteUnlessEmpty(json, "percpu"u8, cpu.PerCpu);
        WriteUnlessEmpty(json, "percpu_kernel"u8, cpu.PerCpuKernel);
        WriteUnlessEmpty(json, "percpu_user"u8, cpu.PerCpuUser);
        json.Property("kernel"u8, cpu.Kernel);
        json.Property("user"u8, cpu.User);
        json.EndObject();
        json.BeginObject("throttling"u8);
        WriteUnlessZero(json, "periods"u8, cpu.Periods);
        WriteUnlessZero(json, "throttledPeriods"u8, cpu.ThrottledPeriods);
        WriteUnlessZero(json, "throttledTime"u8, cpu.ThrottledTime);
        json.EndObject();
        WritePressure(json, cpu.Pressure);
        json.EndObject();
    }

    private static void WriteCpuset(JsonWriter json, CpusetStats cpuset)
    {
        json.BeginObject("cpuset"u8);
        WriteUnlessEmpty(json, "cpus"u8, cpuset.Cpus);
        json.Property("cpu_exclusive"u8, cpuset.CpuExclusive);
        WriteUnlessEmpty(json, "mems"u8, cpuset.Mems);
        json.Property("mem_hardwall"u8, cpuset.MemHardwall);
        json.Property("mem_exclusive"u8, cpuset.MemExclusive);
        json.Property("memory_migrate"u8, cpuset.MemoryMigrate);
        json.Property("memory_spread_page"u8, cpuset.MemorySpreadPage);
        json.Property("memory_spread_slab"u8, cpuset.MemorySpreadSlab);
        json.Property("memory_pressure"u8, cpuset.MemoryPressure);
        json.Property("sched_load_balance"u8, cpuset.SchedLoadBalance);
        json.Property("sched_relax_domain_level"u8, cpuset.SchedRelaxDomainLevel);
        json.EndObject();
    }

    private static void WriteMemory(JsonWriter json, MemoryStats memory)
    {
        json.BeginObject("memory"u8);
        WriteUnlessZero(json, "cache"u8, memory.Cache);
        WriteUsage(json, "usage"u8, memory.Usage);
        WriteUsage(json, "swap"u8, memory.Swap);
        WriteUsage(json, "kernel"u8, memory.Kernel);
        WriteUsage(json, "kernelTCP"u8, memory.KernelTcp);
        if (memory.Raw.Count > 0)
        {
            json.BeginObject("raw"u8);
            foreach (KeyValuePair<string, ulong> counter in memory.Raw)
            {
                json.Name(counter.Key);
                json.Value(counter.Value);
            }

            json.EndObject();
        }

        WritePressure(json, memory.Pressure);
        json.EndObject();
    }

    private static void WriteUsage(JsonWriter json, ReadOnlySpan<byte> name, MemoryUsage usage)
    {
        json.BeginObject(name);
        json.Property("limit"u8, usage.Limit);
        WriteUnlessZero(json, "usage"u8, usage.Usage);
        WriteUnlessZero(json, "max"u8, usage.Max);
        json.Property("failcnt"u8, usage.Failures);
        json.EndObject();
    }

    private static void WritePids(JsonWriter json, PidsStats pids)
    {
        json.BeginObject("pids"u8);
        WriteUnlessZero(json, "current"u8, pids.Current);
        WriteUnlessZero(json, "limit"u8, pids.Limit);
        json.EndObject();
    }

    private static void WriteBlkio(JsonWriter json, BlkioStats blkio)
    {
        json.BeginObject("blkio"u8);
        WriteEntries(json, "ioServiceBytesRecursive"u8, blkio.ServiceBytes);
        WriteEntries(json, "ioServicedRecursive"u8, blkio.Serviced);
        WritePressure(json, blkio.Pressure);
        json.EndObject();
    }

    private static void WriteEntries(JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<BlkioEntry> entries)
    {
        if (entries.Count == 0)
            return;
        json.BeginArray(name);
        foreach (BlkioEntry entry in entries)
        {
            json.BeginObject();
            WriteUnlessZero(json, "major"u8, entry.Major);
            WriteUnlessZero(json, "minor"u8, entry.Minor);
            json.Property("op"u8, entry.Op);
            WriteUnlessZero(json, "value"u8, entry.Value);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteHugetlb(JsonWriter json, IReadOnlyList<KeyValuePair<string, HugetlbStats>> sizes)
    {
        json.BeginObject("hugetlb"u8);
        foreach (KeyValuePair<string, HugetlbStats> size in sizes)
        {
            json.Name(size.Key);
            json.BeginObject();
            WriteUnlessZero(json, "usage"u8, size.Value.Usage);
            WriteUnlessZero(json, "max"u8, size.Value.Max);
            json.Property("failcnt"u8, size.Value.Failures);
            json.EndObject();
        }

        json.EndObject();
    }

    private static void WriteResctrl(JsonWriter json, ResctrlStats? stats)
    {
        json.BeginObject("intel_rdt"u8);
        if (stats is not null)
        {
            WriteResctrlInfo(json, stats);
            WriteUnlessEmpty(json, "l3_cache_schema_root"u8, stats.L3SchemaOfRoot);
            WriteUnlessEmpty(json, "l3_cache_schema"u8, stats.L3Schema);
            WriteUnlessEmpty(json, "mem_bw_schema_root"u8, stats.BandwidthSchemaOfRoot);
            WriteUnlessEmpty(json, "mem_bw_schema"u8, stats.BandwidthSchema);
            json.BeginArray("schemata"u8);
            foreach (string line in stats.Schemata)
                json.Value(line);
            json.EndArray();
            WriteTraffic(json, stats.Domains);
            WriteOccupancy(json, stats.Domains);
        }

        json.EndObject();
    }

    private static void WriteResctrlInfo(JsonWriter json, ResctrlStats stats)
    {
        if (stats.L3 is { } cache)
        {
            json.BeginObject("l3_cache_info"u8);
            json.Property("cbm_mask"u8, cache.Mask);
            WriteUnlessZero(json, "min_cbm_bits"u8, cache.MinBits);
            WriteUnlessZero(json, "num_closids"u8, cache.ClosIds);
            json.EndObject();
        }

        if (stats.Bandwidth is { } bandwidth)
        {
            json.BeginObject("mem_bw_info"u8);
            WriteUnlessZero(json, "bandwidth_gran"u8, bandwidth.Granularity);
            WriteUnlessZero(json, "delay_linear"u8, bandwidth.DelayLinear);
            WriteUnlessZero(json, "min_bandwidth"u8, bandwidth.Min);
            WriteUnlessZero(json, "num_closids"u8, bandwidth.ClosIds);
            json.EndObject();
        }
    }

    private static void WriteTraffic(JsonWriter json, IReadOnlyList<DomainStats> domains)
    {
        if (!domains.Any(static domain => domain.TotalBytes is not null || domain.LocalBytes is not null))
            return;
        json.BeginArray("mbm_stats"u8);
        foreach (DomainStats domain in domains)
        {
            json.BeginObject();
            WriteUnlessZero(json, "mbm_total_bytes"u8, domain.TotalBytes ?? 0);
            WriteUnlessZero(json, "mbm_local_bytes"u8, domain.LocalBytes ?? 0);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteOccupancy(JsonWriter json, IReadOnlyList<DomainStats> domains)
    {
        if (!domains.Any(static domain => domain.Occupancy is not null))
            return;
        json.BeginArray("cmt_stats"u8);
        foreach (DomainStats domain in domains)
        {
            json.BeginObject();
            WriteUnlessZero(json, "llc_occupancy"u8, domain.Occupancy ?? 0);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WritePressure(JsonWriter json, PressureStats? pressure)
    {
        if (pressure is not { } stats)
            return;
        json.BeginObject("psi"u8);
        WritePressureLine(json, "some"u8, stats.Some);
        WritePressureLine(json, "full"u8, stats.Full);
        json.EndObject();
    }

    private static void WritePressureLine(JsonWriter json, ReadOnlySpan<byte> name, PressureLine line)
    {
        json.BeginObject(name);
        json.Property("avg10"u8, line.Avg10);
        json.Property("avg60"u8, line.Avg60);
        json.Property("avg300"u8, line.Avg300);
        json.Property("total"u8, line.Total);
        json.EndObject();
    }

    private static void WriteUnlessZero(JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
            json.Property(name, value);
    }

    private static void WriteUnlessEmpty(JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
            json.Property(name, value);
    }

    private static void WriteUnlessEmpty(JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ulong> values)
    {
        if (values.Count == 0)
            return;
        json.BeginArray(name);
        foreach (ulong value in values)
            json.Value(value);
        json.EndArray();
    }
}
