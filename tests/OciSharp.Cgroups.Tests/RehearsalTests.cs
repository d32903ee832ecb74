using OciSharp.Cgroups.V1;
using OciSharp.Cgroups.V2;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests;

/// <summary>What a driver says that it would do is what it then does.</summary>
public sealed class RehearsalTests
{
    private FakeTree _tree = null!;

    [SetUp]
    public void MakeTree() => _tree = new FakeTree();

    [TearDown]
    public void RemoveTree() => _tree.Dispose();

    private static LinuxResources Resources => new()
    {
        Memory = new LinuxMemory { Limit = 1000, Swap = 1500, Reservation = 500 },
        Cpu = new LinuxCpu { Shares = 512, Quota = 20000, Period = 100000, Cpus = "0" },
        Pids = new LinuxPids { Limit = 5 },
    };

    [Test]
    public void On_v2_the_rehearsal_tells_what_create_writes_and_writes_nothing()
    {
        _tree.Put("cgroup.controllers", "cpuset cpu memory pids");
        using (V2Manager rehearsed = V2Manager.For(_tree.Layout(true, "0::/\n"), "/a/c", "id", rootless: false))
        {
            var nothing = new List<CgroupAct>();
            rehearsed.Rehearse(Resources, nothing);
            Assert.That(Directory.Exists($"{_tree.Root}/a"), Is.False);
        }

        _tree.Put("a/cgroup.subtree_control");
        _tree.Put("cgroup.subtree_control", "memory");
        _tree.Put("a/c/cgroup.controllers", "cpuset cpu memory pids");
        foreach (string file in (string[])["memory.max", "memory.swap.max", "memory.low", "cpu.weight", "cpu.max", "cpuset.cpus", "pids.max"])
            _tree.Put($"a/c/{file}");
        using V2Manager manager = V2Manager.For(_tree.Layout(true, "0::/\n"), "/a/c", "id", rootless: false);
        var acts = new List<CgroupAct>();
        manager.Rehearse(Resources, acts);
        manager.SetLimits(Resources);

        Assert.That(acts[0], Is.EqualTo(new CgroupAct(CgroupActKind.Make, $"{_tree.Root}/a/c")));
        Assert.That(acts[1], Is.EqualTo(new CgroupAct(CgroupActKind.Write, $"{_tree.Root}/cgroup.subtree_control", "+cpuset +cpu +pids")), "memory is handed down already");
        Assert.That(acts[2], Is.EqualTo(new CgroupAct(CgroupActKind.Write, $"{_tree.Root}/a/cgroup.subtree_control", "+cpuset +cpu +memory +pids")));
        Assert.That(acts[^1].Kind, Is.EqualTo(CgroupActKind.AttachDevices));
        Assert.That(acts[^1].Value, Does.StartWith("deny all\nallow c *:* m\n"));
        AssertWritten([.. acts.Skip(3).SkipLast(1)], 7);
    }

    [Test]
    public void On_v1_the_rehearsal_tells_what_create_writes()
    {
        foreach (string name in (string[])["cpu", "cpuset", "memory", "pids", "devices"])
            _tree.Mount(name);
        _tree.Put("cpuset/cpuset.cpus", "0-3\n");
        _tree.Put("cpuset/cpuset.mems", "0\n");
        const string Self = "5:cpu:/\n4:cpuset:/\n3:memory:/\n2:pids:/\n1:devices:/\n";
        using (V1Manager rehearsed = V1Manager.For(_tree.Layout(false, Self), null, "c", rootless: false))
        {
            rehearsed.Rehearse(Resources, []);
            Assert.That(Directory.Exists($"{_tree.Root}/cpu/c"), Is.False);
        }

        foreach (string file in (string[])
            ["cpu/c/cpu.shares", "cpu/c/cpu.cfs_period_us", "cpu/c/cpu.cfs_quota_us", "cpuset/c/cpuset.cpus", "memory/c/memory.limit_in_bytes",
                "memory/c/memory.memsw.limit_in_bytes", "memory/c/memory.soft_limit_in_bytes", "pids/c/pids.max", "devices/c/devices.deny", "devices/c/devices.allow"])
        {
            _tree.Put(file);
        }

        using V1Manager manager = V1Manager.For(_tree.Layout(false, Self), null, "c", rootless: false);
        var acts = new List<CgroupAct>();
        manager.Rehearse(Resources, acts);
        manager.Create(Resources);

        Assert.That(acts.Where(act => act.Kind == CgroupActKind.Make).Select(act => act.Path),
            Is.EquivalentTo(new[] { "cpu", "cpuset", "memory", "pids", "devices" }.Select(name => $"{_tree.Root}/{name}/c")));
        Assert.That(acts, Does.Contain(new CgroupAct(CgroupActKind.Write, $"{_tree.Root}/cpuset/c/cpuset.mems", "0")), "a new cpuset has that of the one above");
        Assert.That(_tree.Get("devices/c/devices.allow"),
            Is.EqualTo(string.Concat(acts.Where(act => act.Path.EndsWith("devices.allow", StringComparison.Ordinal)).Select(act => act.Value + "\n"))));
        AssertWritten([.. acts.Where(act => act.Kind == CgroupActKind.Write && !act.Path.Contains("devices.allow") && !act.Path.EndsWith("cpuset.mems"))], 9);
    }

    [Test]
    public void What_came_before_a_limit_that_is_refused_is_told()
    {
        _tree.Put("cgroup.controllers", "memory");
        using V2Manager manager = V2Manager.For(_tree.Layout(true, "0::/\n"), "/c", "id", rootless: false);
        var acts = new List<CgroupAct>();

        Assert.That(() => manager.Rehearse(Resources, acts), Throws.TypeOf<CgroupException>().With.Message.Contain("cpu controller"));
        Assert.That(acts, Does.Contain(new CgroupAct(CgroupActKind.Write, $"{_tree.Root}/c/memory.max", "1000")));
    }

    private static void AssertWritten(CgroupAct[] acts, int count)
    {
        Assert.That(acts, Has.Length.EqualTo(count));
        foreach (CgroupAct act in acts)
            Assert.That(File.ReadAllText(act.Path), Is.EqualTo(act.Value), act.Path);
    }
}
