using OciSharp.Linux;
using static OciSharp.Linux.Netlink;
using static OciSharp.Linux.Socket;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Network;

/// <summary>
/// A socket of rtnetlink(7). It belongs to the network namespace in which it was made, for good: what is asked over it is asked there,
/// wherever the process is by then; and while it is open, that namespace lives.
/// </summary>
internal sealed unsafe class RouteSocket : IDisposable
{
    // The kernel makes the parts of a dump as large as our room, up to this (netlink(7)); a device's message has a few hundred bytes.
    private const int Room = 32 * 1024;

    // How often a dump is repeated that others disturb.
    private const int Patience = 16;

    private readonly OwnedFd _fd;
    private readonly byte[] _room = new byte[Room];
    private uint _sequence;

    private RouteSocket(OwnedFd fd) => _fd = fd;

    /// <summary>A socket in the network namespace that the calling thread is in.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static RouteSocket Open()
    {
        var fd = new OwnedFd((int)Syscall.Check(
            RawSyscall.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "make a socket for network devices"));

        // Errors in words and without our request in them: where the kernel does not know the options, it has neither.
        int on = 1;
        RawSyscall.setsockopt(fd.Value, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(int));
        RawSyscall.setsockopt(fd.Value, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(int));
        return new RouteSocket(fd);
    }

    /// <summary>Sends a request and waits for the whole answer.</summary>
    /// <exception cref="ContainerException">The answer cannot be read.</exception>
    /// <exception cref="LinuxException">The socket fails; what the request asked for may fail too, which the answer tells.</exception>
    public NetlinkReply Ask(NetlinkRequest request)
    {
        for (int i = 0; i < Patience; i++)
        {
            NetlinkReply reply = AskOnce(request);
            if (!reply.IsInterrupted)
                return reply;
        }

        throw new ContainerException("cannot list the network devices and addresses: they change faster than they can be read; try again");
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    private NetlinkReply AskOnce(NetlinkRequest request)
    {
        var reply = new NetlinkReply(++_sequence);
        Syscall.WriteAll(_fd.Value, request.Finish(_sequence), "the socket for network devices");
        while (!reply.IsComplete)
            reply.Take(Receive());
        return reply;
    }

    /// <summary>The next datagram of the kernel's. Other processes of the namespace can write to the socket too: theirs are dropped.</summary>
    private ReadOnlySpan<byte> Receive()
    {
        fixed (byte* room = _room)
        {
            while (true)
            {
                sockaddr_nl sender = default;
                var part = new iovec { iov_base = room, iov_len = Room };
                var message = new msghdr { msg_name = &sender, msg_namelen = (uint)sizeof(sockaddr_nl), msg_iov = &part, msg_iovlen = 1 };
                nint received = RawSyscall.recvmsg(_fd.Value, &message, 0);
                if (received == -(nint)Errno.EINTR)
                    continue;
                Syscall.Check(received, "read the kernel's answer about network devices");
                if (message.msg_namelen != sizeof(sockaddr_nl) || sender.nl_pid != 0)
                    continue;
                if ((message.msg_flags & MSG_TRUNC) != 0)
                    throw new ContainerException($"the kernel's answer about network devices is longer than {Room} bytes, and was cut off");
                return _room.AsSpan(0, (int)received);
            }
        }
    }
}
