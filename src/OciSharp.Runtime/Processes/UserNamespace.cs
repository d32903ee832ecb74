using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Processes;

/// <summary>The user namespace that we are in.</summary>
internal static class UserNamespace
{
    private static bool? s_isInitial;

    /// <summary>
    /// Whether it is the host's. Elsewhere the kernel refuses even root what concerns the whole host: device nodes and device rules
    /// above all. The initial one maps all ids onto themselves (user_namespaces(7)).
    /// </summary>
    /// <exception cref="ContainerException">procfs is not mounted.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static bool IsInitial => s_isInitial ??= MapsAll();

    private static bool MapsAll()
    {
        const string Map = "/proc/self/uid_map";
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, Map, Fcntl.O_RDONLY);
        if (fd == -(nint)Errno.ENOENT)
            throw Procfs.Missing();
        using OwnedFd file = new((int)Syscall.Check(fd, $"open {Map}"));
        string[] fields = Encoding.ASCII.GetString(Syscall.ReadToEnd(file.Value, Map)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return fields is ["0", "0", "4294967295"];
    }
}
