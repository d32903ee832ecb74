using System.Text;
using Mono.Unix.Native;
using OciSharp.Linux;
using Syscall = OciSharp.Linux.Syscall;

namespace OciSharp.Cli.CommandLine;

/// <summary>The directory of the containers' state.</summary>
internal static unsafe class StateRootPath
{
    private const string Default = "/run/ocisharp";
    private const uint PrivateAndSticky = 0x3c0; // 01700

    /// <summary>The root that <c>--root</c> names or, without it, the user's default.</summary>
    /// <exception cref="UsageException">The value is empty.</exception>
    /// <exception cref="LinuxException">The default root of an ordinary user cannot be made.</exception>
    public static string Of(string? flag)
    {
        if (flag is null)
            return OfUser() ?? Default;
        if (flag.Length == 0)
            throw new UsageException("invalid value \"\" for flag -root: must be a directory");
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(flag));
    }

    /// <summary>
    /// $XDG_RUNTIME_DIR/ocisharp for ordinary users, and for the root of a user namespace that does not call itself root. It is made
    /// here, with the sticky bit: without it, files there may be removed by age (the XDG base directory specification).
    /// </summary>
    private static string? OfUser()
    {
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is not { Length: > 0 } runtime)
            return null;
        if (RawSyscall.geteuid() == 0 && (Environment.GetEnvironmentVariable("USER") == "root" || !InUserNamespace()))
            return null;
        string root = Path.Combine(runtime, "ocisharp");
        fixed (byte* path = CString.Of(root))
        {
            nint made = RawSyscall.mkdirat(Fcntl.AT_FDCWD, path, PrivateAndSticky);
            if (made < 0 && made != -(nint)Errno.EEXIST)
                LinuxException.Throw(made, $"make the directory {root}");
        }
        return root;
    }

    /// <summary>user_namespaces(7): the initial one maps all ids onto themselves.</summary>
    private static bool InUserNamespace()
    {
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, "/proc/self/uid_map", Fcntl.O_RDONLY);
        string map = Encoding.ASCII.GetString(Syscall.ReadToEnd(file.Value, "/proc/self/uid_map"));
        return map.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
    }
}
