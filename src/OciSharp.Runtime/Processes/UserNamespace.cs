using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Processes;

/// <summary>The user namespace that we are in.</summary>
internal static class UserNamespace
{
    private static bool? s_isInitial;

    /// <summary>
    /// Whether it is the host's. Elsewhere the kernel refuses even root what concerns the whole host: device nodes and device rules
    /// above all. The initial one maps all ids onto themselves (user_namespaces(7)).
    /// </summary>
    /// <exception cref="LinuxException">procfs is not mounted.</exception>
    public static bool IsInitial => s_isInitial ??= MapsAll();

    private static bool MapsAll()
    {
        const string Map = "/proc/self/uid_map";
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, Map, Fcntl.O_RDONLY);
        string[] fields = Encoding.ASCII.GetString(Syscall.ReadToEnd(file.Value, Map)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return fields is ["0", "0", "4294967295"];
    }
}
