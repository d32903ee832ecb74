using System.Text;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Seccomp;
using OciSharp.Spec;

namespace OciSharp.Runtime.Documents;

/// <summary>
/// What this build can do (<c>features.md</c>), whatever the host can: the specification wants the document to be known when the
/// runtime is compiled. Only the supported seccomp flags are the kernel's.
/// </summary>
public static class RuntimeFeatures
{
    /// <summary>The document as JSON, indented by four, with a newline at its end.</summary>
    /// <param name="version">The version of the build.</param>
    /// <param name="commit">The commit that it was made from.</param>
    public static string Text(string version, string commit) =>
        Encoding.UTF8.GetString(FeaturesWriter.Write(Document(version, commit), "    ")) + "\n";

    internal static Features Document(string version, string commit) => new()
    {
        OciVersionMin = SpecVersion.Min,
        OciVersionMax = SpecVersion.Max,
        Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
        MountOptions = MountOptions.All,
        Linux = new LinuxFeatures
        {
            Namespaces =
            [
                NamespaceTypes.Cgroup, NamespaceTypes.Ipc, NamespaceTypes.Mount, NamespaceTypes.Network, NamespaceTypes.Pid,
                NamespaceTypes.Time, NamespaceTypes.User, NamespaceTypes.Uts,
            ],
            Capabilities = CapabilityNames.All,
            Cgroup = new CgroupFeatures { V1 = true, V2 = true, Systemd = true, SystemdUser = true, Rdma = true },
            Seccomp = new SeccompFeatures
            {
                Enabled = true,
                Actions = SeccompNames.Actions,
                Operators = SeccompNames.Operators,
                Archs = SeccompNames.Architectures,
                KnownFlags = SeccompNames.Flags,
                SupportedFlags = FilterFlags.Supported(),
            },
            Apparmor = new ApparmorFeatures { Enabled = true },
            Selinux = new SelinuxFeatures { Enabled = true },
            IntelRdt = new IntelRdtFeatures { Enabled = true, Schemata = true, Monitoring = true },
            MemoryPolicy = new MemoryPolicyFeatures
            {
                Modes =
                [
                    MemoryPolicyModes.MPOL_DEFAULT, MemoryPolicyModes.MPOL_BIND, MemoryPolicyModes.MPOL_INTERLEAVE,
                    MemoryPolicyModes.MPOL_WEIGHTED_INTERLEAVE, MemoryPolicyModes.MPOL_PREFERRED, MemoryPolicyModes.MPOL_PREFERRED_MANY,
                    MemoryPolicyModes.MPOL_LOCAL,
                ],
                Flags = [MemoryPolicyFlags.MPOL_F_NUMA_BALANCING, MemoryPolicyFlags.MPOL_F_RELATIVE_NODES, MemoryPolicyFlags.MPOL_F_STATIC_NODES],
            },
            MountExtensions = new MountExtensionsFeatures { IdMap = new IdMapFeatures { Enabled = true } },
            NetDevices = new NetDevicesFeatures { Enabled = true },
        },
        Annotations = new Dictionary<string, string>
        {
            ["org.ocisharp.commit"] = commit,
            ["org.ocisharp.version"] = version,
            ["org.opencontainers.runc.checkpoint.enabled"] = "false",
        },
        PotentiallyUnsafeConfigAnnotations = ["org.systemd.property.", .. CrunAnnotations.All],
    };
}
