using OciSharp.Linux;

namespace OciSharp.Cli.Documents;

/// <summary>What a new configuration has to know about the host and the user.</summary>
internal static unsafe class Host
{
    /// <summary>The effective user id.</summary>
    public static uint EffectiveUser => (uint)RawSyscall.geteuid();

    /// <summary>The effective group id.</summary>
    public static uint EffectiveGroup => (uint)RawSyscall.getegid();

    /// <summary>Whether /sys/fs/cgroup is the hierarchy of cgroup v2, and v1 is not in use.</summary>
    public static bool HasUnifiedCgroups()
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, "/sys/fs/cgroup", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (fd < 0)
            return false;
        using var directory = new OwnedFd((int)fd);
        statfs_t statistics;
        return RawSyscall.fstatfs(directory.Value, &statistics) == 0 && statistics.f_type == Stat.CGROUP2_SUPER_MAGIC;
    }
}
