using OciSharp.Linux;

namespace OciSharp.Runtime.Failures;

/// <summary>
/// The container's files as the process in it finds them that has just failed, which waits meanwhile: through its root, with its
/// permissions.
/// </summary>
internal sealed class ContainerView : IDisposable
{
    private readonly OwnedFd _root;

    /// <summary>Looks through <paramref name="root"/>, which it takes over, as <paramref name="asker"/>.</summary>
    public ContainerView(OwnedFd root, Asker asker)
    {
        _root = root;
        Asker = asker;
    }

    /// <summary>Whose permissions count.</summary>
    public Asker Asker { get; }

    /// <summary>That of a process; null if it has ended, or is not ours to look at.</summary>
    public static ContainerView? Of(int pid)
    {
        if (pid == 0 || Asker.Of(pid) is not { } asker)
            return null;
        nint root = Syscall.TryOpen(Fcntl.AT_FDCWD, $"/proc/{pid}/root", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        return root < 0 ? null : new ContainerView(new OwnedFd((int)root), asker);
    }

    /// <summary>Goes the way of a path; a relative one begins at <paramref name="directory"/>.</summary>
    public PathWalk Walk(string path, string directory) => PathWalk.Of(_root.Value, path, directory, Asker);

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();
}
