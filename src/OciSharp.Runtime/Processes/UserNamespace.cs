using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Processes;

/// <summary>The user namespace that we are in.</summary>
internal static class UserNamespace
{
    // linux/nsfs.h, USER_NS_INIT_INO: what the kernel has given to the first one since Linux 3.8.
    private const ulong InitialInode = 0xEFFFFFFD;

    private static bool? s_isInitial;

    /// <summary>
    /// Whether it is the host's. Elsewhere the kernel refuses even root what concerns the whole host: device nodes and device rules
    /// above all.
    /// </summary>
    /// <exception cref="ContainerException">procfs is not mounted.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static bool IsInitial => s_isInitial ??= Inode() == InitialInode;

    private static ulong Inode()
    {
        const string Own = "/proc/self/ns/user";
        try
        {
            return Syscall.Stat(Fcntl.AT_FDCWD, Own, 0, Own).stx_ino;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT)
        {
            throw Procfs.Missing();
        }
    }
}
