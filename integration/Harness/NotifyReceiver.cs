using System.Net.Sockets;
using System.Text;

namespace OciSharp.Integration.Harness;

/// <summary>The socket of a service manager (sd_notify(3)).</summary>
public sealed class NotifyReceiver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <param name="scratch">Where the socket is made.</param>
    /// <param name="isAbstract">It has a name in place of a path.</param>
    public NotifyReceiver(Scratch scratch, bool isAbstract = false)
    {
        var name = isAbstract ? scratch.NewName() : $"{scratch.Path}/{scratch.NewName()}.sock";
        Variable = isAbstract ? "@" + name : name;
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name : name));
    }

    /// <summary>What NOTIFY_SOCKET is set to.</summary>
    public string Variable { get; }

    /// <summary>Whether nothing has come.</summary>
    public bool IsEmpty => !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The next message; a descriptor with it is closed, as a manager that has done with it does.</summary>
    public string Receive()
    {
        Assert.That(_socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead), "no message came");
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }

    /// <summary>Says something as a container's program does.</summary>
    /// <param name="pid">A process of the container.</param>
    /// <param name="message">What it says.</param>
    public static void Say(int pid, string message)
    {
        var path = $"/proc/{pid}/root/run/notify/notify.sock";
        Wait.Until(() => File.Exists(path), () => $"no {path}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(Encoding.UTF8.GetBytes(message));
    }

    public void Dispose() => _socket.Dispose();
}
