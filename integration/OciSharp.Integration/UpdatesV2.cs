using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary><c>update</c>: limits of a container that is there already, on a host with cgroup version 2 only.</summary>
public sealed class UpdatesV2 : ContainerFixture
{
    [OneTimeSetUp]
    public void Version2()
    {
        if (Suite.Obstacle is not null) return;
        Require.CgroupV2();
        Require.Command("update");
    }

    /// <summary>The configuration counts memory and swap together, the kernel swap alone.</summary>
    [Test]
    public void Memory_and_swap_are_raised_and_lowered()
    {
        var container = RunDetached(Sleeping(new JsonObject { ["limit"] = 64 << 20, ["swap"] = 64 << 20 }));
        foreach (var (limit, swap) in ((long, long)[])[(128 << 20, 192 << 20), (32 << 20, 48 << 20), (256 << 20, 256 << 20)])
        {
            Update(container, "--memory", $"{limit}", "--memory-swap", $"{swap}").Succeeded();
            Assert.That((Read("memory.max"), Read("memory.swap.max")), Is.EqualTo(($"{limit}", $"{swap - limit}")));
        }

        Update(container, "--memory", "-1").Succeeded();
        Assert.That((Read("memory.max"), Read("memory.swap.max")), Is.EqualTo(("max", "max")));
    }

    [Test]
    public void Quota_and_period_together_and_alone()
    {
        var container = RunDetached(Sleeping());
        foreach (var (flags, shown) in ((string, string)[])
            [("--cpu-quota 900000 --cpu-period 900000", "900000 900000"), ("--cpu-period 10000 --cpu-quota 5000", "5000 10000"),
             ("--cpu-quota 20000 --cpu-period 40000", "20000 40000"), ("--cpu-quota -1 --cpu-period 40000", "max 40000")])
        {
            Update(container, flags.Split(' ')).Succeeded();
            Assert.That(Read("cpu.max"), Is.EqualTo(shown), flags);
        }
    }

    [Test]
    [Differs("runc", "config-linux.md, CPU: `burst` and `idle` are younger than runc 1.1")]
    public void Burst_and_idle()
    {
        var container = RunDetached(Sleeping());
        Update(container, "--cpu-quota", "40000", "--cpu-period", "80000", "--cpu-burst", "30000").Succeeded();
        Update(container, "--cpu-quota", "20000", "--cpu-period", "80000", "--cpu-burst", "10000").Succeeded();
        Assert.That((Read("cpu.max"), Read("cpu.max.burst")), Is.EqualTo(("20000 80000", "10000")));
        Update(container, "--cpu-idle", "1").Succeeded();
        Assert.That(Read("cpu.idle"), Is.EqualTo("1"));
        Update(container, "--cpu-idle", "0", "--cpu-share", "2048").Succeeded();
        Assert.That(Read("cpu.idle"), Is.EqualTo("0"));
        // How shares are converted differs between runtimes; that twice the default is not that of an idle cgroup does not.
        Assert.That(int.Parse(Read("cpu.weight")), Is.InRange(50, 300));
    }

    [Test]
    public void Pids_and_cpuset()
    {
        var container = RunDetached(Sleeping());
        Update(container, "--pids-limit", "12", "--cpuset-cpus", "0", "--cpuset-mems", "0").Succeeded();
        Assert.That((Read("pids.max"), Read("cpuset.cpus"), Read("cpuset.mems")), Is.EqualTo(("12", "0", "0")));
        Update(container, "--pids-limit", "-1").Succeeded();
        Assert.That(Read("pids.max"), Is.EqualTo("max"));
    }

    [Test]
    public void A_created_and_a_paused_container_are_updated()
    {
        var container = Create(Sleeping());
        Update(container, "--pids-limit", "13").Succeeded();
        container.Start().Succeeded();
        Runtime.Execute("pause", container.Id).Succeeded();
        Update(container, "--pids-limit", "14").Succeeded();
        Assert.That((container.Status, Read("pids.max")), Is.EqualTo(("paused", "14")));
        Runtime.Execute("resume", container.Id).Succeeded();
    }

    [Test]
    public void Device_rules_stay()
    {
        var container = RunDetached(Sleeping());
        Runtime.Command("update", "--resources", "-", container.Id).Input("""{"devices":[{"allow":true,"access":"rwm"}],"pids":{"limit":15}}""").Execute().Succeeded();
        Runtime.Execute("exec", container.Id, "/bin/sh", "-c", "head -c 1 /dev/zero >/dev/null").Succeeded();
        Runtime.Execute("exec", "--cap", "CAP_MKNOD", container.Id, "/bin/sh", "-c", "mknod /dev/kmsg c 1 11 && head -c 0 /dev/kmsg").Failed("not permitted");
    }

    [Test]
    [Differs("runc", "an update that fails half-way is taken back; runc 1.1 leaves what came before the limit that was refused")]
    public void An_update_that_fails_leaves_all_limits_as_they_were()
    {
        var container = RunDetached(Sleeping(new JsonObject { ["limit"] = 64 << 20 }));
        var before = Limits();
        var result = Runtime.Command("update", "--resources", "-", container.Id)
            .Input("""{"memory":{"limit":33554432,"reservation":16777216},"cpu":{"shares":300,"quota":20000,"cpus":"9999"},"pids":{"limit":9}}""").Execute().Failed("cpuset.cpus");
        Assert.That(result.Error, Does.Not.Contain("could not be set back"));
        Assert.That(Limits(), Is.EqualTo(before));
    }

    private (string Memory, string Low, string Weight, string Cpu, string Pids) Limits() =>
        (Read("memory.max"), Read("memory.low"), Read("cpu.weight"), Read("cpu.max"), Read("pids.max"));

    private Bundle Sleeping(JsonObject? memory = null)
    {
        var bundle = NewBundle("exec sleep 1000").WithLinux("cgroupsPath", CgroupsPath);
        return memory is null ? bundle : bundle.Resource("memory", memory);
    }

    private CommandResult Update(Container container, params string[] flags) => Runtime.Execute(["update", .. flags, container.Id]);

    private string Read(string file) => File.ReadAllText($"/sys/fs/cgroup{CgroupPlace}/{file}").Trim();
}
