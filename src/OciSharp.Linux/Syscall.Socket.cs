using System.Text;
using Mono.Unix.Native;

namespace OciSharp.Linux;

public static unsafe partial class Syscall
{
    private const int SunPathSize = 108;

    /// <summary>A datagram socket (close-on-exec) that writes to the socket bound at <paramref name="path"/>.</summary>
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

        var socket = new OwnedFd((int)Check(RawSyscall.socket(Socket.AF_UNIX, Socket.SOCK_DGRAM | Socket.SOCK_CLOEXEC, 0), "make a datagram socket"));
        nint result = RawSyscall.connect(socket.Value, &address, (uint)(sizeof(ushort) + length + (isAbstract ? 0 : 1)));
        if (result < 0)
        {
            socket.Dispose();
            LinuxException.Throw(result, $"connect to {path}");
        }
        return socket;
    }
}
