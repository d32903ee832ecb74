using System.Text.Json;
using OciSharp.Cgroups.Stats;

namespace OciSharp.Runtime.Events;

/// <summary>Events as runc prints them, one object per line: engines read these names.</summary>
internal static class StatsJson
{
    /// <summary>An event with the counters of the container.</summary>
    public static void WriteStats(Utf8JsonWriter json, string id, CgroupStats stats)
    {
        WriteHead(json, "stats"u8, id);
        json.WriteStartObject("data"u8);
        WriteCpu(json, stats.Cpu);
        WriteCpuset(json, stats.Cpuset);
        WriteMemory(json, stats.Memory);
        WritePids(json, stats.Pids);
        WriteBlkio(json, stats.Blkio);
        WriteHugetlb(json, stats.Hugetlb);
        json.WriteStartObject("intel_rdt"u8);
        json.WriteEndObject();
        json.WriteNull("network_interfaces"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The event of a process that was killed for want of memory.</summary>
    public static void WriteOom(Utf8JsonWriter json, string id)
    {
        WriteHead(json, "oom"u8, id);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, ReadOnlySpan<byte> type, string id)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("id"u8, id);
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuStats cpu)
    {
        json.WriteStartObject("cpu"u8);
        json.WriteStartObject("usage"u8);
        WriteUnlessZero(json, "total"u8, cpu.Total);
        WriteUnlessEmpty(json, "percpu"u8, cpu.PerCpu);
        WriteUnlessEmpty(json, "percpu_kernel"u8, cpu.PerCpuKernel);
        WriteUnlessEmpty(json, "percpu_user"u8, cpu.PerCpuUser);
        json.WriteNumber("kernel"u8, cpu.Kernel);
        json.WriteNumber("user"u8, cpu.User);
        json.WriteEndObject();
        json.WriteStartObject("throttling"u8);
        WriteUnlessZero(json, "periods"u8, cpu.Periods);
        WriteUnlessZero(json, "throttledPeriods"u8, cpu.ThrottledPeriods);
        WriteUnlessZero(json, "throttledTime"u8, cpu.ThrottledTime);
        json.WriteEndObject();
        WritePressure(json, cpu.Pressure);
        json.WriteEndObject();
    }

    private static void WriteCpuset(Utf8JsonWriter json, CpusetStats cpuset)
    {
        json.WriteStartObject("cpuset"u8);
        WriteUnlessEmpty(json, "cpus"u8, cpuset.Cpus);
        json.WriteNumber("cpu_exclusive"u8, cpuset.CpuExclusive);
        WriteUnlessEmpty(json, "mems"u8, cpuset.Mems);
        json.WriteNumber("mem_hardwall"u8, cpuset.MemHardwall);
        json.WriteNumber("mem_exclusive"u8, cpuset.MemExclusive);
        json.WriteNumber("memory_migrate"u8, cpuset.MemoryMigrate);
        json.WriteNumber("memory_spread_page"u8, cpuset.MemorySpreadPage);
        json.WriteNumber("memory_spread_slab"u8, cpuset.MemorySpreadSlab);
        json.WriteNumber("memory_pressure"u8, cpuset.MemoryPressure);
        json.WriteNumber("sched_load_balance"u8, cpuset.SchedLoadBalance);
        json.WriteNumber("sched_relax_domain_level"u8, cpuset.SchedRelaxDomainLevel);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryStats memory)
    {
        json.WriteStartObject("memory"u8);
        WriteUnlessZero(json, "cache"u8, memory.Cache);
        WriteUsage(json, "usage"u8, memory.Usage);
        WriteUsage(json, "swap"u8, memory.Swap);
        WriteUsage(json, "kernel"u8, memory.Kernel);
        WriteUsage(json, "kernelTCP"u8, memory.KernelTcp);
        if (memory.Raw.Count > 0)
        {
            json.WriteStartObject("raw"u8);
            foreach (KeyValuePair<string, ulong> counter in memory.Raw)
                json.WriteNumber(counter.Key, counter.Value);
            json.WriteEndObject();
        }

        WritePressure(json, memory.Pressure);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, ReadOnlySpan<byte> name, MemoryUsage usage)
    {
        json.WriteStartObject(name);
        json.WriteNumber("limit"u8, usage.Limit);
        WriteUnlessZero(json, "usage"u8, usage.Usage);
        WriteUnlessZero(json, "max"u8, usage.Max);
        json.WriteNumber("failcnt"u8, usage.Failures);
        json.WriteEndObject();
    }

    private static void WritePids(Utf8JsonWriter json, PidsStats pids)
    {
        json.WriteStartObject("pids"u8);
        WriteUnlessZero(json, "current"u8, pids.Current);
        WriteUnlessZero(json, "limit"u8, pids.Limit);
        json.WriteEndObject();
    }

    private static void WriteBlkio(Utf8JsonWriter json, BlkioStats blkio)
    {
        json.WriteStartObject("blkio"u8);
        WriteEntries(json, "ioServiceBytesRecursive"u8, blkio.ServiceBytes);
        WriteEntries(json, "ioServicedRecursive"u8, blkio.Serviced);
        WritePressure(json, blkio.Pressure);
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<BlkioEntry> entries)
    {
        if (entries.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (BlkioEntry entry in entries)
        {
            json.WriteStartObject();
            WriteUnlessZero(json, "major"u8, entry.Major);
            WriteUnlessZero(json, "minor"u8, entry.Minor);
            json.WriteString("op"u8, entry.Op);
            WriteUnlessZero(json, "value"u8, entry.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHugetlb(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, HugetlbStats>> sizes)
    {
        json.WriteStartObject("hugetlb"u8);
        foreach (KeyValuePair<string, HugetlbStats> size in sizes)
        {
            json.WriteStartObject(size.Key);
            WriteUnlessZero(json, "usage"u8, size.Value.Usage);
            WriteUnlessZero(json, "max"u8, size.Value.Max);
            json.WriteNumber("failcnt"u8, size.Value.Failures);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, PressureStats? pressure)
    {
        if (pressure is not { } stats)
            return;
        json.WriteStartObject("psi"u8);
        WritePressureLine(json, "some"u8, stats.Some);
        WritePressureLine(json, "full"u8, stats.Full);
        json.WriteEndObject();
    }

    private static void WritePressureLine(Utf8JsonWriter json, ReadOnlySpan<byte> name, PressureLine line)
    {
        json.WriteStartObject(name);
        json.WriteNumber("avg10"u8, line.Avg10);
        json.WriteNumber("avg60"u8, line.Avg60);
        json.WriteNumber("avg300"u8, line.Avg300);
        json.WriteNumber("total"u8, line.Total);
        json.WriteEndObject();
    }

    private static void WriteUnlessZero(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
            json.WriteNumber(name, value);
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ulong> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (ulong value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
