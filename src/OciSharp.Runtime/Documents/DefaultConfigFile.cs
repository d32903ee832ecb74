using Mono.Unix.Native;
using OciSharp.Linux;
using OciSharp.Spec;
using Stat = OciSharp.Linux.Stat;
using Syscall = OciSharp.Linux.Syscall;

namespace OciSharp.Runtime.Documents;

/// <summary>The configuration to start from, as a file.</summary>
public static unsafe class DefaultConfigFile
{
    private const uint Permissions = 0x1a4; // 0644

    /// <summary>Writes <see cref="DefaultConfig"/>, indented with tabs, as it fits this host and user.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rootless">For a container of the user, who may have no privileges.</param>
    /// <exception cref="ContainerException">The file exists already.</exception>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public static void Write(string path, bool rootless)
    {
        Config config = rootless
            ? DefaultConfig.Rootless((uint)RawSyscall.geteuid(), (uint)RawSyscall.getegid(), HasUnifiedCgroups())
            : DefaultConfig.Privileged(HasUnifiedCgroups());
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL, Permissions);
        if (fd == -(nint)Errno.EEXIST)
            throw new ContainerException($"write {path}: the file exists; remove it first, or write another one");
        using var file = new OwnedFd((int)Syscall.Check(fd, $"make {path}"));
        Syscall.WriteAll(file.Value, ConfigWriter.Write(config, "\t"), path);
    }

    /// <summary>Whether /sys/fs/cgroup is the hierarchy of cgroup v2, and v1 is not in use.</summary>
    private static bool HasUnifiedCgroups()
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, "/sys/fs/cgroup", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (fd < 0)
            return false;
        using var directory = new OwnedFd((int)fd);
        statfs_t statistics;
        return RawSyscall.fstatfs(directory.Value, &statistics) == 0 && statistics.f_type == Stat.CGROUP2_SUPER_MAGIC;
    }
}
