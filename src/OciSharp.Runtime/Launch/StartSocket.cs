using OciSharp.Linux;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Trace;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>
/// The socket at which a created container waits: <c>start</c> connects, says Start, and learns over that connection whether the
/// program was executed (the end of the stream) or why not.
/// </summary>
internal static unsafe class StartSocket
{
    /// <summary>Makes the socket in the container's directory, which only its owner can enter.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OwnedFd Listen(StateDirectory directory)
    {
        OwnedFd socket = Make();
        sockaddr_un address = directory.AddressOf(StateDirectory.StartSocket);
        Syscall.Check(RawSyscall.bind(socket.Value, &address, (uint)sizeof(sockaddr_un)), $"make {directory.Path}/{StateDirectory.StartSocket}");
        Syscall.Check(RawSyscall.listen(socket.Value, 8), $"listen at {directory.Path}/{StateDirectory.StartSocket}");
        return socket;
    }

    /// <summary>Connects to a created container.</summary>
    /// <param name="directory">The container's directory.</param>
    /// <param name="trace">As <see cref="ChildLink.Trace"/>.</param>
    /// <exception cref="ContainerException">Nobody waits there any more.</exception>
    public static ChildLink Connect(StateDirectory directory, CommandTrace? trace)
    {
        OwnedFd socket = Make();
        sockaddr_un address = directory.AddressOf(StateDirectory.StartSocket);
        nint result = RawSyscall.connect(socket.Value, &address, (uint)sizeof(sockaddr_un));
        if (result >= 0)
            return new ChildLink(socket) { Trace = trace };
        socket.Dispose();
        throw new ContainerException(
            $"container {directory.Id} cannot be started: its init does not wait any more ({ErrorText.Of((Errno)(int)-result)})");
    }

    /// <summary>Removes the socket: the container is not <c>created</c> any more.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Remove(StateDirectory directory)
    {
        fixed (byte* name = CString.Of(StateDirectory.StartSocket))
            Syscall.Check(RawSyscall.unlinkat(directory.Fd, name, 0), $"remove {directory.Path}/{StateDirectory.StartSocket}");
    }

    private static OwnedFd Make() => new((int)Syscall.Check(
        RawSyscall.socket(Socket.AF_UNIX, Socket.SOCK_SEQPACKET | Socket.SOCK_CLOEXEC, 0), "make a socket"));
}
