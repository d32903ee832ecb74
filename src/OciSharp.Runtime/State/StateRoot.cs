using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.State;

/// <summary>
/// The directory that holds the containers. Who can write there decides which programs the runtime runs as hooks, and which pids it kills.
/// </summary>
internal sealed unsafe class StateRoot : IDisposable
{
    private const uint Mode = 0x1C9; // 0711
    private const uint WritableByOthers = 2;
    private const uint WritableByGroup = 0x10; // 0020

    private readonly OwnedFd _directory;

    private StateRoot(string path, OwnedFd directory)
    {
        Path = path;
        _directory = directory;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The directory, open for reading.</summary>
    public int Fd => _directory.Value;

    /// <summary>Opens the root; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ContainerException">The root is <c>/</c>, or others can write there.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static StateRoot? TryOpen(string path)
    {
        CheckPath(path);
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
        if (fd == -(nint)Errno.ENOENT)
            return null;
        if (fd < 0)
            throw Refused($"open the root directory {path}", (Errno)(int)-fd);
        OwnedFd directory = new((int)fd);
        try
        {
            CheckOwner(directory.Value, path);
            return new StateRoot(path, directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens the root, and makes it, and the directories above it, if there is none.</summary>
    /// <exception cref="ContainerException">The root is <c>/</c>, or others can write there.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static StateRoot OpenOrCreate(string path)
    {
        StateRoot? root = TryOpen(path);
        if (root is not null)
            return root;
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            MakeDirectory(path[..slash]);
        MakeDirectory(path);
        return TryOpen(path) ?? throw new LinuxException($"open the root directory {path}", Errno.ENOENT);
    }

    /// <summary>The refusal to write below a root directory, with what to do about it.</summary>
    /// <param name="act">What was being done.</param>
    /// <param name="errno">The kernel's reason.</param>
    public static LinuxException Refused(string act, Errno errno) => new(act, errno, errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => "make room in the file system of the root directory, or give another --root",
        Errno.EROFS or Errno.EACCES or Errno.EPERM => "give another --root, where we may write",
        Errno.ENOENT or Errno.ENOTDIR => "give another --root, where directories can be made",
        _ => null,
    });

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static void CheckPath(string path)
    {
        if (!path.StartsWith('/'))
            throw new ContainerException($"the root directory \"{path}\" is not an absolute path");
        if (path.AsSpan().TrimEnd('/').IsEmpty)
            throw new ContainerException("the root directory cannot be \"/\": give --root a directory of its own");
    }

    private static void MakeDirectory(string path)
    {
        nint made;
        fixed (byte* name = CString.Of(path))
            made = RawSyscall.mkdirat(Fcntl.AT_FDCWD, name, Mode);
        if (made < 0 && made != -(nint)Errno.EEXIST)
            throw Refused($"make the directory {path}", (Errno)(int)-made);
    }

    private static void CheckOwner(int root, string path)
    {
        statx_t stat = Syscall.Stat(root, "", Fcntl.AT_EMPTY_PATH, path);
        if ((stat.stx_mode & WritableByOthers) != 0)
        {
            throw new ContainerException(
                $"the root directory {path} is writable by all users, so nothing in it can be trusted: "
                + $"remove that permission (chmod o-w {path}) or give another --root");
        }

        if ((stat.stx_mode & WritableByGroup) != 0 && stat.stx_gid != 0 && stat.stx_gid != (uint)RawSyscall.getegid())
        {
            throw new ContainerException(
                $"the root directory {path} is writable by the group {stat.stx_gid}, whose members could make us run anything: "
                + $"remove that permission (chmod g-w {path}) or give another --root");
        }

        if (stat.stx_uid != 0 && stat.stx_uid != (uint)RawSyscall.geteuid())
        {
            throw new ContainerException(
                $"the root directory {path} belongs to user {stat.stx_uid}, who could make us run anything: "
                + "run as that user or give another --root");
        }
    }
}
