using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>sys/socket.h, sys/un.h</summary>
[KernelHeader("sys/socket.h")]
public static class Socket
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_SEQPACKET = 5;
    public const int SOCK_CLOEXEC = Fcntl.O_CLOEXEC;
    public const int SOCK_NONBLOCK = Fcntl.O_NONBLOCK;
    public const int SOL_SOCKET = 1;
    public const int SCM_RIGHTS = 1;
    public const int SO_PEERCRED = 17;
    public const int SO_SNDTIMEO = 21;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;
}

/// <summary>struct iovec</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct iovec", "sys/uio.h")]
public unsafe struct iovec
{
    public void* iov_base;
    public nuint iov_len;
}

/// <summary>struct msghdr</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct msghdr", "sys/socket.h")]
public unsafe struct msghdr
{
    public void* msg_name;
    public uint msg_namelen;
    public iovec* msg_iov;
    public nuint msg_iovlen;
    public void* msg_control;
    public nuint msg_controllen;
    public int msg_flags;
}

/// <summary>struct cmsghdr; the data follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct cmsghdr
{
    public nuint cmsg_len;
    public int cmsg_level;
    public int cmsg_type;
}

/// <summary>struct sockaddr_un</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct sockaddr_un", "sys/un.h")]
public unsafe struct sockaddr_un
{
    public ushort sun_family;
    public fixed byte sun_path[108];
}

/// <summary>struct ucred</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct ucred", "sys/socket.h")]
public struct ucred
{
    public int pid;
    public uint uid;
    public uint gid;
}

public static unsafe partial class RawSyscall
{
    public static nint socket(int domain, int type, int protocol) => Call(NR.socket, domain, type, protocol);

    public static nint socketpair(int domain, int type, int protocol, int* pair) => Call(NR.socketpair, domain, type, protocol, (nint)pair);

    public static nint bind(int fd, sockaddr_un* address, uint length) => Call(NR.bind, fd, (nint)address, (nint)length);

    public static nint listen(int fd, int backlog) => Call(NR.listen, fd, backlog);

    public static nint accept4(int fd, int flags) => Call(NR.accept4, fd, 0, 0, flags);

    public static nint connect(int fd, sockaddr_un* address, uint length) => Call(NR.connect, fd, (nint)address, (nint)length);

    public static nint sendmsg(int fd, msghdr* message, int flags) => Call(NR.sendmsg, fd, (nint)message, flags);

    public static nint recvmsg(int fd, msghdr* message, int flags) => Call(NR.recvmsg, fd, (nint)message, flags);

    public static nint getsockopt(int fd, int level, int name, void* value, uint* length) =>
        Call(NR.getsockopt, fd, level, name, (nint)value, (nint)length);

    public static nint setsockopt(int fd, int level, int name, void* value, uint length) =>
        Call(NR.setsockopt, fd, level, name, (nint)value, (nint)length);

    /// <summary>The most descriptors that <see cref="SendWithFds"/> and <see cref="ReceiveWithFds"/> carry.</summary>
    public static int MaxFds => Room;

    private const int Room = 28;

    private const int ControlHeader = 16; // sizeof(struct cmsghdr), aligned
    private const int ControlSize = ControlHeader + (Room * sizeof(int));

    /// <summary>Sends <paramref name="size"/> bytes and, unless it is negative, <paramref name="fd"/> in one message.</summary>
    public static nint SendWithFd(int socket, void* data, nuint size, int fd) => SendWithFds(socket, data, size, &fd, fd < 0 ? 0 : 1);

    /// <summary>Sends <paramref name="size"/> bytes and <paramref name="count"/> descriptors in one message (SCM_RIGHTS of unix(7)).</summary>
    public static nint SendWithFds(int socket, void* data, nuint size, int* fds, int count)
    {
        if ((uint)count > MaxFds)
            return -22; // EINVAL
        ulong* control = stackalloc ulong[ControlSize / sizeof(ulong)];
        iovec part;
        part.iov_base = data;
        part.iov_len = size;
        msghdr message = default;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        if (count > 0)
        {
            cmsghdr* header = (cmsghdr*)control;
            header->cmsg_len = (nuint)(ControlHeader + (count * sizeof(int)));
            header->cmsg_level = Socket.SOL_SOCKET;
            header->cmsg_type = Socket.SCM_RIGHTS;
            int* carried = (int*)(header + 1);
            for (int i = 0; i < count; i++)
                carried[i] = fds[i];
            message.msg_control = control;
            message.msg_controllen = (header->cmsg_len + 7) & ~(nuint)7;
        }

        while (true)
        {
            nint sent = sendmsg(socket, &message, Socket.MSG_NOSIGNAL);
            if (sent != -4) // EINTR
                return sent;
        }
    }

    /// <summary>Receives one message; <paramref name="fd"/> becomes the descriptor that came with it (close-on-exec), or −1.</summary>
    /// <returns>The length of the message, 0 at the end, or the negated errno.</returns>
    public static nint ReceiveWithFd(int socket, void* data, nuint size, int* fd)
    {
        int* fds = stackalloc int[MaxFds];
        int count;
        nint received = ReceiveWithFds(socket, data, size, fds, &count);
        *fd = count > 0 ? fds[0] : -1;
        for (int i = 1; i < count; i++)
            close(fds[i]);
        return received;
    }

    /// <summary>Receives one message and the descriptors that came with it, close-on-exec.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="data">Where the message goes.</param>
    /// <param name="size">Its room.</param>
    /// <param name="fds">Where the descriptors go: room for <see cref="MaxFds"/>.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>The length of the message, 0 at the end, or the negated errno.</returns>
    public static nint ReceiveWithFds(int socket, void* data, nuint size, int* fds, int* count)
    {
        ulong* control = stackalloc ulong[ControlSize / sizeof(ulong)];
        iovec part;
        part.iov_base = data;
        part.iov_len = size;
        msghdr message = default;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        *count = 0;
        while (true)
        {
            message.msg_control = control;
            message.msg_controllen = ControlSize;
            nint received = recvmsg(socket, &message, Socket.MSG_CMSG_CLOEXEC);
            if (received == -4) // EINTR
                continue;
            cmsghdr* header = (cmsghdr*)control;
            if (received >= 0 && message.msg_controllen > ControlHeader && header->cmsg_type == Socket.SCM_RIGHTS)
            {
                *count = (int)((header->cmsg_len - ControlHeader) / sizeof(int));
                int* carried = (int*)(header + 1);
                for (int i = 0; i < *count; i++)
                    fds[i] = carried[i];
            }

            return received;
        }
    }
}
#pragma warning restore CS1591
