using OciSharp.Spec;

namespace OciSharp.Runtime.Documents;

/// <summary>
/// The configuration that <c>spec</c> writes, the same as runc's: a shell on a terminal, in a read-only root file system, with
/// three capabilities and no network.
/// </summary>
public static class DefaultConfig
{
    private static string[] Capabilities => ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    /// <summary>The configuration for a container that root makes.</summary>
    /// <param name="cgroupNamespace">With a cgroup namespace, which the mount of cgroup v2 needs to show no more than the container's own.</param>
    public static Config Privileged(bool cgroupNamespace) => new()
    {
        OciVersion = SpecVersion.Max,
        Process = Shell(),
        Root = new Root { Path = "rootfs", Readonly = true },
        Hostname = "ocisharp",
        Mounts =
        [
            Proc(),
            Dev(),
            DevPts("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            DevShm(),
            DevMqueue(),
            new Mount { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", "ro"] },
            CgroupMount(),
        ],
        Linux = new LinuxConfig
        {
            Resources = new LinuxResources { Devices = [new LinuxDeviceCgroup { Allow = false, Access = "rwm" }] },
            Namespaces =
            [
                New(NamespaceTypes.Pid), New(NamespaceTypes.Network), New(NamespaceTypes.Ipc), New(NamespaceTypes.Uts), New(NamespaceTypes.Mount),
                .. CgroupNamespace(cgroupNamespace),
            ],
            MaskedPaths = MaskedPaths(),
            ReadonlyPaths = ReadonlyPaths(),
        },
    };

    /// <summary>
    /// The configuration for a container of an ordinary user, who becomes its root. The network and /sys are the host's, because
    /// without privileges a network namespace could not be connected and sysfs not be mounted in the host's.
    /// </summary>
    /// <param name="uid">The user.</param>
    /// <param name="gid">The user's group.</param>
    /// <param name="cgroupNamespace">As in <see cref="Privileged"/>.</param>
    public static Config Rootless(uint uid, uint gid, bool cgroupNamespace) => Privileged(cgroupNamespace) with
    {
        Mounts =
        [
            Proc(),
            Dev(),
            DevPts("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"), // gid 5 is not mapped
            DevShm(),
            DevMqueue(),
            new Mount { Destination = "/sys", Type = "none", Source = "/sys", Options = ["rbind", "nosuid", "noexec", "nodev", "ro"] },
            CgroupMount(),
        ],
        Linux = new LinuxConfig
        {
            UidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = uid, Size = 1 }],
            GidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = gid, Size = 1 }],
            Namespaces =
            [
                New(NamespaceTypes.Pid), New(NamespaceTypes.Ipc), New(NamespaceTypes.Uts), New(NamespaceTypes.Mount),
                .. CgroupNamespace(cgroupNamespace), New(NamespaceTypes.User),
            ],
            MaskedPaths = MaskedPaths(),
            ReadonlyPaths = ReadonlyPaths(),
        },
    };

    private static Process Shell() => new()
    {
        Terminal = true,
        User = new User(),
        Args = ["sh"],
        Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
        Cwd = "/",
        Capabilities = new LinuxCapabilities
        {
            Bounding = Capabilities,
            Effective = Capabilities,
            Permitted = Capabilities,
            Ambient = Capabilities,
        },
        Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
        NoNewPrivileges = true,
    };

    private static Mount Proc() => new() { Destination = "/proc", Type = "proc", Source = "proc" };

    private static Mount Dev() =>
        new() { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] };

    private static Mount DevPts(params string[] options) => new() { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = options };

    private static Mount DevShm() =>
        new() { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] };

    private static Mount DevMqueue() =>
        new() { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] };

    private static Mount CgroupMount() =>
        new() { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = ["nosuid", "noexec", "nodev", "relatime", "ro"] };

    private static LinuxNamespace New(string type) => new() { Type = type };

    private static LinuxNamespace[] CgroupNamespace(bool wanted) => wanted ? [New(NamespaceTypes.Cgroup)] : [];

    private static string[] MaskedPaths() =>
    [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
    ];

    private static string[] ReadonlyPaths() => ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
}
