namespace OciSharp.Spec;

/// <summary>Writes the features of a runtime (<c>features.md</c>) as JSON in UTF-8; what is null ("unknown") is left out.</summary>
public static class FeaturesWriter
{
    /// <summary>Writes features.</summary>
    /// <param name="features">The features.</param>
    /// <param name="indent">What a level is indented with: a tab, four spaces; empty: everything is on one line.</param>
    public static byte[] Write(Features features, string indent = "")
    {
        var json = new JsonWriter(indent);
        json.Write(features, WriteFeatures);
        return json.Written.ToArray();
    }

    private static void WriteFeatures(JsonWriter json, Features features)
    {
        json.Property("ociVersionMin"u8, features.OciVersionMin);
        json.Property("ociVersionMax"u8, features.OciVersionMax);
        json.Property("hooks"u8, features.Hooks);
        json.Property("mountOptions"u8, features.MountOptions);
        json.Property("linux"u8, features.Linux, WriteLinux);
        json.Property("annotations"u8, features.Annotations);
        json.Property("potentiallyUnsafeConfigAnnotations"u8, features.PotentiallyUnsafeConfigAnnotations);
    }

    private static void WriteLinux(JsonWriter json, LinuxFeatures features)
    {
        json.Property("namespaces"u8, features.Namespaces);
        json.Property("capabilities"u8, features.Capabilities);
        json.Property("cgroup"u8, features.Cgroup, WriteCgroup);
        json.Property("seccomp"u8, features.Seccomp, WriteSeccomp);
        json.Property("apparmor"u8, features.Apparmor, WriteApparmor);
        json.Property("selinux"u8, features.Selinux, WriteSelinux);
        json.Property("intelRdt"u8, features.IntelRdt, WriteIntelRdt);
        json.Property("memoryPolicy"u8, features.MemoryPolicy, WriteMemoryPolicy);
        json.Property("mountExtensions"u8, features.MountExtensions, WriteMountExtensions);
        json.Property("netDevices"u8, features.NetDevices, WriteNetDevices);
    }

    private static void WriteCgroup(JsonWriter json, CgroupFeatures features)
    {
        json.Property("v1"u8, features.V1);
        json.Property("v2"u8, features.V2);
        json.Property("systemd"u8, features.Systemd);
        json.Property("systemdUser"u8, features.SystemdUser);
        json.Property("rdma"u8, features.Rdma);
    }

    private static void WriteSeccomp(JsonWriter json, SeccompFeatures features)
    {
        json.Property("enabled"u8, features.Enabled);
        json.Property("actions"u8, features.Actions);
        json.Property("operators"u8, features.Operators);
        json.Property("archs"u8, features.Archs);
        json.Property("knownFlags"u8, features.KnownFlags);
        json.Property("supportedFlags"u8, features.SupportedFlags);
    }

    private static void WriteApparmor(JsonWriter json, ApparmorFeatures features)
    {
        json.Property("enabled"u8, features.Enabled);
    }

    private static void WriteSelinux(JsonWriter json, SelinuxFeatures features)
    {
        json.Property("enabled"u8, features.Enabled);
    }

    private static void WriteIntelRdt(JsonWriter json, IntelRdtFeatures features)
    {
        json.Property("enabled"u8, features.Enabled);
        json.Property("schemata"u8, features.Schemata);
        json.Property("monitoring"u8, features.Monitoring);
    }

    private static void WriteMemoryPolicy(JsonWriter json, MemoryPolicyFeatures features)
    {
        json.Property("modes"u8, features.Modes);
        json.Property("flags"u8, features.Flags);
    }

    private static void WriteMountExtensions(JsonWriter json, MountExtensionsFeatures features)
    {
        json.Property("idmap"u8, features.IdMap, WriteIdMap);
    }

    private static void WriteIdMap(JsonWriter json, IdMapFeatures features)
    {
        json.Property("enabled"u8, features.Enabled);
    }

    private static void WriteNetDevices(JsonWriter json, NetDevicesFeatures features)
    {
        json.Property("enabled"u8, features.Enabled);
    }
}
