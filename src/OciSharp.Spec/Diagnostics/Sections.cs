namespace OciSharp.Spec;

/// <summary>Which section of the specification describes a property. Asked only once something is wrong.</summary>
internal static class Sections
{
    /// <summary>The section for a path that begins at the whole configuration: <c>$.linux.resources.memory.limit</c>.</summary>
    public static string Of(string path)
    {
        while (true)
        {
            if (Find(path) is { } section)
                return section;
            path = path[..path.LastIndexOfAny(['.', '['])];
        }
    }

    private static string? Find(string path) => path switch
    {
        "state" => "runtime.md#state",
        "$" => "config.md#configuration",
        "$.ociVersion" => "config.md#specification-version",
        "$.root" => "config.md#root",
        "$.mounts" => "config.md#mounts",
        "$.process" => "config.md#process",
        "$.process.user" => "config.md#posix-platform-user",
        "$.process.rlimits" => "config.md#posix-process",
        "$.process.apparmorProfile" or "$.process.capabilities" or "$.process.noNewPrivileges" or "$.process.oomScoreAdj"
            or "$.process.scheduler" or "$.process.selinuxLabel" or "$.process.ioPriority" or "$.process.execCPUAffinity"
            => "config.md#linux-process",
        "$.hostname" => "config.md#hostname",
        "$.domainname" => "config.md#domainname",
        "$.hooks" => "config.md#posix-platform-hooks",
        "$.annotations" => "config.md#annotations",
        "$.linux" => "config-linux.md#linux-container-configuration",
        "$.linux.namespaces" => "config-linux.md#namespaces",
        "$.linux.uidMappings" or "$.linux.gidMappings" => "config-linux.md#user-namespace-mappings",
        "$.linux.timeOffsets" => "config-linux.md#offset-for-time-namespace",
        "$.linux.devices" => "config-linux.md#devices",
        "$.linux.netDevices" => "config-linux.md#network-devices",
        "$.linux.cgroupsPath" => "config-linux.md#cgroups-path",
        "$.linux.resources" => "config-linux.md#control-groups",
        "$.linux.resources.devices" => "config-linux.md#allowed-device-list",
        "$.linux.resources.memory" => "config-linux.md#memory",
        "$.linux.resources.cpu" => "config-linux.md#cpu",
        "$.linux.resources.blockIO" => "config-linux.md#block-io",
        "$.linux.resources.hugepageLimits" => "config-linux.md#huge-page-limits",
        "$.linux.resources.network" => "config-linux.md#network",
        "$.linux.resources.pids" => "config-linux.md#pids",
        "$.linux.resources.rdma" => "config-linux.md#rdma",
        "$.linux.resources.unified" => "config-linux.md#unified",
        "$.linux.intelRdt" => "config-linux.md#intelrdt",
        "$.linux.memoryPolicy" => "config-linux.md#memory-policy",
        "$.linux.sysctl" => "config-linux.md#sysctl",
        "$.linux.seccomp" => "config-linux.md#seccomp",
        "$.linux.rootfsPropagation" => "config-linux.md#rootfs-mount-propagation",
        "$.linux.maskedPaths" => "config-linux.md#masked-paths",
        "$.linux.readonlyPaths" => "config-linux.md#readonly-paths",
        "$.linux.mountLabel" => "config-linux.md#mount-label",
        "$.linux.personality" => "config-linux.md#personality",
        _ => null,
    };
}
