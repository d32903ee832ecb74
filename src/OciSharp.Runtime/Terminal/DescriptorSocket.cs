using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Terminal;

/// <summary>
/// An AF_UNIX stream socket of the caller's that gets one message with one descriptor (SCM_RIGHTS, unix(7)): a console socket gets the
/// master of the terminal, a pidfd socket the pidfd of init.
/// </summary>
public static unsafe class DescriptorSocket
{
    private const int PathSize = 108;

    /// <summary>How long whoever listens may take to accept.</summary>
    private const int BoundSeconds = 10;

    /// <summary>The payload of runc beside the pidfd of a container's init.</summary>
    private const string InitName = "standard";

    /// <summary>Connects to the socket that listens at <paramref name="path"/>, of any length.</summary>
    /// <param name="path">Where the socket is bound.</param>
    /// <param name="purpose">What it is, for messages: <c>console socket</c>.</param>
    /// <exception cref="ContainerException">Nobody listens there, or the kernel refuses.</exception>
    public static OwnedFd Connect(string path, string purpose)
    {
        OwnedFd socket = Syscall.BoundedSocket(Socket.SOCK_STREAM, BoundSeconds);
        try
        {
            if (Encoding.UTF8.GetByteCount(path) < PathSize)
                Connect(socket, path, path, purpose);
            else
            {
                // An address has no room for it; the name that /proc gives an open file is short.
                using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_PATH);
                Connect(socket, $"/proc/self/fd/{file.Value}", path, purpose);
            }

            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is LinuxException)
                throw new ContainerException($"cannot use the {purpose}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Sends the master of a terminal, with the name that its slave has in the container: <c>/dev/pts/0</c>.</summary>
    /// <exception cref="ContainerException">The receiver is gone, or the descriptor is no master.</exception>
    public static void SendTerminal(int socket, int master)
    {
        int number;
        nint result = RawSyscall.ioctl(master, Tty.TIOCGPTN, (nint)(&number));
        if (result < 0)
            throw new ContainerException($"cannot name the container's terminal: {ErrorText.Of((Mono.Unix.Native.Errno)(int)-result)}");
        Send(socket, $"/dev/pts/{number}", master, "console socket");
    }

    /// <summary>Sends the pidfd of a container's init.</summary>
    /// <exception cref="ContainerException">The receiver is gone.</exception>
    public static void SendPidfd(int socket, int pidfd) => Send(socket, InitName, pidfd, "pidfd socket");

    private static void Connect(OwnedFd socket, string address, string path, string purpose)
    {
        sockaddr_un name = default;
        name.sun_family = Socket.AF_UNIX;
        int length = Encoding.UTF8.GetBytes(address, new Span<byte>(name.sun_path, PathSize - 1));
        nint result;
        do
            result = RawSyscall.connect(socket.Value, &name, (uint)(sizeof(ushort) + length + 1));
        while (result == -(nint)Mono.Unix.Native.Errno.EINTR);
        if (result == -(nint)Mono.Unix.Native.Errno.EAGAIN)
            throw new ContainerException($"cannot use the {purpose}: whoever listens at {path} accepts nobody, not within {BoundSeconds} s either");
        if (result < 0)
            LinuxException.Throw(result, $"connect to {path}");
    }

    private static void Send(int socket, string payload, int fd, string purpose)
    {
        byte[] data = Encoding.UTF8.GetBytes(payload);
        nint sent;
        fixed (byte* start = data)
            sent = RawSyscall.SendWithFd(socket, start, (nuint)data.Length, fd);
        if (sent != data.Length)
            throw new ContainerException($"cannot send to the {purpose}: {ErrorText.Of((Mono.Unix.Native.Errno)(int)-sent)}");
    }
}
