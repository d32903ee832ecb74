using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Runtime.Launch;

/// <summary>Whose the container's cgroup becomes (<c>config-linux.md#cgroup-ownership</c>).</summary>
internal static class CgroupOwnership
{
    /// <summary>
    /// The host's id of the user that the cgroup is given to: the one that executes the container's process, if it gets a cgroup namespace
    /// of its own and may write to the cgroup file system.
    /// </summary>
    /// <returns>Null: it stays ours, also when we are not root and so can give nothing away.</returns>
    public static uint? NewOwner(Config config)
    {
        if (config.Linux is not { } linux || RawSyscall.geteuid() != 0 || !MakesCgroupNamespace(linux) || !MayWrite(config))
            return null;
        uint? owner = HostUser(linux, config.Process?.User.Uid ?? 0);
        return owner is 0 ? null : owner;
    }

    private static bool MakesCgroupNamespace(LinuxConfig linux)
    {
        foreach (LinuxNamespace entry in linux.Namespaces.AsSpan())
        {
            if (entry.Type == NamespaceTypes.Cgroup)
                return string.IsNullOrEmpty(entry.Path);
        }

        return false;
    }

    private static bool MayWrite(Config config)
    {
        foreach (Spec.Mount mount in config.Mounts.AsSpan())
        {
            if (mount.Source != "cgroup" || mount.Destination != "/sys/fs/cgroup")
                continue;
            foreach (string option in mount.Options.AsSpan())
            {
                if (option == "ro")
                    return false;
            }

            return true;
        }

        return false;
    }

    /// <summary>Null where the mappings are not in the configuration: the user namespace is joined.</summary>
    private static uint? HostUser(LinuxConfig linux, uint user)
    {
        foreach (LinuxNamespace entry in linux.Namespaces.AsSpan())
        {
            if (entry.Type == NamespaceTypes.User)
                return Mapped(linux.UidMappings, user);
        }

        return user;
    }

    private static uint? Mapped(IReadOnlyList<LinuxIdMapping>? mappings, uint user)
    {
        foreach (LinuxIdMapping mapping in mappings ?? [])
        {
            if (user >= mapping.ContainerId && user - mapping.ContainerId < mapping.Size)
                return mapping.HostId + (user - mapping.ContainerId);
        }

        return null;
    }
}
