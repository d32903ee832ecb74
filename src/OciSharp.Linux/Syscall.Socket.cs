using System.Text;
using Mono.Unix.Native;

namespace OciSharp.Linux;

public static unsafe partial class Syscall
{
    private const int SunPathSize = 108;
    private const int DatagramSeconds = 5;

    /// <summary>
    /// A socket of AF_UNIX (close-on-exec) on which neither connect(2) nor sending waits for ever: the other side may listen, and attend to
    /// nobody. The kernel's answer is EAGAIN then.
    /// </summary>
    /// <param name="type">SOCK_*.</param>
    /// <param name="seconds">How long they wait.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OwnedFd BoundedSocket(int type, int seconds)
    {
        OwnedFd socket = new((int)Check(RawSyscall.socket(Socket.AF_UNIX, type | Socket.SOCK_CLOEXEC, 0), "make a socket"));
        var bound = new timespec { tv_sec = seconds }; // a timeval: no microseconds either
        nint set = RawSyscall.setsockopt(socket.Value, Socket.SOL_SOCKET, Socket.SO_SNDTIMEO, &bound, (uint)sizeof(timespec));
        if (set >= 0)
            return socket;
        socket.Dispose();
        LinuxException.Throw(set, "bound the time of a socket");
        return null;
    }

    /// <summary>A datagram socket (close-on-exec, a few seconds for each datagram) that writes to the socket bound at <paramref name="path"/>.</summary>
    /// <param name="path">An absolute path, or an abstract address behind an @ (unix(7)); shorter than 108 bytes.</param>
    /// <exception cref="LinuxException">The kernel refuses, or the path is too long.</exception>
    public static OwnedFd ConnectDatagram(string path)
    {
        sockaddr_un address = default;
        address.sun_family = Socket.AF_UNIX;
        if (Encoding.UTF8.GetByteCount(path) >= SunPathSize)
            throw new LinuxException($"connect to {path}", Errno.ENAMETOOLONG);
        int length = Encoding.UTF8.GetBytes(path, new Span<byte>(address.sun_path, SunPathSize));
        bool isAbstract = path.StartsWith('@');
        if (isAbstract)
            address.sun_path[0] = 0;

        OwnedFd socket = BoundedSocket(Socket.SOCK_DGRAM, DatagramSeconds);
        nint result = RawSyscall.connect(socket.Value, &address, (uint)(sizeof(ushort) + length + (isAbstract ? 0 : 1)));
        if (result < 0)
        {
            socket.Dispose();
            LinuxException.Throw(result, $"connect to {path}");
        }
        return socket;
    }
}
