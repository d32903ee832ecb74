using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary><c>update</c>: limits of a container that is there already, on a host with cgroup version 1.</summary>
public sealed class Updates : ContainerFixture
{
    private const string Limit = "memory.limit_in_bytes";
    private const string Sum = "memory.memsw.limit_in_bytes";

    [OneTimeSetUp]
    public void Version1()
    {
        if (Suite.Obstacle is not null) return;
        Require.CgroupV1("memory");
        Require.Command("update");
    }

    /// <summary>The kernel takes no limit above that of memory and swap, so the order depends on the direction.</summary>
    [Test]
    public void Memory_and_swap_are_raised_and_lowered()
    {
        RequireSwap();
        var container = RunDetached(Sleeping(new JsonObject { ["limit"] = 64 << 20, ["swap"] = 64 << 20 }));
        foreach (var (limit, swap) in ((long, long)[])[(128 << 20, 192 << 20), (32 << 20, 48 << 20), (256 << 20, 256 << 20), (32 << 20, 32 << 20)])
        {
            Update(container, "--memory", $"{limit}", "--memory-swap", $"{swap}").Succeeded();
            Assert.That((Read("memory", Limit), Read("memory", Sum)), Is.EqualTo(($"{limit}", $"{swap}")));
        }
    }

    [Test]
    public void Without_a_memory_limit_swap_has_none_either()
    {
        RequireSwap();
        var container = RunDetached(Sleeping(new JsonObject { ["limit"] = 64 << 20, ["swap"] = 96 << 20 }));
        Update(container, "--memory", "-1").Succeeded();
        Assert.That(long.Parse(Read("memory", Limit)), Is.GreaterThan(long.MaxValue / 2));
        Assert.That(long.Parse(Read("memory", Sum)), Is.GreaterThan(long.MaxValue / 2));
        Update(container, "--memory", "32M", "--memory-swap", "64M").Succeeded();
        Update(container, "--memory-swap", "-1").Succeeded();
        Assert.That(Read("memory", Limit), Is.EqualTo($"{32 << 20}"));
        Assert.That(long.Parse(Read("memory", Sum)), Is.GreaterThan(long.MaxValue / 2));
    }

    [Test]
    public void A_limit_above_the_sum_with_swap_is_refused()
    {
        RequireSwap();
        var container = RunDetached(Sleeping(new JsonObject { ["limit"] = 64 << 20, ["swap"] = 64 << 20 }));
        Update(container, "--memory", "128M").Failed();
        Update(container, "--memory-swap", "32M").Failed();
        Assert.That((Read("memory", Limit), Read("memory", Sum)), Is.EqualTo(($"{64 << 20}", $"{64 << 20}")));
    }

    [Test]
    public void Quota_and_period_together_and_alone()
    {
        var container = RunDetached(Sleeping());
        foreach (var (flags, quota, period) in ((string, string, string)[])
            [("--cpu-quota 900000 --cpu-period 900000", "900000", "900000"), ("--cpu-period 10000 --cpu-quota 5000", "5000", "10000"),
             ("--cpu-quota 20000", "20000", "10000"), ("--cpu-period 40000", "20000", "40000"), ("--cpu-quota -1", "-1", "40000")])
        {
            Update(container, flags.Split(' ')).Succeeded();
            Assert.That((Read("cpu", "cpu.cfs_quota_us"), Read("cpu", "cpu.cfs_period_us")), Is.EqualTo((quota, period)), flags);
        }
    }

    [Test]
    [Differs("runc", "config-linux.md, CPU: `burst` and `idle` are younger than runc 1.1.5")]
    public void Burst_and_idle()
    {
        Require.That(File.Exists("/sys/fs/cgroup/cpu/cpu.cfs_burst_us"), "this kernel has no cpu burst");
        var container = RunDetached(Sleeping());
        Update(container, "--cpu-quota", "40000", "--cpu-period", "80000", "--cpu-burst", "30000").Succeeded();
        Update(container, "--cpu-quota", "20000", "--cpu-burst", "10000").Succeeded();
        Assert.That((Read("cpu", "cpu.cfs_quota_us"), Read("cpu", "cpu.cfs_burst_us")), Is.EqualTo(("20000", "10000")));
        Update(container, "--cpu-quota", "5000").Failed("burst");
        Update(container, "--cpu-burst", "0").Succeeded();
        Update(container, "--cpu-quota", "5000").Succeeded();
        Update(container, "--cpu-idle", "1").Succeeded();
        Assert.That(Read("cpu", "cpu.idle"), Is.EqualTo("1"));
        Update(container, "--cpu-idle", "0", "--cpu-share", "500").Succeeded();
        Assert.That((Read("cpu", "cpu.idle"), Read("cpu", "cpu.shares")), Is.EqualTo(("0", "500")));
    }

