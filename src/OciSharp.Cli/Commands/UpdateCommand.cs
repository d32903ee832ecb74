using System.Globalization;
using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Update;
using OciSharp.Spec;

namespace OciSharp.Cli.Commands;

/// <summary><c>update</c></summary>
internal sealed class UpdateCommand : Command
{
    private readonly TextFlag _resources = new("resources", "the file with the new limits, as the specification has them in linux.resources; - is standard input", 'r');
    private readonly NumberFlag _blkioWeight = new("blkio-weight", "the weight of block I/O, 10 to 1000");
    private readonly TextFlag _cpuPeriod = new("cpu-period", "the period of the CPU quota, in microseconds");
    private readonly TextFlag _cpuQuota = new("cpu-quota", "the CPU time in each period, in microseconds; -1 for no limit");
    private readonly TextFlag _cpuBurst = new("cpu-burst", "the unused CPU time that may be saved up, in microseconds");
    private readonly TextFlag _cpuShare = new("cpu-share", "the CPU shares, relative to those of other containers");
    private readonly TextFlag _cpuRtPeriod = new("cpu-rt-period", "the period of the CPU time of real-time tasks, in microseconds");
    private readonly TextFlag _cpuRtRuntime = new("cpu-rt-runtime", "the CPU time of real-time tasks in each period, in microseconds");
    private readonly TextFlag _cpusetCpus = new("cpuset-cpus", "the CPUs to use, as 0-3,7");
    private readonly TextFlag _cpusetMems = new("cpuset-mems", "the memory nodes to use, as 0-3,7");
    private readonly TextFlag _kernelMemory = new("kernel-memory", "") { Hidden = true };
    private readonly TextFlag _kernelMemoryTcp = new("kernel-memory-tcp", "") { Hidden = true };
    private readonly TextFlag _memory = new("memory", "the memory limit, in bytes or as 64M; -1 for none");
    private readonly TextFlag _memoryReservation = new("memory-reservation", "the soft memory limit");
    private readonly TextFlag _memorySwap = new("memory-swap", "the limit of memory and swap together; -1 for none");
    private readonly NumberFlag _pidsLimit = new("pids-limit", "the maximum number of tasks; -1 for no limit");
    private readonly NumberFlag _cpuIdle = new("cpu-idle", "1: the container gets the CPU time that nobody else wants; 0: its shares");
    private readonly TextFlag _l3CacheSchema = new("l3-cache-schema", "the schema of the L3 cache (Intel RDT/CAT)");
    private readonly TextFlag _memBwSchema = new("mem-bw-schema", "the schema of the memory bandwidth (Intel RDT/MBA)");

    public override string Name => "update";

    public override string Summary => "change limits of a container";

    public override string Arguments => "<container-id>";

    public override string Description => """
        What is not given stays as it is. With --resources, the other options are ignored, but for the schemata.
        """;

    public override string Examples => """
        ocisharp update --memory 64M --cpu-quota 20000 demo
        echo '{"pids": {"limit": 100}}' | ocisharp update --resources - demo
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override Flag[] Flags =>
    [
        _resources, _blkioWeight, _cpuPeriod, _cpuQuota, _cpuBurst, _cpuShare, _cpuRtPeriod, _cpuRtRuntime, _cpusetCpus, _cpusetMems,
        _kernelMemory, _kernelMemoryTcp, _memory, _memoryReservation, _memorySwap, _pidsLimit, _cpuIdle, _l3CacheSchema, _memBwSchema,
    ];

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        RuntimeContext context = session.Context();
        LinuxResources resources = _resources.Value is { } path ? ResourceDocument.Read(path, context.Log) : FromFlags();
        Container.Update(context, arguments[0], resources, Schemata());
        return 0;
    }

    private LinuxResources FromFlags() => new()
    {
        Memory = new LinuxMemory
        {
            Limit = Size(_memory),
            Reservation = Size(_memoryReservation),
            Swap = Size(_memorySwap),
            Kernel = Size(_kernelMemory),
            KernelTcp = Size(_kernelMemoryTcp),
        },
        Cpu = new LinuxCpu
        {
            Shares = Unsigned(_cpuShare),
            Quota = Signed(_cpuQuota),
            Burst = Unsigned(_cpuBurst),
            Period = Unsigned(_cpuPeriod),
            RealtimeRuntime = Signed(_cpuRtRuntime),
            RealtimePeriod = Unsigned(_cpuRtPeriod),
            Cpus = _cpusetCpus.Value,
            Mems = _cpusetMems.Value,
            Idle = _cpuIdle.IsSet ? _cpuIdle.Value : null,
        },
        Pids = _pidsLimit.IsSet ? new LinuxPids { Limit = _pidsLimit.Value } : null,
        BlockIo = _blkioWeight.IsSet ? new LinuxBlockIo { Weight = Weight(_blkioWeight) } : null,
    };

    private LinuxIntelRdt? Schemata()
    {
        if (string.IsNullOrEmpty(_l3CacheSchema.Value) && string.IsNullOrEmpty(_memBwSchema.Value))
            return null;
        return new LinuxIntelRdt { L3CacheSchema = Given(_l3CacheSchema), MemBwSchema = Given(_memBwSchema) };
    }

    private static string? Given(TextFlag flag) => string.IsNullOrEmpty(flag.Value) ? null : flag.Value;

    private static long? Size(TextFlag flag)
    {
        if (string.IsNullOrEmpty(flag.Value))
            return null;
        return flag.Value == "-1" ? -1 : ByteSize.Parse(flag.Value) ?? throw Invalid(flag, $"invalid size: '{flag.Value}': write bytes, or a number with k, m, g or t");
    }

    private static long? Signed(TextFlag flag)
    {
        if (string.IsNullOrEmpty(flag.Value))
            return null;
        return long.TryParse(flag.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw NoNumber(flag);
    }

    private static ulong? Unsigned(TextFlag flag)
    {
        if (string.IsNullOrEmpty(flag.Value))
            return null;
        return ulong.TryParse(flag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw NoNumber(flag);
    }

    private static ushort Weight(NumberFlag flag) =>
        flag.Value is >= 0 and <= ushort.MaxValue ? (ushort)flag.Value : throw Invalid(flag, $"{flag.Value} is not from 10 to 1000");

    private static UsageException NoNumber(TextFlag flag) => Invalid(flag, $"parsing \"{flag.Value}\": invalid syntax");

    private static UsageException Invalid(Flag flag, string problem) => new($"invalid value for {flag.Name}: {problem}");
}
