using OciSharp.Linux;

namespace OciSharp.Cgroups.Resctrl;

/// <summary>Where resctrl (the kernel's Documentation/filesystems/resctrl.rst) is mounted.</summary>
internal static class ResctrlMount
{
    private const string UsualPath = "/sys/fs/resctrl";

    /// <summary>
    /// Its mount point, found with one statfs where it is the usual one. The kernel has one such file system, however often it is mounted.
    /// </summary>
    /// <exception cref="CgroupException">It is not mounted in our mount namespace.</exception>
    public static string Find() => IsAt(UsualPath) ? UsualPath : MountInfo.FindResctrl() ?? throw new CgroupException(
        "intelRdt is specified in config, but Intel RDT is not enabled: no resctrl file system is mounted: "
        + "mount it (mount -t resctrl resctrl /sys/fs/resctrl), for which processor and kernel must have it, or leave linux.intelRdt out");

    private static unsafe bool IsAt(string path)
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (fd < 0)
            return false;
        using var directory = new OwnedFd((int)fd);
        statfs_t buffer;
        return RawSyscall.fstatfs(directory.Value, &buffer) == 0 && buffer.f_type == Stat.RDTGROUP_SUPER_MAGIC;
    }
}
