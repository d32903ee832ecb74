using Mono.Unix.Native;
using OciSharp.Linux;
using OciSharp.Runtime.Processes;
using Syscall = OciSharp.Linux.Syscall;

namespace OciSharp.Runtime.State;

/// <summary>Where the state of containers is when nobody says where.</summary>
public static unsafe class DefaultRoot
{
    private const string OfSystem = "/run/ocisharp";
    private const uint PrivateAndSticky = 0x3c0; // 01700

    /// <summary>
    /// <c>/run/ocisharp</c>; for ordinary users, and for the root of a user namespace that does not call itself root,
    /// <c>$XDG_RUNTIME_DIR/ocisharp</c>. That is made here, with the sticky bit: files without it may be removed there when they
    /// are some hours old (XDG base directory specification).
    /// </summary>
    /// <exception cref="LinuxException">The user's directory cannot be made.</exception>
    public static string Find()
    {
        string root = Name();
        if (root == OfSystem)
            return root;
        fixed (byte* path = CString.Of(root))
        {
            nint made = RawSyscall.mkdirat(Fcntl.AT_FDCWD, path, PrivateAndSticky);
            if (made != -(nint)Errno.EEXIST)
                Syscall.Check(made, $"make the directory {root}");
        }
        return root;
    }

    /// <summary>As <see cref="Find"/>, and makes nothing.</summary>
    public static string Name()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime) || !IsOrdinaryUser() ? OfSystem : Path.Combine(runtime, "ocisharp");
    }

    private static bool IsOrdinaryUser() =>
        RawSyscall.geteuid() != 0 || (Environment.GetEnvironmentVariable("USER") != "root" && !UserNamespace.IsInitial);
}
