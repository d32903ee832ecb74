using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>sys/socket.h, sys/un.h</summary>
[KernelHeader("sys/socket.h")]
public static class Socket
{
    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_SEQPACKET = 5;
    public const int SOCK_CLOEXEC = Fcntl.O_CLOEXEC;
    public const int SOCK_NONBLOCK = Fcntl.O_NONBLOCK;
    public const int SOL_SOCKET = 1;
    public const int SCM_RIGHTS = 1;
    public const int SO_PEERCRED = 17;
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

/// <summary>struct cmsghdr that carries one file descriptor (SCM_RIGHTS), padded as CMSG_SPACE(sizeof(int)) is.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
public struct cmsg_fd
{
    public nuint cmsg_len;
    public int cmsg_level;
    public int cmsg_type;
    public int fd;
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

    /// <summary>Sends <paramref name="size"/> bytes and, unless it is negative, <paramref name="fd"/> in one message.</summary>
    public static nint SendWithFd(int socket, void* data, nuint size, int fd)
    {
        iovec part;
        part.iov_base = data;
        part.iov_len = size;
        cmsg_fd control = default;
        msghdr message = default;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        if (fd >= 0)
        {
            control.cmsg_len = 20; // CMSG_LEN(sizeof(int))
            control.cmsg_level = Socket.SOL_SOCKET;
            control.cmsg_type = Socket.SCM_RIGHTS;
            control.fd = fd;
            message.msg_control = &control;
            message.msg_controllen = (nuint)sizeof(cmsg_fd);
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
        iovec part;
        part.iov_base = data;
        part.iov_len = size;
        cmsg_fd control = default;
        msghdr message = default;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        *fd = -1;
        while (true)
        {
            message.msg_control = &control;
            message.msg_controllen = (nuint)sizeof(cmsg_fd);
            nint received = recvmsg(socket, &message, Socket.MSG_CMSG_CLOEXEC);
            if (received == -4) // EINTR
                continue;
            if (received >= 0 && message.msg_controllen >= 20 && control.cmsg_type == Socket.SCM_RIGHTS)
                *fd = control.fd;
            return received;
        }
    }
}
#pragma warning restore CS1591
