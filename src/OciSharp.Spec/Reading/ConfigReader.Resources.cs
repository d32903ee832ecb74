using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static LinuxResources? ReadResources(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        LinuxDeviceCgroup[]? devices = null;
        LinuxMemory? memory = null;
        LinuxCpu? cpu = null;
        LinuxPids? pids = null;
        LinuxBlockIo? blockIo = null;
        LinuxHugepageLimit[]? hugepageLimits = null;
        LinuxNetwork? network = null;
        Dictionary<string, LinuxRdma>? rdma = null;
        Dictionary<string, string>? unified = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("devices"u8))
                devices = json.Objects(ReadDeviceRule);
            else if (json.Is("memory"u8))
                memory = ReadMemory(ref json);
            else if (json.Is("cpu"u8))
                cpu = ReadCpu(ref json);
            else if (json.Is("pids"u8))
                pids = ReadPids(ref json);
            else if (json.Is("blockIO"u8))
                blockIo = ReadBlockIo(ref json);
            else if (json.Is("hugepageLimits"u8))
                hugepageLimits = json.Objects(ReadHugepageLimit);
            else if (json.Is("network"u8))
                network = ReadNetwork(ref json);
            else if (json.Is("rdma"u8))
                rdma = json.Map(ReadRdma);
            else if (json.Is("unified"u8))
                unified = json.StringMap();
            else
                json.Keep(ref extensions);
        }

        return new LinuxResources
        {
            Devices = devices,
            Memory = memory,
            Cpu = cpu,
            Pids = pids,
            BlockIo = blockIo,
            HugepageLimits = hugepageLimits,
            Network = network,
            Rdma = rdma,
            Unified = unified,
            Extensions = extensions,
        };
    }

    private static LinuxDeviceCgroup? ReadDeviceRule(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        bool? allow = null;
        string? type = null, access = null;
        long? major = null, minor = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("allow"u8))
                allow = json.Bool();
            else if (json.Is("type"u8))
                type = json.String();
            else if (json.Is("major"u8))
                major = json.Int64();
            else if (json.Is("minor"u8))
                minor = json.Int64();
            else if (json.Is("access"u8))
                access = json.String();
            else
                json.Keep(ref extensions);
        }

        return new LinuxDeviceCgroup
        {
            Allow = json.Required(allow, "allow"),
            Type = type,
            Major = major,
            Minor = minor,
            Access = access,
            Extensions = extensions,
        };
    }

    private static LinuxMemory? ReadMemory(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        long? limit = null, reservation = null, swap = null, kernel = null, kernelTcp = null;
        ulong? swappiness = null;
        bool? disableOomKiller = null, useHierarchy = null, checkBeforeUpdate = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("limit"u8))
                limit = json.Int64();
            else if (json.Is("reservation"u8))
                reservation = json.Int64();
            else if (json.Is("swap"u8))
                swap = json.Int64();
            else if (json.Is("kernel"u8))
                kernel = json.Int64();
            else if (json.Is("kernelTCP"u8))
                kernelTcp = json.Int64();
            else if (json.Is("swappiness"u8))
                swappiness = json.UInt64();
            else if (json.Is("disableOOMKiller"u8))
                disableOomKiller = json.Bool();
            else if (json.Is("useHierarchy"u8))
                useHierarchy = json.Bool();
            else if (json.Is("checkBeforeUpdate"u8))
                checkBeforeUpdate = json.Bool();
            else
                json.Keep(ref extensions);
        }

        return new LinuxMemory
        {
            Limit = limit,
            Reservation = reservation,
            Swap = swap,
            Kernel = kernel,
            KernelTcp = kernelTcp,
            Swappiness = swappiness,
            DisableOomKiller = disableOomKiller,
            UseHierarchy = useHierarchy,
            CheckBeforeUpdate = checkBeforeUpdate,
            Extensions = extensions,
        };
    }

    private static LinuxCpu? ReadCpu(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        ulong? shares = null, burst = null, period = null, realtimePeriod = null;
        long? quota = null, realtimeRuntime = null, idle = null;
        string? cpus = null, mems = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("shares"u8))
                shares = json.UInt64();
            else if (json.Is("quota"u8))
                quota = json.Int64();
            else if (json.Is("burst"u8))
                burst = json.UInt64();
            else if (json.Is("period"u8))
                period = json.UInt64();
            else if (json.Is("realtimeRuntime"u8))
                realtimeRuntime = json.Int64();
            else if (json.Is("realtimePeriod"u8))
                realtimePeriod = json.UInt64();
            else if (json.Is("cpus"u8))
                cpus = json.String();
            else if (json.Is("mems"u8))
                mems = json.String();
            else if (json.Is("idle"u8))
                idle = json.Int64();
            else
                json.Keep(ref extensions);
        }

        return new LinuxCpu
        {
            Shares = shares,
            Quota = quota,
            Burst = burst,
            Period = period,
            RealtimeRuntime = realtimeRuntime,
            RealtimePeriod = realtimePeriod,
            Cpus = cpus,
            Mems = mems,
            Idle = idle,
            Extensions = extensions,
        };
    }

    private static LinuxPids? ReadPids(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        long? limit = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("limit"u8))
                limit = json.Int64();
            else
                json.Keep(ref extensions);
        }

        return new LinuxPids { Limit = limit, Extensions = extensions };
    }

    private static LinuxHugepageLimit? ReadHugepageLimit(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? pageSize = null;
        ulong? limit = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("pageSize"u8))
                pageSize = json.String();
            else if (json.Is("limit"u8))
                limit = json.UInt64();
            else
                json.Keep(ref extensions);
        }

        return new LinuxHugepageLimit
        {
            PageSize = json.Required(pageSize, "pageSize"),
            Limit = json.Required(limit, "limit"),
            Extensions = extensions,
        };
    }

    private static LinuxNetwork? ReadNetwork(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        uint? classId = null;
        LinuxInterfacePriority[]? priorities = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("classID"u8))
                classId = json.UInt32();
            else if (json.Is("priorities"u8))
                priorities = json.Objects(ReadInterfacePriority);
            else
                json.Keep(ref extensions);
        }

        return new LinuxNetwork { ClassId = classId, Priorities = priorities, Extensions = extensions };
    }

    private static LinuxInterfacePriority? ReadInterfacePriority(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? name = null;
        uint? priority = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("name"u8))
                name = json.String();
            else if (json.Is("priority"u8))
                priority = json.UInt32();
            else
                json.Keep(ref extensions);
        }

        return new LinuxInterfacePriority
        {
            Name = json.Required(name, "name"),
            Priority = json.Required(priority, "priority"),
            Extensions = extensions,
        };
    }

    private static LinuxRdma? ReadRdma(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        uint? hcaHandles = null, hcaObjects = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("hcaHandles"u8))
                hcaHandles = json.UInt32();
            else if (json.Is("hcaObjects"u8))
                hcaObjects = json.UInt32();
            else
                json.Keep(ref extensions);
        }

        return new LinuxRdma { HcaHandles = hcaHandles, HcaObjects = hcaObjects, Extensions = extensions };
    }
}
