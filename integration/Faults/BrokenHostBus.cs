using System.Net.Sockets;
using System.Text.Json.Nodes;

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

    /// <summary>What is done with a cgroup that is there needs no bus; neither does a container that is to be gone by all means.</summary>
    [TestCase("nothing", "no such file or directory")]
    [TestCase("left", "connection refused")]
    public void Is_dead_beside_a_container(string name, string reason)
    {
        DeadSockets.Leave(Scratch, Scratch.Path + "/left");
        var path = $"{Scratch.Path}/{name}";
        var container = MadeBySystemd();
        foreach (var command in (string[])["state", "start", "pause", "resume", "ps", "exec"]) OfContainer(path, [command, container.Id, .. command == "exec" ? (string[])["/bin/true"] : []]).Execute().Succeeded();
        Refuses(OfContainer(path, "update", "--pids-limit", "50", container.Id), reason, "bus", "try again");
        foreach (var limit in HostSnapshot.Cgroups(container.Id).Select(c => c + "/pids.max").Where(File.Exists)) Assert.That(File.ReadAllText(limit), Is.EqualTo("40\n"));
        OfContainer(path, "kill", container.Id, "KILL").Execute().Succeeded();
        container.Until("stopped");
        for (var i = 0; i < 2; i++) Refuses(OfContainer(path, "delete", container.Id), reason, "bus", "delete --force " + container.Id);
        Assert.That(container.Status, Is.EqualTo("stopped"));
        IsGoneByForce(container, OfContainer(path, "delete", "--force", container.Id).Execute(), reason);
        IsGoneByForce(container = MadeBySystemd(), OfContainer(path, "delete", "--force", container.Id).Execute(), reason);
    }

    /// <summary>All at once, as each takes as long as it takes.</summary>
    [Test]
    public void Never_answers_beside_a_container()
    {
        using var mute = DeadSockets.Listen(Scratch.Path + "/mute");
        using var full = DeadSockets.Listen(Scratch.Path + "/full", backlog: 0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(new UnixDomainSocketEndPoint(Scratch.Path + "/full"));
        foreach (var (container, deleted, forced) in ((string[])["mute", "full"]).Select(Delete).ToArray())
        {
            using (deleted)
            using (forced.Running)
            {
                IsOneError(deleted.Finish().Failed("bus", "30000 ms", "delete --force " + container.Id));
                IsGoneByForce(forced.Container, forced.Running.Finish(), "30000 ms");
            }

            Assert.That(container.Status, Is.EqualTo("stopped"));
            IsGoneByForce(container, OfContainer(Scratch.Path + "/nothing", "delete", "--force", container.Id).Execute(), "no such file");
        }

        (Container, RunningCommand, (Container Container, RunningCommand Running)) Delete(string name)
        {
            var path = $"{Scratch.Path}/{name}";
            Container container = MadeBySystemd(), other = MadeBySystemd();
            OfContainer(path, "kill", container.Id, "KILL").Within(TimeSpan.FromSeconds(5)).Execute().Succeeded();
            container.Until("stopped");
            return (container, OfContainer(path, "delete", container.Id).Within(s_bound).Start(), (other, OfContainer(path, "delete", "--force", other.Id).Within(s_bound).Start()));
        }
    }

    /// <summary>A warning names what is left undone, and nothing is left of the container.</summary>
    private void IsGoneByForce(Container container, CommandResult result, string reason)
    {
        Assert.That(result.Succeeded().Error, Does.Contain("level=warning").And.Contain(reason).And.Contain("bus"), result.ToString());
        Assert.That(HostSnapshot.Cgroups(container.Id), Is.Empty);
        Assert.That(Directory.Exists($"{Scratch.StateRoot}/{container.Id}"), Is.False);
    }

    /// <summary>A container that is created, with a cgroup which, by its record, is that of a scope.</summary>
    private Container MadeBySystemd()
    {
        var id = Scratch.NewName();
        Runtime.Execute("create", "--bundle", Sleeper().WithLinux("cgroupsPath", $"/ocisharp-{id}.scope").Resource("pids", new JsonObject { ["limit"] = 40 }).Write().Path, id).Succeeded();
        var record = $"{Scratch.StateRoot}/{id}/state.json";
        var state = JsonNode.Parse(File.ReadAllText(record))!;
        state["cgroupManager"] = "systemd";
        File.WriteAllText(record, state.ToJsonString());
        return new Container(Runtime, id, new Streams("/dev/null", "/dev/null"));
    }

    private Command OfContainer(string path, params string[] arguments) => Runtime.Command(arguments).Environment("DBUS_SYSTEM_BUS_ADDRESS", $"unix:path={path}").Within(Soon);

    private Command WithBus(string path)
    {
        var bundle = NewBundle("true").WithLinux("cgroupsPath", $"system.slice:ocisharp:{Scratch.NewName()}").Write().Path;
        return OfContainer(path, "--systemd-cgroup", "create", "--bundle", bundle, Scratch.NewName());
    }

    private static Socket Accept(Socket listener)
    {
        Assert.That(listener.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead), "nobody connected to the bus");
        return listener.Accept();
    }
}