    [TestCase(-1, "max")]
    [TestCase(12, "12")]
    public void Pids(int limit, string shown)
    {
        var container = RunDetached(Sleeping());
        Update(container, "--pids-limit", $"{limit}").Succeeded();
        Assert.That(Read("pids", "pids.max"), Is.EqualTo(shown));
    }

    [Test]
    public void A_created_and_a_paused_container_are_updated()
    {
        var container = Create(Sleeping());
        Update(container, "--cpu-share", "300").Succeeded();
        container.Start().Succeeded();
        Runtime.Execute("pause", container.Id).Succeeded();
        Update(container, "--cpu-share", "400").Succeeded();
        Assert.That((container.Status, Read("cpu", "cpu.shares")), Is.EqualTo(("paused", "400")));
        Runtime.Execute("resume", container.Id).Succeeded();
    }

    [Test]
    public void Device_rules_stay()
    {
        var container = RunDetached(Sleeping());
        var before = Read("devices", "devices.list");
        Runtime.Command("update", "--resources", "-", container.Id).Input("""{"devices":[{"allow":true,"access":"rwm"}],"cpu":{"shares":300}}""").Execute().Succeeded();
        Assert.That(Read("devices", "devices.list"), Is.EqualTo(before));
    }

    [Test]
    [Differs("runc", "an update that fails half-way is taken back; runc 1.1.5 leaves what came before the limit that was refused, and warns")]
    public void An_update_that_fails_leaves_all_limits_as_they_were()
    {
        var container = RunDetached(Sleeping(new JsonObject { ["limit"] = 64 << 20 }));
        var result = Runtime.Command("update", "--resources", "-", container.Id)
            .Input("""{"memory":{"limit":33554432,"reservation":16777216,"swappiness":10,"disableOOMKiller":true},"cpu":{"shares":300,"quota":20000,"cpus":"9999"},"pids":{"limit":9}}""").Execute().Failed("cpuset.cpus");
        Assert.That(result.Error, Does.Not.Contain("could not be set back"));
        Assert.That((Read("memory", Limit), Read("cpu", "cpu.shares"), Read("cpu", "cpu.cfs_quota_us"), Read("pids", "pids.max")), Is.EqualTo(($"{64 << 20}", "1024", "-1", "max")));
        Assert.That(Read("memory", "memory.oom_control"), Does.Contain("oom_kill_disable 0"));
    }

    [Test]
    public void Kernel_memory_is_ignored_with_a_warning()
    {
        var container = RunDetached(Sleeping());
        Assert.That(Update(container, "--kernel-memory", "64M", "--kernel-memory-tcp", "64M").Succeeded().Error, Does.Contain("level=warning").And.Contain("ernel memory settings are ignored"));
    }

    [TestCase("--l3-cache-schema", "L3:0=f")]
    [TestCase("--mem-bw-schema", "MB:0=50")]
    public void Schemata_are_refused_where_there_is_no_resctrl(string flag, string schema) =>
        Update(RunDetached(Sleeping()), flag, schema).Failed("Intel RDT", "schema is not enabled");

    [Test]
    public void An_update_without_limits_changes_nothing() => Update(RunDetached(Sleeping())).Succeeded();

    private Bundle Sleeping(JsonObject? memory = null)
    {
        var bundle = NewBundle("exec sleep 1000").WithLinux("cgroupsPath", CgroupsPath);
        return memory is null ? bundle : bundle.Resource("memory", memory);
    }

    private CommandResult Update(Container container, params string[] flags) => Runtime.Execute(["update", .. flags, container.Id]);

    private string Read(string controller, string file) => File.ReadAllText($"/sys/fs/cgroup/{controller}{CgroupsPath}/{file}").Trim();

    private static void RequireSwap() => Require.That(File.Exists("/sys/fs/cgroup/memory/" + Sum), "this kernel does not account for swap");
}
