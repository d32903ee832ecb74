using System.Net.Sockets;

namespace OciSharp.Faults;

/// <summary>The sockets that descriptors are to be sent to: missing, closed, or attended to by nobody.</summary>
public sealed class BrokenHostSockets : BrokenHost
{
    [TestCase("--console-socket")]
    [TestCase("--pidfd-socket")]
    public void Nobody_listens(string flag)
    {
        var closed = Scratch.Path + "/closed";
        DeadSockets.Leave(Scratch, closed);
        var (create, exec) = Commands(flag);
        foreach (var path in (string[])[closed, Scratch.Path + "/nothing", Scratch.NewFile("file"), Scratch.Path])
        {
            Refuses(create(path), "socket", path);
            Assert.That(exec(path).Within(Soon).Execute().ExitCode, Is.EqualTo(255));
        }
    }

    /// <summary>The queue of whoever listens is full, and stays so: connect(2) would wait for ever.</summary>
    [TestCase("--console-socket")]
    [TestCase("--pidfd-socket")]
    public void Nobody_accepts(string flag)
    {
        var path = Scratch.Path + "/full";
        using var listener = DeadSockets.Listen(path, 0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(new UnixDomainSocketEndPoint(path));
        Refuses(Commands(flag).Create(path), "socket", "accepts nobody");
    }

    /// <summary>The descriptor waits in the socket; that nobody takes it is their affair.</summary>
    [TestCase("--console-socket")]
    [TestCase("--pidfd-socket")]
    public void Nobody_reads(string flag)
    {
        var path = Scratch.Path + "/mute";
        using var listener = DeadSockets.Listen(path, 8);
        var (create, exec) = Commands(flag);
        create(path).Within(Soon).Execute().Succeeded();
        exec(path).Within(Soon).Execute().Succeeded();
    }

    [TestCase("--console-socket")]
    [TestCase("--pidfd-socket")]
    public void Whoever_accepts_hangs_up(string flag)
    {
        var path = Scratch.Path + "/closing";
        using var listener = DeadSockets.Listen(path, 8);
        var pidFile = Scratch.Path + "/pid";
        var create = Commands(flag, "--pid-file", pidFile).Create;
        for (var i = 0; i < 10; i++)
        {
            var before = HostSnapshot.Take(Scratch);
            using var running = create(path).Within(Soon).Start();
            Assert.That(listener.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead), "nobody connected");
            listener.Accept().Dispose();
            var result = running.Finish();
            IsOneError(result.Failed("socket"));
            Assert.That(File.Exists(pidFile), Is.False, "a pid file of a container that there is not");
            IsUnchangedSince(before, result);
        }
    }

    private (Func<string, Command> Create, Func<string, Command> Exec) Commands(string flag, params string[] flags)
    {
        var terminal = flag == "--console-socket";
        var bundle = Sleeper().WithProcess("terminal", terminal).Write().Path;
        var container = RunDetached(Sleeper());
        return (path => Runtime.Command(["create", flag, path, .. flags, "--bundle", bundle, Scratch.NewName()]),
            path => Runtime.Command(["exec", "--detach", .. terminal ? (string[])["--tty"] : [], flag, path, container.Id, "/bin/true"]));
    }
}
