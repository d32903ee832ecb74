using System.Net.Sockets;

namespace OciSharp.Faults;

/// <summary>Sockets of those who do not attend to them.</summary>
internal static class DeadSockets
{
    /// <summary>A socket that listens: whoever connects waits to be accepted, and with a full <paramref name="backlog"/> to be in the queue.</summary>
    public static Socket Listen(string path, int backlog = 8)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>The file of a socket whose owner has died. (That of one which is disposed of is removed, under the name that it was bound to.)</summary>
    public static void Leave(Scratch scratch, string path)
    {
        var bound = $"{scratch.Path}/{scratch.NewName()}.sock";
        using (Listen(bound)) File.Move(bound, path);
    }
}
