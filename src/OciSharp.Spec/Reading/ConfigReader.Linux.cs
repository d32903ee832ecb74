using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static LinuxConfig? ReadLinux(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        LinuxIdMapping[]? uidMappings = null, gidMappings = null;
        Dictionary<string, string>? sysctl = null;
        LinuxResources? resources = null;
        string? cgroupsPath = null, rootfsPropagation = null, mountLabel = null;
        LinuxNamespace[]? namespaces = null;
        LinuxDevice[]? devices = null;
        Dictionary<string, LinuxNetDevice>? netDevices = null;
        LinuxSeccomp? seccomp = null;
        string[]? maskedPaths = null, readonlyPaths = null;
        LinuxIntelRdt? intelRdt = null;
        LinuxMemoryPolicy? memoryPolicy = null;
        LinuxPersonality? personality = null;
        Dictionary<string, LinuxTimeOffset>? timeOffsets = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("uidMappings"u8))
                uidMappings = json.Objects(ReadIdMapping);
            else if (json.Is("gidMappings"u8))
                gidMappings = json.Objects(ReadIdMapping);
            else if (json.Is("sysctl"u8))
                sysctl = json.StringMap();
            else if (json.Is("resources"u8))
                resources = ReadResources(ref json);
            else if (json.Is("cgroupsPath"u8))
                cgroupsPath = json.String();
            else if (json.Is("namespaces"u8))
                namespaces = json.Objects(ReadNamespace);
            else if (json.Is("devices"u8))
                devices = json.Objects(ReadDevice);
            else if (json.Is("netDevices"u8))
                netDevices = json.Map(ReadNetDevice);
            else if (json.Is("seccomp"u8))
                seccomp = ReadSeccomp(ref json);
            else if (json.Is("rootfsPropagation"u8))
                rootfsPropagation = json.String();
            else if (json.Is("maskedPaths"u8))
                maskedPaths = json.Strings();
            else if (json.Is("readonlyPaths"u8))
                readonlyPaths = json.Strings();
            else if (json.Is("mountLabel"u8))
                mountLabel = json.String();
            else if (json.Is("intelRdt"u8))
                intelRdt = ReadIntelRdt(ref json);
            else if (json.Is("memoryPolicy"u8))
                memoryPolicy = ReadMemoryPolicy(ref json);
            else if (json.Is("personality"u8))
                personality = ReadPersonality(ref json);
            else if (json.Is("timeOffsets"u8))
                timeOffsets = json.Map(ReadTimeOffset);
            else
                json.Keep(ref extensions);
        }

        return new LinuxConfig
        {
            UidMappings = uidMappings,
            GidMappings = gidMappings,
            Sysctl = sysctl,
            Resources = resources,
            CgroupsPath = cgroupsPath,
            Namespaces = namespaces,
            Devices = devices,
            NetDevices = netDevices,
            Seccomp = seccomp,
            RootfsPropagation = rootfsPropagation,
            MaskedPaths = maskedPaths,
            ReadonlyPaths = readonlyPaths,
            MountLabel = mountLabel,
            IntelRdt = intelRdt,
            MemoryPolicy = memoryPolicy,
            Personality = personality,
            TimeOffsets = timeOffsets,
            Extensions = extensions,
        };
    }

    private static LinuxNamespace? ReadNamespace(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? type = null, path = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("type"u8))
                type = json.String();
            else if (json.Is("path"u8))
                path = json.String();
            else
                json.Keep(ref extensions);
        }

        return new LinuxNamespace { Type = json.Required(type, "type"), Path = path, Extensions = extensions };
    }

    private static LinuxTimeOffset? ReadTimeOffset(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        long? secs = null;
        uint? nanosecs = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("secs"u8))
                secs = json.Int64();
            else if (json.Is("nanosecs"u8))
                nanosecs = json.UInt32();
            else
                json.Keep(ref extensions);
        }

        return new LinuxTimeOffset { Secs = secs ?? 0, Nanosecs = nanosecs ?? 0, Extensions = extensions };
    }

    private static LinuxDevice? ReadDevice(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? path = null, type = null;
        long? major = null, minor = null;
        uint? fileMode = null, uid = null, gid = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("path"u8))
                path = json.String();
            else if (json.Is("type"u8))
                type = json.String();
            else if (json.Is("major"u8))
                major = json.Int64();
            else if (json.Is("minor"u8))
                minor = json.Int64();
            else if (json.Is("fileMode"u8))
                fileMode = json.UInt32();
            else if (json.Is("uid"u8))
                uid = json.UInt32();
            else if (json.Is("gid"u8))
                gid = json.UInt32();
            else
                json.Keep(ref extensions);
        }

        return new LinuxDevice
        {
            Path = json.Required(path, "path"),
            Type = json.Required(type, "type"),
            Major = type == "p" ? major ?? 0 : json.Required(major, "major"),
            Minor = type == "p" ? minor ?? 0 : json.Required(minor, "minor"),
            FileMode = fileMode,
            Uid = uid,
            Gid = gid,
            Extensions = extensions,
        };
    }

    private static LinuxNetDevice? ReadNetDevice(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? name = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("name"u8))
                name = json.String();
            else
                json.Keep(ref extensions);
        }

        return new LinuxNetDevice { Name = name, Extensions = extensions };
    }

    private static LinuxPersonality? ReadPersonality(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? domain = null;
        string[]? flags = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("domain"u8))
                domain = json.String();
            else if (json.Is("flags"u8))
                flags = json.Strings();
            else
                json.Keep(ref extensions);
        }

        return new LinuxPersonality { Domain = json.Required(domain, "domain"), Flags = flags, Extensions = extensions };
    }

    private static LinuxIntelRdt? ReadIntelRdt(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? closId = null, l3CacheSchema = null, memBwSchema = null;
        string[]? schemata = null;
        bool? enableMonitoring = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("closID"u8))
                closId = json.String();
            else if (json.Is("schemata"u8))
                schemata = json.Strings();
            else if (json.Is("l3CacheSchema"u8))
                l3CacheSchema = json.String();
            else if (json.Is("memBwSchema"u8))
                memBwSchema = json.String();
            else if (json.Is("enableMonitoring"u8))
                enableMonitoring = json.Bool();
            else
                json.Keep(ref extensions);
        }

        return new LinuxIntelRdt
        {
            ClosId = closId,
            Schemata = schemata,
            L3CacheSchema = l3CacheSchema,
            MemBwSchema = memBwSchema,
            EnableMonitoring = enableMonitoring ?? false,
            Extensions = extensions,
        };
    }

    private static LinuxMemoryPolicy? ReadMemoryPolicy(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? mode = null, nodes = null;
        string[]? flags = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("mode"u8))
                mode = json.String();
            else if (json.Is("nodes"u8))
                nodes = json.String();
            else if (json.Is("flags"u8))
                flags = json.Strings();
            else
                json.Keep(ref extensions);
        }

        return new LinuxMemoryPolicy
        {
            Mode = json.Required(mode, "mode"),
            Nodes = nodes,
            Flags = flags,
            Extensions = extensions,
        };
    }
}
