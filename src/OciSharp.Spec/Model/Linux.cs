using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>What only Linux has (<c>config-linux.md</c>).</summary>
public sealed record LinuxConfig : SpecObject
{
    /// <summary>uids of a new user namespace (<c>config-linux.md#user-namespace-mappings</c>).</summary>
    public IReadOnlyList<LinuxIdMapping>? UidMappings { get; init; }

    /// <summary>gids of a new user namespace (<c>config-linux.md#user-namespace-mappings</c>).</summary>
    public IReadOnlyList<LinuxIdMapping>? GidMappings { get; init; }

    /// <summary>Kernel parameters by name, as <c>net.ipv4.ip_forward</c> (<c>config-linux.md#sysctl</c>).</summary>
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }

    /// <summary>Limits of the container's cgroup (<c>config-linux.md#control-groups</c>).</summary>
    public LinuxResources? Resources { get; init; }

    /// <summary>
    /// The cgroup: absolute from the cgroup mount, relative to a place of the runtime's choice, or systemd's <c>slice:prefix:name</c>.
    /// </summary>
    public string? CgroupsPath { get; init; }

    /// <summary>Namespaces to make or to join; of an absent type, the runtime's own is kept (<c>config-linux.md#namespaces</c>).</summary>
    public IReadOnlyList<LinuxNamespace>? Namespaces { get; init; }

    /// <summary>Device nodes beyond the default ones (<c>config-linux.md#devices</c>).</summary>
    public IReadOnlyList<LinuxDevice>? Devices { get; init; }

    /// <summary>Network devices of the host to move in, by their name on the host (<c>config-linux.md#network-devices</c>).</summary>
    public IReadOnlyDictionary<string, LinuxNetDevice>? NetDevices { get; init; }

    /// <summary>The system call filter (<c>config-linux.md#seccomp</c>).</summary>
    public LinuxSeccomp? Seccomp { get; init; }

    /// <summary>One of <see cref="RootfsPropagations"/> (<c>config-linux.md#rootfs-mount-propagation</c>).</summary>
    public string? RootfsPropagation { get; init; }

    /// <summary>Absolute paths in the container that cannot be read (<c>config-linux.md#masked-paths</c>).</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>Absolute paths in the container that cannot be written (<c>config-linux.md#readonly-paths</c>).</summary>
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    /// <summary>The SELinux context of the container's mounts (<c>config-linux.md#mount-label</c>).</summary>
    public string? MountLabel { get; init; }

    /// <summary>Intel Resource Director Technology (<c>config-linux.md#intelrdt</c>).</summary>
    public LinuxIntelRdt? IntelRdt { get; init; }

    /// <summary>NUMA memory policy (<c>config-linux.md#memory-policy</c>).</summary>
    public LinuxMemoryPolicy? MemoryPolicy { get; init; }

    /// <summary>Execution domain (<c>config-linux.md#personality</c>).</summary>
    public LinuxPersonality? Personality { get; init; }

    /// <summary>
    /// Offsets of a new time namespace, by clock: <c>monotonic</c>, <c>boottime</c> (<c>config-linux.md#offset-for-time-namespace</c>).
    /// </summary>
    public IReadOnlyDictionary<string, LinuxTimeOffset>? TimeOffsets { get; init; }
}

/// <summary>A namespace to make or to join (<c>config-linux.md#namespaces</c>).</summary>
public sealed record LinuxNamespace : SpecObject
{
    /// <summary>One of <see cref="NamespaceTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The namespace to join, an absolute path; absent: a new one is made.</summary>
    public string? Path { get; init; }
}

/// <summary>Values of <see cref="LinuxNamespace.Type"/>.</summary>
public static class NamespaceTypes
{
    /// <summary>pid_namespaces(7).</summary>
    public const string Pid = "pid";

    /// <summary>network_namespaces(7).</summary>
    public const string Network = "network";

    /// <summary>mount_namespaces(7).</summary>
    public const string Mount = "mount";

    /// <summary>ipc_namespaces(7).</summary>
    public const string Ipc = "ipc";

    /// <summary>uts_namespaces(7).</summary>
    public const string Uts = "uts";

    /// <summary>user_namespaces(7).</summary>
    public const string User = "user";

    /// <summary>cgroup_namespaces(7).</summary>
    public const string Cgroup = "cgroup";

    /// <summary>time_namespaces(7).</summary>
    public const string Time = "time";
}

/// <summary>An offset of a clock in a time namespace (<c>config-linux.md#offset-for-time-namespace</c>).</summary>
public sealed record LinuxTimeOffset : SpecObject
{
    /// <summary>Seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Secs { get; init; }

    /// <summary>Nanoseconds, added to <see cref="Secs"/>; less than a second.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Nanosecs { get; init; }
}

/// <summary>A device node (<c>config-linux.md#devices</c>).</summary>
public sealed record LinuxDevice : SpecObject
{
    /// <summary>Where in the container: an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary><c>c</c> and <c>u</c>: character; <c>b</c>: block; <c>p</c>: fifo, as in mknod(1).</summary>
    public required string Type { get; init; }

    /// <summary>Major number; required unless <see cref="Type"/> is <c>p</c>.</summary>
    public long Major { get; init; }

    /// <summary>Minor number; required unless <see cref="Type"/> is <c>p</c>.</summary>
    public long Minor { get; init; }

    /// <summary>Permission bits.</summary>
    public uint? FileMode { get; init; }

    /// <summary>The owner, as an id of the container.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group, as an id of the container.</summary>
    public uint? Gid { get; init; }
}

/// <summary>A network device that is moved into the container (<c>config-linux.md#network-devices</c>).</summary>
public sealed record LinuxNetDevice : SpecObject
{
    /// <summary>The name inside, which may end in <c>%d</c>; absent: the name on the host.</summary>
    public string? Name { get; init; }
}

/// <summary>Values of <see cref="LinuxConfig.RootfsPropagation"/>. Engines also write the recursive forms, <c>r</c> put before.</summary>
public static class RootfsPropagations
{
    /// <summary>Events go both ways.</summary>
    public const string Shared = "shared";

    /// <summary>Events come in from the host.</summary>
    public const string Slave = "slave";

    /// <summary>No events.</summary>
    public const string Private = "private";

    /// <summary>No events, and the mount cannot be bound elsewhere.</summary>
    public const string Unbindable = "unbindable";
}

/// <summary>Execution domain of personality(2) (<c>config-linux.md#personality</c>).</summary>
public sealed record LinuxPersonality : SpecObject
{
    /// <summary>One of <see cref="PersonalityDomains"/>.</summary>
    public required string Domain { get; init; }

    /// <summary>No flags are defined so far.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>Values of <see cref="LinuxPersonality.Domain"/>.</summary>
public static class PersonalityDomains
{
    /// <summary>PER_LINUX.</summary>
    public const string LINUX = "LINUX";

    /// <summary>PER_LINUX32: uname(2) shows a 32-bit machine.</summary>
    public const string LINUX32 = "LINUX32";
}
