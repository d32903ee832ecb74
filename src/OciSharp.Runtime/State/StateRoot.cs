using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.State;

/// <summary>The directory that holds the containers. Who can write there decides which programs the runtime runs as hooks, and which pids it kills.</summary>
internal static unsafe class StateRoot
{
    private const uint WritableByOthers = 2;

    /// <summary>Opens the root; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ContainerException">The root is <c>/</c>, or others can write there.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OwnedFd? TryOpen(string path)
    {
        CheckPath(path);
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
        if (fd == -(nint)Errno.ENOENT)
            return null;
        OwnedFd root = new((int)Syscall.Check(fd, $"open the root directory {path}"));
        try
        {
            CheckOwner(root.Value, path);
            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Opens the root, and makes it with <paramref name="mode"/>, and the directories above it, if there is none.</summary>
    /// <exception cref="ContainerException">The root is <c>/</c>, or others can write there.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OwnedFd OpenOrCreate(string path, uint mode)
    {
        OwnedFd? root = TryOpen(path);
        if (root is not null)
            return root;
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            MakeDirectory(path[..slash], mode);
        MakeDirectory(path, mode);
        return TryOpen(path) ?? throw new LinuxException($"open the root directory {path}", Errno.ENOENT);
    }

    private static void CheckPath(string path)
    {
        if (!path.StartsWith('/'))
            throw new ContainerException($"the root directory \"{path}\" is not an absolute path");
        if (path.AsSpan().TrimEnd('/').IsEmpty)
            throw new ContainerException("the root directory cannot be \"/\": give --root a directory of its own");
    }

    private static void MakeDirectory(string path, uint mode)
    {
        nint made;
        fixed (byte* name = CString.Of(path))
            made = RawSyscall.mkdirat(Fcntl.AT_FDCWD, name, mode);
        if (made != -(nint)Errno.EEXIST)
            Syscall.Check(made, $"make the directory {path}");
    }

    private static void CheckOwner(int root, string path)
    {
        statx_t stat = Syscall.Stat(root, "", Fcntl.AT_EMPTY_PATH, path);
        if ((stat.stx_mode & WritableByOthers) != 0)
            throw new ContainerException($"the root directory {path} is writable by all users, so none of what it says can be trusted: remove that permission (chmod o-w {path}) or give another --root");
        if (stat.stx_uid != 0 && stat.stx_uid != (uint)RawSyscall.geteuid())
            throw new ContainerException($"the root directory {path} belongs to user {stat.stx_uid}, who could make us run anything: run as that user or give another --root");
    }
}
