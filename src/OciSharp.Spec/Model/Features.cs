using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>
/// What a runtime can do (<c>features.md</c>). Null means "unknown"; an empty list means "none".
/// </summary>
public sealed record Features : SpecObject
{
    /// <summary>The oldest version of the specification that is recognised.</summary>
    public required string OciVersionMin { get; init; }

    /// <summary>The newest version of the specification that is recognised.</summary>
    public required string OciVersionMax { get; init; }

    /// <summary>Names of the recognised hooks.</summary>
    public IReadOnlyList<string>? Hooks { get; init; }

    /// <summary>Names of the recognised mount options, without those of file systems.</summary>
    public IReadOnlyList<string>? MountOptions { get; init; }

    /// <summary>What only Linux has (<c>features-linux.md</c>).</summary>
    public LinuxFeatures? Linux { get; init; }

    /// <summary>Metadata of the runtime.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Annotations that change what the runtime does; one that ends in <c>.</c> is a prefix.</summary>
    public IReadOnlyList<string>? PotentiallyUnsafeConfigAnnotations { get; init; }
}

/// <summary>Features of Linux (<c>features-linux.md</c>).</summary>
public sealed record LinuxFeatures : SpecObject
{
    /// <summary>Recognised namespaces.</summary>
    public IReadOnlyList<string>? Namespaces { get; init; }

    /// <summary>Recognised capabilities.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>cgroup managers.</summary>
    public CgroupFeatures? Cgroup { get; init; }

    /// <summary>System call filters.</summary>
    public SeccompFeatures? Seccomp { get; init; }

    /// <summary>AppArmor.</summary>
    public ApparmorFeatures? Apparmor { get; init; }

    /// <summary>SELinux.</summary>
    public SelinuxFeatures? Selinux { get; init; }

    /// <summary>Intel RDT.</summary>
    public IntelRdtFeatures? IntelRdt { get; init; }

    /// <summary>NUMA memory policy.</summary>
    public MemoryPolicyFeatures? MemoryPolicy { get; init; }

    /// <summary>Kinds of mounts.</summary>
    public MountExtensionsFeatures? MountExtensions { get; init; }

    /// <summary>Moving of network devices.</summary>
    public NetDevicesFeatures? NetDevices { get; init; }
}

/// <summary>cgroup managers (<c>features-linux.md#cgroup</c>).</summary>
public sealed record CgroupFeatures : SpecObject
{
    /// <summary>cgroup v1.</summary>
    public bool? V1 { get; init; }

    /// <summary>cgroup v2.</summary>
    public bool? V2 { get; init; }

    /// <summary>The system's systemd.</summary>
    public bool? Systemd { get; init; }

    /// <summary>A user's systemd.</summary>
    public bool? SystemdUser { get; init; }

    /// <summary>The rdma controller.</summary>
    public bool? Rdma { get; init; }
}

/// <summary>System call filters (<c>features-linux.md#seccomp</c>).</summary>
public sealed record SeccompFeatures : SpecObject
{
    /// <summary>Filters are supported.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Recognised actions.</summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>Recognised operators.</summary>
    public IReadOnlyList<string>? Operators { get; init; }

    /// <summary>Recognised architectures.</summary>
    public IReadOnlyList<string>? Archs { get; init; }

    /// <summary>Recognised flags.</summary>
    public IReadOnlyList<string>? KnownFlags { get; init; }

    /// <summary>Flags that this kernel takes as well.</summary>
    public IReadOnlyList<string>? SupportedFlags { get; init; }
}

/// <summary>AppArmor (<c>features-linux.md#apparmor</c>).</summary>
public sealed record ApparmorFeatures : SpecObject
{
    /// <summary>Supported by the runtime.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>SELinux (<c>features-linux.md#selinux</c>).</summary>
public sealed record SelinuxFeatures : SpecObject
{
    /// <summary>Supported by the runtime.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>Intel RDT (<c>features-linux.md#intel-rdt</c>).</summary>
public sealed record IntelRdtFeatures : SpecObject
{
    /// <summary>Supported by the runtime.</summary>
    public bool? Enabled { get; init; }

    /// <summary><see cref="LinuxIntelRdt.Schemata"/> is.</summary>
    public bool? Schemata { get; init; }

    /// <summary><see cref="LinuxIntelRdt.EnableMonitoring"/> is.</summary>
    public bool? Monitoring { get; init; }
}

/// <summary>NUMA memory policy (<c>features-linux.md#memorypolicy</c>).</summary>
public sealed record MemoryPolicyFeatures : SpecObject
{
    /// <summary>Recognised modes.</summary>
    public IReadOnlyList<string>? Modes { get; init; }

    /// <summary>Recognised flags.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>Kinds of mounts (<c>features-linux.md#mountextensions</c>).</summary>
public sealed record MountExtensionsFeatures : SpecObject
{
    /// <summary>Idmapped mounts.</summary>
    [JsonPropertyName("idmap")]
    public IdMapFeatures? IdMap { get; init; }
}

/// <summary>Idmapped mounts (<c>features-linux.md#mountextensions</c>).</summary>
public sealed record IdMapFeatures : SpecObject
{
    /// <summary>Supported by the runtime.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>Moving of network devices (<c>features-linux.md#netdevices</c>).</summary>
public sealed record NetDevicesFeatures : SpecObject
{
    /// <summary>Supported by the runtime.</summary>
    public bool? Enabled { get; init; }
}
