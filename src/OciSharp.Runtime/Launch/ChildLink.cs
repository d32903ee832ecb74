using System.Text;
using OciSharp.Cgroups;
using OciSharp.Init;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Trace;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>One word of the child, with what came along.</summary>
internal readonly struct ChildWord
{
    /// <summary>The word; <see cref="MessageKind.None"/> is the end of the stream.</summary>
    public Message Message { get; init; }

    /// <summary>The text behind a failure.</summary>
    public string Text { get; init; }

    /// <summary>The descriptor that came along, or null.</summary>
    public OwnedFd? Descriptor { get; init; }
}

/// <summary>The parent's half of the protocol that <see cref="MessageKind"/> draws.</summary>
internal sealed unsafe class ChildLink : IDisposable
{
    private readonly OwnedFd _socket;

    /// <summary>Takes a connection over.</summary>
    public ChildLink(OwnedFd socket) => _socket = socket;

    /// <summary>Who wants to know which word came when, if anybody.</summary>
    public CommandTrace? Trace { get; init; }

    /// <summary>The connection, to poll.</summary>
    public int Fd => _socket.Value;

    /// <summary>The connection to the helper; it is started now if the command line did not tell in time that it is wanted.</summary>
    /// <param name="trace">As <see cref="Trace"/>.</param>
    /// <exception cref="LinuxException">It could not be started.</exception>
    public static ChildLink ToHelper(CommandTrace? trace)
    {
        if (Helper.Socket == 0)
            Helper.Fork();
        if (Helper.Socket < 0)
        {
            var errno = (Errno)(-Helper.Socket);
            throw new LinuxException("start the process that becomes the container's init", errno, errno == Errno.EAGAIN ? ErrorText.NoProcess : null);
        }

        return new ChildLink(new OwnedFd(Helper.Socket)) { Trace = trace };
    }

    /// <summary>Says Go.</summary>
    /// <param name="cgroup">The directory in the unified hierarchy that init is to be born in, if there is one.</param>
    /// <param name="given">What the plan finds in <see cref="Slot.Given"/>, if it wants something there.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Go(int? cgroup, int? given)
    {
        Span<int> descriptors = stackalloc int[2];
        int count = 0;
        if (cgroup is not null)
            descriptors[count++] = cgroup.Value;
        if (given is not null)
            descriptors[count++] = given.Value;
        Send(new Message { Kind = MessageKind.Go, A = cgroup is null ? 0 : 1 }, descriptors[..count]);
    }

    /// <summary>Says a word, with descriptors. A child that is gone will be noticed by the next <see cref="Receive"/>.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Send(MessageKind kind, params ReadOnlySpan<int> descriptors) => Send(new Message { Kind = kind }, descriptors);

    /// <summary>As above, for words with numbers.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Send(Message message, ReadOnlySpan<int> descriptors)
    {
        nint sent;
        fixed (int* fds = descriptors)
            sent = RawSyscall.SendWithFds(Fd, &message, (nuint)sizeof(Message), fds, descriptors.Length);
        if (sent < 0 && sent != -(int)Errno.EPIPE && sent != -(int)Errno.ECONNRESET)
            LinuxException.Throw(sent, "write to the container's init");
    }

    /// <summary>Sends the files that the child joins the container's cgroups by: it moves itself.</summary>
    /// <exception cref="CgroupException">A file cannot be opened.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void SendCgroups(CgroupManager cgroup)
    {
        Span<int> descriptors = stackalloc int[CgroupManager.MaxJoinDescriptors];
        int count = cgroup.OpenForJoin(descriptors, out int unified);
        try
        {
            Send(new Message { Kind = MessageKind.Cgroups, A = unified }, descriptors[..count]);
        }
        finally
        {
            foreach (int descriptor in descriptors[..count])
                RawSyscall.close(descriptor);
        }
    }

    /// <summary>Sends the file that the child goes on by, from the container's cgroup into the one below that is delegated.</summary>
    /// <exception cref="CgroupException">The file cannot be opened.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void SendDelegated(CgroupManager cgroup, string name)
    {
        using OwnedFd file = cgroup.OpenDelegated(name);
        Send(new Message { Kind = MessageKind.Cgroups, A = -1 }, [file.Value]);
    }

    /// <summary>Waits for the child's next word.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public ChildWord Receive()
    {
        const int Room = PlanHeader.ErrorTextSize;
        Trace?.Wait();
        byte* buffer = stackalloc byte[sizeof(Message) + Room];
        int descriptor;
        nint size;
        do
        {
            // A child that ends without having read all that we said resets the connection; what it said before that is still to come.
            size = RawSyscall.ReceiveWithFd(Fd, buffer, (nuint)(sizeof(Message) + Room), &descriptor);
        }
        while (size == -(int)Errno.ECONNRESET);
        if (size < 0)
            LinuxException.Throw(size, "read from the container's init");
        Trace?.Hear(size < sizeof(Message) ? MessageKind.None : ((Message*)buffer)->Kind);
        if (size < sizeof(Message))
            return new ChildWord { Text = "" };
        return new ChildWord
        {
            Message = *(Message*)buffer,
            Text = size == sizeof(Message) ? "" : Encoding.UTF8.GetString(buffer + sizeof(Message), (int)size - sizeof(Message)),
            Descriptor = descriptor < 0 ? null : new OwnedFd(descriptor),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
