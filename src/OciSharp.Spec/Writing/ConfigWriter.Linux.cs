using static OciSharp.Spec.JsonProperties;

namespace OciSharp.Spec;

public static partial class ConfigWriter
{
    private static void WriteLinux(JsonWriter json, LinuxConfig linux)
    {
        json.Property("uidMappings"u8, linux.UidMappings, WriteIdMapping);
        json.Property("gidMappings"u8, linux.GidMappings, WriteIdMapping);
        json.Property("sysctl"u8, linux.Sysctl);
        json.Property("resources"u8, linux.Resources, WriteResources);
        json.Property("cgroupsPath"u8, linux.CgroupsPath);
        json.Property("namespaces"u8, linux.Namespaces, WriteNamespace);
        json.Property("devices"u8, linux.Devices, WriteDevice);
        json.Property("netDevices"u8, linux.NetDevices, WriteNetDevice);
        json.Property("seccomp"u8, linux.Seccomp, WriteSeccomp);
        json.Property("rootfsPropagation"u8, linux.RootfsPropagation);
        json.Property("maskedPaths"u8, linux.MaskedPaths);
        json.Property("readonlyPaths"u8, linux.ReadonlyPaths);
        json.Property("mountLabel"u8, linux.MountLabel);
        json.Property("intelRdt"u8, linux.IntelRdt, WriteIntelRdt);
        json.Property("memoryPolicy"u8, linux.MemoryPolicy, WriteMemoryPolicy);
        json.Property("personality"u8, linux.Personality, WritePersonality);
        json.Property("timeOffsets"u8, linux.TimeOffsets, WriteTimeOffset);
    }

    private static void WriteNamespace(JsonWriter json, LinuxNamespace ns)
    {
        json.Property("type"u8, ns.Type);
        json.Property("path"u8, ns.Path);
    }

    private static void WriteTimeOffset(JsonWriter json, LinuxTimeOffset timeOffset)
    {
        json.Property("secs"u8, UnlessZero(timeOffset.Secs));
        json.Property("nanosecs"u8, UnlessZero(timeOffset.Nanosecs));
    }

    private static void WriteDevice(JsonWriter json, LinuxDevice device)
    {
        json.Property("path"u8, device.Path);
        json.Property("type"u8, device.Type);
        json.Property("major"u8, device.Major);
        json.Property("minor"u8, device.Minor);
        json.Property("fileMode"u8, device.FileMode);
        json.Property("uid"u8, device.Uid);
        json.Property("gid"u8, device.Gid);
    }

    private static void WriteNetDevice(JsonWriter json, LinuxNetDevice netDevice)
    {
        json.Property("name"u8, netDevice.Name);
    }

    private static void WritePersonality(JsonWriter json, LinuxPersonality personality)
    {
        json.Property("domain"u8, personality.Domain);
        json.Property("flags"u8, personality.Flags);
    }

    private static void WriteIntelRdt(JsonWriter json, LinuxIntelRdt intelRdt)
    {
        json.Property("closID"u8, intelRdt.ClosId);
        json.Property("schemata"u8, intelRdt.Schemata);
        json.Property("l3CacheSchema"u8, intelRdt.L3CacheSchema);
        json.Property("memBwSchema"u8, intelRdt.MemBwSchema);
        json.Property("enableMonitoring"u8, UnlessFalse(intelRdt.EnableMonitoring));
    }

    private static void WriteMemoryPolicy(JsonWriter json, LinuxMemoryPolicy memoryPolicy)
    {
        json.Property("mode"u8, memoryPolicy.Mode);
        json.Property("nodes"u8, memoryPolicy.Nodes);
        json.Property("flags"u8, memoryPolicy.Flags);
    }
}
