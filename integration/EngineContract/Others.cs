using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary><c>ps</c>, <c>pause</c> and <c>resume</c>.</summary>
public sealed class Others : ContainerFixture
{
    [Test]
    public void Ps()
    {
        Require.Command("ps");
        var container = RunDetached(NewBundle("sleep 1000 & echo ready; wait")).UntilOutput("ready");
        Wait.Until(() => Pids().Length == 2, () => "two processes");
        Assert.That(Pids(), Does.Contain(container.Pid));
        var table = Runtime.Execute("ps", container.Id).Succeeded().Lines;
        Assert.That(table[0], Does.Contain("PID"));
        Assert.That(table, Has.Length.EqualTo(3));
        Assert.That(Runtime.Execute("ps", "--format", "table", container.Id, "-o", "pid,comm").Succeeded().Lines.Skip(1), Has.Some.Contain("sleep"));

        int[] Pids() => [.. JsonNode.Parse(Runtime.Execute("ps", "--format", "json", container.Id).Succeeded().Output)!.AsArray().Select(p => (int)p!)];
    }

    [Test]
    public void Pause_and_resume()
    {
        Require.Command("pause");
        var container = RunDetached(NewBundle("i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done")).UntilOutput("5");
        Runtime.Execute("pause", container.Id).Succeeded();
        Assert.That(container.Status, Is.EqualTo("paused"));
        var before = container.Output.Length;
        Thread.Sleep(100);
        Assert.That(container.Output.Length, Is.EqualTo(before), "a paused container went on");
        Runtime.Execute("pause", container.Id).Failed();
        Runtime.Execute("resume", container.Id).Succeeded();
        Assert.That(container.Status, Is.EqualTo("running"));
        Wait.Until(() => container.Output.Length > before, () => "a resumed container does not go on");
        Runtime.Execute("resume", container.Id).Failed();
    }

    [Test]
    public void A_paused_container_is_killed_and_deleted()
    {
        Require.Command("pause");
        var container = RunDetached(NewBundle("exec sleep 1000"));
        Runtime.Execute("pause", container.Id).Succeeded();
        container.Kill("KILL").Succeeded();
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void A_container_in_the_foreground_is_open_to_other_commands()
    {
        var id = Scratch.NewName();
        using var running = Runtime.Command("run", "--bundle", NewBundle("echo ready; exec sleep 1000").Write().Path, id).Start();
        Wait.Until(() => running.Output.Contains("ready"), () => running.Error);
        foreach (var command in (string[][])[["pause", id], ["resume", id], ["update", "--pids-limit", "44", id], ["exec", id, "/bin/true"], ["delete", "--force", id]])
        {
            Runtime.Command(command).Within(TimeSpan.FromSeconds(10)).Execute().Succeeded();
        }

        running.Finish().Exited(137);
    }
}
