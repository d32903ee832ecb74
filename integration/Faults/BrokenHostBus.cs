using System.Net.Sockets;

namespace OciSharp.Faults;

/// <summary>The D-Bus of systemd is dead, in all the ways in which a socket can be.</summary>
public sealed class BrokenHostBus : BrokenHost
{
    /// <summary>The bound of an answer is 30 s, as that of sd-bus is 25 s: a manager under load takes its time.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(45);

    [Test]
    public void Is_not_there() => Refuses(WithBus(Scratch.Path + "/nothing"), "no such file or directory", "--systemd-cgroup");

    [Test]
    public void Is_left_over_from_one_that_died()
    {
        var path = Scratch.Path + "/bus";
        DeadSockets.Leave(Scratch, path);
        Refuses(WithBus(path), "connection refused", "--systemd-cgroup");
    }

    [TestCase("")]
    [TestCase("OK 0123\r\n")]
    [TestCase("REJECTED ANONYMOUS\r\n")]
    [TestCase("DATA\r\nOK 0123\r\nl\u0002\u0001\u0001\uffff\uffff\uffff\u007f\u0001\0\0\0\0\0\0\0")]
    [TestCase("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\r\n")]
    public void Hangs_up(string afterWords)
    {
        var path = Scratch.Path + "/bus";
        using var listener = DeadSockets.Listen(path);
        using var running = WithBus(path).Within(Soon).Start();
        using (var connection = Accept(listener))
        {
            _ = connection.Receive(new byte[256]); // unread, it would reset the connection
            connection.Send(System.Text.Encoding.Latin1.GetBytes(afterWords));
        }

        IsOneError(running.Finish().Failed("bus", "--systemd-cgroup"));
    }

    /// <summary>Three at once, as each takes as long as it takes.</summary>
    [Test]
    public void Never_answers()
    {
        var before = HostSnapshot.Take(Scratch);
        using var mute = DeadSockets.Listen(Scratch.Path + "/mute");
        using var polite = DeadSockets.Listen(Scratch.Path + "/polite");
        using var full = DeadSockets.Listen(Scratch.Path + "/full", backlog: 0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(new UnixDomainSocketEndPoint(Scratch.Path + "/full"));
        RunningCommand[] commands = [.. ((string[])["mute", "polite", "full"]).Select(name => WithBus($"{Scratch.Path}/{name}").Within(s_bound).Start())];
        using var connection = Accept(polite);
        connection.Send("DATA\r\nOK 0123\r\n"u8);
        foreach (var command in commands)
        {
            using (command)
            {
                IsOneError(command.Finish().Failed("bus", "30000 ms", "--systemd-cgroup"));
            }
        }

        IsUnchangedSince(before, "all three");
    }

    private Command WithBus(string path)
    {
        var bundle = NewBundle("true").WithLinux("cgroupsPath", $"system.slice:ocisharp:{Scratch.NewName()}").Write().Path;
        return Runtime.Command("--systemd-cgroup", "create", "--bundle", bundle, Scratch.NewName()).Environment("DBUS_SYSTEM_BUS_ADDRESS", $"unix:path={path}");
    }

    private static Socket Accept(Socket listener)
    {
        Assert.That(listener.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead), "nobody connected to the bus");
        return listener.Accept();
    }
}
