using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary><c>events</c>: what containerd's shim reads for metrics, and dockerd for OOM.</summary>
public sealed class Events : ContainerFixture
{
    [OneTimeSetUp]
    public void Command()
    {
        if (Suite.Obstacle is null) Require.Command("events");
    }

    [Test]
    public void Stats()
    {
        var container = RunDetached(NewBundle("exec sleep 1000").Resource("memory", new JsonObject { ["limit"] = 64 << 20 }).Resource("pids", new JsonObject { ["limit"] = 33 }));
        // As an engine's monitor does: the process that systemd made the scope around counts until it is reaped.
        Wait.Until(() => OurProcesses.Living().Count == 1, () => "more than the container's init is left");
        var line = StatsOf(container);
        Assert.That(((string)line["type"]!, (string)line["id"]!), Is.EqualTo(("stats", container.Id)));
        var data = line["data"]!;
        Assert.Multiple(() =>
        {
            Assert.That((long)data["memory"]!["usage"]!["limit"]!, Is.EqualTo(64 << 20));
            Assert.That((long)data["memory"]!["usage"]!["usage"]!, Is.Positive);
            Assert.That((int)data["pids"]!["current"]!, Is.EqualTo(1));
            Assert.That((int)data["pids"]!["limit"]!, Is.EqualTo(33));
            Assert.That((long)data["cpu"]!["usage"]!["total"]!, Is.Positive);
        });
    }

    /// <summary>What runc 1.1.5 prints under each name, with the types that callers decode into.</summary>
    [Test]
    public void Stats_have_the_members_that_callers_decode()
    {
        var data = StatsOf(RunDetached(NewBundle("exec sleep 1000")))["data"]!.AsObject();
        Assert.That(data.Select(p => p.Key), Is.SupersetOf((string[])["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"]));
        Assert.That(data["cpu"]!["usage"]!.AsObject().Select(p => p.Key), Is.SupersetOf((string[])["total", "kernel", "user"]));
        foreach (var kind in (string[])["usage", "swap", "kernel", "kernelTCP"])
        {
            Assert.That(data["memory"]![kind]!.AsObject().Select(p => p.Key), Is.SupersetOf((string[])["limit", "failcnt"]), kind);
        }

        Assert.That(data["memory"]!["raw"]!.AsObject().Select(p => (ulong)p.Value!), Is.Not.Empty);
    }

    [Test]
    public void The_stream_has_counters_at_each_interval_and_ends_when_the_container_is_deleted()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        using var events = Runtime.Command("events", "--interval=100ms", container.Id).Start();
        Wait.Until(() => events.Output.Count(c => c == '\n') >= 3, () => events.Output + events.Error);
        Assert.That(events.Output.Split('\n')[..3].Select(l => (string)JsonNode.Parse(l)!["type"]!), Is.All.EqualTo("stats"));
        container.Delete("--force").Succeeded();
        events.Finish().Succeeded();
    }

    [Test]
    [Differs("runc", "`events` is of no use to anybody once the container has stopped; on cgroup v1 runc 1.1.5 goes on until it is deleted")]
    public void The_stream_ends_when_the_container_stops()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        using var events = Runtime.Command("events", container.Id).Start();
        Thread.Sleep(200);
        container.Kill("KILL").Succeeded();
        events.Finish().Succeeded();
    }

    [Test]
    public void A_limit_that_was_updated_is_told()
    {
        Require.Command("update");
        var container = RunDetached(NewBundle("exec sleep 1000").Resource("memory", new JsonObject { ["limit"] = 64 << 20 }));
        Runtime.Execute("update", "--memory", "32M", "--pids-limit", "17", container.Id).Succeeded();
        var data = StatsOf(container)["data"]!;
        Assert.That(((long)data["memory"]!["usage"]!["limit"]!, (long)data["pids"]!["limit"]!), Is.EqualTo((32L << 20, 17L)));
    }

    [Test]
    public void Out_of_memory()
    {
        var container = Create(NewBundle("tail /dev/zero & wait; exec sleep 1000").Resource("memory", new JsonObject { ["limit"] = 16 << 20 }));
        using var events = Runtime.Command("events", "--interval=1s", container.Id).Start();
        Thread.Sleep(200);
        container.Start().Succeeded();
        Wait.Until(() => events.Output.Contains("\"type\":\"oom\""), () => events.Output + events.Error);
        var line = events.Output.Split('\n').First(l => l.Contains("\"oom\""));
        Assert.That((string)JsonNode.Parse(line)!["id"]!, Is.EqualTo(container.Id));
        container.Delete("--force").Succeeded();
        events.Finish().Succeeded();
    }

    [Test]
    public void Only_what_runs_has_events()
    {
        Runtime.Execute("events", "--stats", "nothing").Failed("does not exist");
        var container = RunDetached(NewBundle()).Until("stopped");
        Runtime.Execute("events", "--stats", container.Id).Failed($"container with id {container.Id} is not running");
        Runtime.Execute("events", "--interval", "0s", container.Id).Failed("duration interval must be greater than 0");
    }

    private JsonNode StatsOf(Container container) => JsonNode.Parse(Runtime.Execute("events", "--stats", container.Id).Succeeded().Lines.Single())!;
}
