using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>How this host mounts its cgroups, and where the caller is in them.</summary>
/// <remarks>
/// Found with fstatfs(2) on /sys/fs/cgroup and with /proc/self/cgroup, whose cost does not depend on how many mounts there are. Only
/// where the usual place has neither kind is /proc/self/mountinfo read.
/// </remarks>
internal sealed class CgroupLayout : IDisposable
{
    private const string UsualRoot = "/sys/fs/cgroup";

    private readonly OwnedFd root;

    private CgroupLayout(string path, OwnedFd root, bool unified, byte[] selfCgroup)
    {
        Path = path;
        this.root = root;
        IsUnified = unified;
        SelfCgroupText = selfCgroup;
    }

    /// <summary>The mount point of cgroup2, or on v1 the directory whose entries are the hierarchies. Absolute.</summary>
    public string Path { get; }

    /// <summary><see cref="Path"/>, opened with O_PATH.</summary>
    public int Root => root.Value;

    /// <summary>Everything is on cgroup v2.</summary>
    public bool IsUnified { get; }

    /// <summary>The text of /proc/self/cgroup.</summary>
    public ReadOnlyMemory<byte> SelfCgroupText { get; }

    /// <summary>Looks at the host.</summary>
    /// <exception cref="CgroupException">No cgroup file system is mounted.</exception>
    public static CgroupLayout Detect()
    {
        byte[] self = ReadSelf();
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, UsualRoot, Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (fd >= 0)
        {
            var usual = new OwnedFd((int)fd);
            switch (Magic(usual))
            {
                case Stat.CGROUP2_SUPER_MAGIC:
                    return new CgroupLayout(UsualRoot, usual, true, self);
                case Stat.TMPFS_MAGIC:
                    return new CgroupLayout(UsualRoot, usual, false, self);
                default:
                    usual.Dispose();
                    break;
            }
        }

        (string path, bool unified) = MountInfo.FindCgroups();
        return At(path, unified, self);
    }

    /// <summary>The hierarchies below a directory that is known.</summary>
    /// <param name="path">As <see cref="Path"/>.</param>
    /// <param name="unified">As <see cref="IsUnified"/>.</param>
    /// <param name="selfCgroup">As <see cref="SelfCgroupText"/>.</param>
    /// <exception cref="CgroupException">The directory cannot be opened.</exception>
    public static CgroupLayout At(string path, bool unified, byte[] selfCgroup)
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        return fd >= 0
            ? new CgroupLayout(path, new OwnedFd((int)fd), unified, selfCgroup)
            : throw new CgroupException($"open {path}", (Errno)(int)-fd, "cgroups must be mounted there");
    }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    private static byte[] ReadSelf()
    {
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, "/proc/self/cgroup", Fcntl.O_RDONLY);
        return Syscall.ReadToEnd(file.Value, "/proc/self/cgroup");
    }

    private static unsafe long Magic(OwnedFd directory)
    {
        statfs_t buffer;
        return RawSyscall.fstatfs(directory.Value, &buffer) == 0 ? buffer.f_type : 0;
    }
}
