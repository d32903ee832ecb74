using System.Text;
using OciSharp.Spec;

namespace OciSharp.Runtime.Documents;

/// <summary>
/// What this build can do (<c>features.md</c>), whatever the host can: the specification wants the document to be known when the
/// runtime is compiled.
/// </summary>
public static class RuntimeFeatures
{
    /// <summary>The document as JSON, indented by four, with a newline at its end.</summary>
    /// <param name="version">The version of the build.</param>
    /// <param name="commit">The commit that it was made from.</param>
    public static string Text(string version, string commit) =>
        Encoding.UTF8.GetString(Json.Indented(Document(version, commit), OciSharpJsonContext.Default.Features, ' ', 4)) + "\n";

    private static Features Document(string version, string commit) => new()
    {
        OciVersionMin = SpecVersion.Oldest,
        OciVersionMax = SpecVersion.Newest,
        Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
        MountOptions = MountOptions.All,
        Linux = new LinuxFeatures
        {
            Namespaces =
            [
                NamespaceTypes.Cgroup, NamespaceTypes.Ipc, NamespaceTypes.Mount, NamespaceTypes.Network, NamespaceTypes.Pid,
                NamespaceTypes.Time, NamespaceTypes.User, NamespaceTypes.Uts,
            ],
            Capabilities =
            [
                "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
                "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW",
                "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT",
                "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD",
                "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG",
                "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
            ],
            Cgroup = new CgroupFeatures { V1 = true, V2 = true, Systemd = false, SystemdUser = false, Rdma = false },
            Seccomp = new SeccompFeatures { Enabled = false },
            Apparmor = new ApparmorFeatures { Enabled = true },
            Selinux = new SelinuxFeatures { Enabled = true },
            IntelRdt = new IntelRdtFeatures { Enabled = false },
            MountExtensions = new MountExtensionsFeatures { IdMap = new IdMapFeatures { Enabled = true } },
            NetDevices = new NetDevicesFeatures { Enabled = false },
        },
        Annotations = new Dictionary<string, string>
        {
            ["org.ocisharp.commit"] = commit,
            ["org.ocisharp.version"] = version,
            ["org.opencontainers.runc.checkpoint.enabled"] = "false",
        },
        PotentiallyUnsafeConfigAnnotations = [],
    };
}
