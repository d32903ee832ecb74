using System.Net.Sockets;
using System.Text;

namespace OciSharp.Integration.Harness;

/// <summary>A socket on which one message with descriptors is waited for: the master of a terminal (<c>--console-socket</c>), a seccomp listener (<c>listenerPath</c>).</summary>
public sealed unsafe class ConsoleSocket : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>What came: the payload of the one message, and the descriptors with it.</summary>
    public sealed record Message(string Payload, IReadOnlyList<int> Descriptors, bool EndOfFileFollows);

    public ConsoleSocket(Scratch scratch)
    {
        Path = $"{scratch.Path}/{scratch.NewName()}.sock";
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(1);
    }

    public string Path { get; }

    /// <summary>Accepts the connection that the runtime has made, and takes its message.</summary>
    /// <param name="toItsEnd">Whether to wait until the runtime says more, or closes the connection.</param>
    public Message Receive(bool toItsEnd = true)
    {
        Assert.That(_listener.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead), "nobody connected to the socket");
        using var connection = _listener.Accept();
        const int controlSize = 256;
        var payload = stackalloc byte[4096];
        var control = stackalloc byte[controlSize];
        var vector = new Libc.IoVector { Base = payload, Length = 4096 };
        var header = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = controlSize };
        var fd = (int)connection.Handle;
        var length = Libc.recvmsg(fd, &header, Libc.MSG_CMSG_CLOEXEC);
        Libc.Check(length, "recvmsg");
        var descriptors = Descriptors(control, (int)header.ControlLength);
        byte more;
        return new Message(Encoding.UTF8.GetString(payload, (int)length), descriptors, toItsEnd && connection.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead) && Libc.read(fd, &more, 1) == 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(Path);
    }

    /// <summary>The ints of the one control message: struct cmsghdr (length, level, type) and then the data.</summary>
    private static List<int> Descriptors(byte* control, int length)
    {
        const int headerSize = 16;
        if (length < headerSize) return [];
        var count = ((int)*(nuint*)control - headerSize) / sizeof(int);
        return [.. new ReadOnlySpan<int>(control + headerSize, count)];
    }
}
