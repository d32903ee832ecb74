using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary><c>ps</c>, <c>pause</c> and <c>resume</c>, <c>events</c>, <c>update</c>.</summary>
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
    public void Events_stats()
    {
        Require.Command("events");
        var container = RunDetached(NewBundle("exec sleep 1000").Resource("memory", new JsonObject { ["limit"] = 64 << 20 }).Resource("pids", new JsonObject { ["limit"] = 33 }));
        var line = JsonNode.Parse(Runtime.Execute("events", "--stats", container.Id).Succeeded().Lines.Single())!;
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

    [Test]
    public void Events_out_of_memory()
    {
        Require.Command("events");
        var container = Create(NewBundle("tail /dev/zero & wait; exec sleep 1000").Resource("memory", new JsonObject { ["limit"] = 16 << 20 }));
        using var events = Runtime.Command("events", "--interval=1s", container.Id).Start();
        Thread.Sleep(200);
        container.Start().Succeeded();
        Wait.Until(() => events.Output.Contains("\"type\":\"oom\""), () => events.Output + events.Error);
        container.Delete("--force").Succeeded();
        events.Finish().Succeeded();
    }

    [Test]
    public void Update()
    {
        Require.Command("update");
        var path = "/" + Scratch.NewName();
        var container = RunDetached(NewBundle("exec sleep 1000").WithLinux("cgroupsPath", path).Resource("memory", new JsonObject { ["limit"] = 64 << 20 }));
        Runtime.Command("update", "--resources=-", container.Id).Input("{ \"memory\": { \"limit\": 33554432 }, \"cpu\": { \"shares\": 555 } }").Execute().Succeeded();
        Runtime.Execute("update", "--pids-limit", "44", "--cpu-quota", "30000", "--cpu-period", "60000", container.Id).Succeeded();
        Require.CgroupV1("memory");
        foreach (var (file, value) in ((string, string)[])[("memory{0}/memory.limit_in_bytes", "33554432"), ("cpu{0}/cpu.shares", "555"), ("pids{0}/pids.max", "44"), ("cpu{0}/cpu.cfs_quota_us", "30000"), ("cpu{0}/cpu.cfs_period_us", "60000")])
        {
            Assert.That(File.ReadAllText("/sys/fs/cgroup/" + file.Replace("{0}", path)).Trim(), Is.EqualTo(value), file);
        }
    }
}
