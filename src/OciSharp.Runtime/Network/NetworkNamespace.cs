using OciSharp.Linux;

namespace OciSharp.Runtime.Network;

/// <summary>A network namespace, and what can be asked and done in it.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly OwnedFd _fd;

    private NetworkNamespace(OwnedFd fd, NetworkClient client)
    {
        _fd = fd;
        Client = client;
    }

    /// <summary>A descriptor of it.</summary>
    public int Fd => _fd.Value;

    /// <summary>Its devices and addresses.</summary>
    public NetworkClient Client { get; }

    /// <summary>The one that we are in.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static NetworkNamespace OfThisThread()
    {
        OwnedFd fd = Syscall.Open(Fcntl.AT_FDCWD, "/proc/thread-self/ns/net", Fcntl.O_RDONLY);
        return new NetworkNamespace(fd, new NetworkClient(RouteSocket.Open()));
    }

    /// <summary>
    /// That of another process. A socket stays in the namespace that it was made in, so this thread enters it for that one call and goes
    /// back: all else is done from where we are. IFLA_TARGET_NETNSID would spare us that, but it takes an id that somebody has to assign and
    /// that stays on the host, and addresses can be read with it but not set. A socket made by init would spare us that too; but an init in a
    /// user namespace of its own may change nothing in a network namespace that is joined by path.
    /// </summary>
    /// <param name="pid">A process that waits for us, so that it stays the same.</param>
    /// <param name="home">The one that we are in.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static NetworkNamespace OfProcess(int pid, NetworkNamespace home)
    {
        OwnedFd fd = Syscall.Open(Fcntl.AT_FDCWD, $"/proc/{pid}/ns/net", Fcntl.O_RDONLY);
        Enter(fd.Value, "enter the container's network namespace");
        try
        {
            return new NetworkNamespace(fd, new NetworkClient(RouteSocket.Open()));
        }
        finally
        {
            Enter(home.Fd, "go back to the network namespace of the host");
        }
    }

    /// <summary>Whether both are the same one.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public bool Is(NetworkNamespace other)
    {
        statx_t ours = Stat();
        statx_t theirs = other.Stat();
        return ours.stx_ino == theirs.stx_ino && ours.stx_dev_major == theirs.stx_dev_major && ours.stx_dev_minor == theirs.stx_dev_minor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _fd.Dispose();
    }

    private statx_t Stat() => Syscall.Stat(Fd, "", Fcntl.AT_EMPTY_PATH, "a network namespace");

    private static void Enter(int fd, string act) => Syscall.Check(RawSyscall.setns(fd, Sched.CLONE_NEWNET), act);
}
