using OciSharp.Cgroups.V2;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.V2;

public sealed class V2ManagerTests
{
    private const string All = "cpuset cpu io memory hugetlb pids rdma misc";
    private FakeTree tree = null!;

    [SetUp]
    public void MakeTree()
    {
        tree = new FakeTree();
        tree.Put("cgroup.controllers", All);
    }

    [TearDown]
    public void RemoveTree() => tree.Dispose();

    [TestCase(null, "/box/own", "box/id")]
    [TestCase(null, "/own", "id")]
    [TestCase(null, "/", "id")]
    [TestCase("a/b", "/box/own", "box/a/b")]
    [TestCase("/a/b", "/box/own", "a/b")]
    public void A_relative_path_starts_beside_our_own_cgroup(string? path, string own, string expected)
    {
        using V2Manager manager = V2Manager.For(tree.Layout(true, $"0::{own}\n"), path, "id", rootless: false);

        Assert.That(manager.Paths[""], Is.EqualTo($"{tree.Root}/{expected}"));
    }

    [Test]
    public void Memory_and_swap_are_told_apart()
    {
        Apply(new LinuxResources { Memory = new LinuxMemory { Limit = 1000, Swap = 1500, Reservation = 500 } }, "memory.max",
            "memory.swap.max", "memory.low");

        Assert.That(Value("memory.max"), Is.EqualTo("1000"));
        Assert.That(Value("memory.swap.max"), Is.EqualTo("500"));
        Assert.That(Value("memory.low"), Is.EqualTo("500"));
    }

    [Test]
    public void Minus_one_is_max()
    {
        Apply(
            new LinuxResources
            {
                Memory = new LinuxMemory { Limit = -1, Swap = -1, Reservation = -1 },
                Pids = new LinuxPids { Limit = -1 }
            },
            "memory.max", "memory.swap.max", "memory.low", "pids.max");

        Assert.That(Value("memory.max"), Is.EqualTo("max"));
        Assert.That(Value("memory.swap.max"), Is.EqualTo("max"));
        Assert.That(Value("memory.low"), Is.EqualTo("max"));
        Assert.That(Value("pids.max"), Is.EqualTo("max"));
    }

    [Test]
    public void No_tasks_at_all_is_a_limit()
    {
        Apply(new LinuxResources { Pids = new LinuxPids { Limit = 0 } }, "pids.max");

        Assert.That(Value("pids.max"), Is.EqualTo("0"));
    }

    [TestCase(null)]
    [TestCase(-1L)]
    [TestCase(2000L)]
    public void Swap_that_makes_no_sum_with_the_limit_is_refused(long? limit) =>
        Assert.That(
            () => Apply(new LinuxResources { Memory = new LinuxMemory { Limit = limit, Swap = 1000 } }, "memory.max", "memory.swap.max"),
            Throws.TypeOf<CgroupException>().With.Message.Contain("memory and swap together"));

    [TestCase("0")]
    [TestCase("max")]
    public void A_kernel_without_swap_needs_no_file_for_limits_that_hold_anyway(string swap) =>
        Assert.That(
            () => Apply(new LinuxResources { Memory = new LinuxMemory { Limit = 1000, Swap = swap == "0" ? 1000 : -1 } }, "memory.max"),
            Throws.Nothing);

    [Test]
    public void Cpu_is_weight_bandwidth_burst_and_idle()
    {
        Apply(
            new LinuxResources
            {
                Cpu = new LinuxCpu
                {
                    Shares = 1024,
                    Quota = 5000,
                    Period = 10000,
                    Burst = 1000,
                    Idle = 1,
                    Cpus = "0-1",
                    Mems = "0"
                }
            },
            "cpu.weight", "cpu.max", "cpu.max.burst", "cpu.idle", "cpuset.cpus", "cpuset.mems");

        Assert.That(Value("cpu.weight"), Is.EqualTo("100"));
        Assert.That(Value("cpu.max"), Is.EqualTo("5000 10000"));
        Assert.That(Value("cpu.max.burst"), Is.EqualTo("1000"));
        Assert.That(Value("cpu.idle"), Is.EqualTo("1"));
        Assert.That(Value("cpuset.cpus"), Is.EqualTo("0-1"));
        Assert.That(Value("cpuset.mems"), Is.EqualTo("0"));
    }

    [TestCase(5000L, null, "5000")]
    [TestCase(-1L, null, "max")]
    [TestCase(null, 10000ul, "max 10000")]
    [TestCase(0L, 10000ul, "max 10000")]
    public void Quota_and_period_may_be_alone(long? quota, ulong? period, string expected)
    {
        Apply(new LinuxResources { Cpu = new LinuxCpu { Quota = quota, Period = period } }, "cpu.max");

        Assert.That(Value("cpu.max"), Is.EqualTo(expected));
    }

    [Test]
    public void A_period_alone_keeps_the_quota_in_an_update()
    {
        tree.Put("id/cpu.max", "7000 100000\n");
        tree.Put("id/cgroup.controllers", All);
        using V2Manager manager = V2Manager.FromPath($"{tree.Root}/id");

        manager.Update(new LinuxResources { Cpu = new LinuxCpu { Period = 200000 } });

        Assert.That(Value("cpu.max"), Does.StartWith("7000 200000"));
    }

    [Test]
    public void Io_weights_go_to_bfq_where_it_is()
    {
        Apply(new LinuxResources { BlockIo = new LinuxBlockIo { Weight = 500 } }, "io.bfq.weight");

        Assert.That(Value("io.bfq.weight"), Is.EqualTo("default 500"));
    }

    [Test]
    public void Io_weights_may_be_given_per_device()
    {
        Apply(
            new LinuxResources
            {
                BlockIo = new LinuxBlockIo
                {
                    WeightDevice = [new LinuxWeightDevice { Major = 8, Minor = 0,
                Weight = 300 }]
                }
            },
            "io.bfq.weight");

        Assert.That(Value("io.bfq.weight"), Is.EqualTo("8:0 300"));
    }

    [TestCase(10, 1)]
    [TestCase(1000, 10000)]
    [TestCase(500, 4950)]
    public void Io_weights_are_stretched_for_the_other_file(int weight, long expected)
    {
        Apply(new LinuxResources { BlockIo = new LinuxBlockIo { Weight = (ushort)weight } }, "io.weight");

        Assert.That(Value("io.weight"), Is.EqualTo($"default {expected}"));
    }

    [Test]
    public void A_throttle_of_zero_is_none()
    {
        Apply(new LinuxResources
        {
            BlockIo = new LinuxBlockIo
            {
                ThrottleReadBpsDevice = [new LinuxThrottleDevice { Major = 8, Minor = 0,
            Rate = 0 }]
            }
        }, "io.max");

        Assert.That(Value("io.max"), Is.EqualTo("8:0 rbps=max"));
    }

    [Test]
    public void Huge_pages_are_limited_in_use_and_reserved()
    {
        Apply(
            new LinuxResources { HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 4194304 }] },
            "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max");

        Assert.That(Value("hugetlb.2MB.max"), Is.EqualTo("4194304"));
        Assert.That(Value("hugetlb.2MB.rsvd.max"), Is.EqualTo("4194304"));
    }

    [Test]
    public void Rdma_limits_are_one_line_per_device()
    {
        Apply(new LinuxResources { Rdma = new Dictionary<string, LinuxRdma> { ["mlx5_1"] = new() { HcaHandles = 3, HcaObjects = 10 } } },
            "rdma.max");

        Assert.That(Value("rdma.max"), Is.EqualTo("mlx5_1 hca_handle=3 hca_object=10"));
    }

    [Test]
    public void Unified_keys_are_written_as_given()
    {
        Apply(new LinuxResources { Unified = new Dictionary<string, string> { ["memory.high"] = "12345" } }, "memory.high");

        Assert.That(Value("memory.high"), Is.EqualTo("12345"));
    }

    [TestCase("a/b", "name of a file")]
    [TestCase("nodot", "name of a file")]
    [TestCase("quantum.max", "quantum controller")]
    public void Unified_keys_that_name_no_file_of_the_cgroup_are_refused(string key, string words) =>
        Assert.That(
            () => Apply(new LinuxResources { Unified = new Dictionary<string, string> { [key] = "1" } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain(words));

    private static IEnumerable<LinuxResources> OnlyOnV1() =>
    [
        new() { Memory = new LinuxMemory { Kernel = 1 } },
        new() { Memory = new LinuxMemory { KernelTcp = 1 } },
        new() { Memory = new LinuxMemory { Swappiness = 10 } },
        new() { Memory = new LinuxMemory { DisableOomKiller = true } },
        new() { Memory = new LinuxMemory { UseHierarchy = false } },
        new() { Cpu = new LinuxCpu { RealtimeRuntime = 1 } },
        new() { Cpu = new LinuxCpu { RealtimePeriod = 1 } },
        new() { BlockIo = new LinuxBlockIo { LeafWeight = 10 } },
        new() { BlockIo = new LinuxBlockIo { WeightDevice = [new LinuxWeightDevice { Major = 8, Minor = 0, LeafWeight = 10 }] } },
        new() { Network = new LinuxNetwork { ClassId = 1 } },
        new() { Network = new LinuxNetwork { Priorities = [new LinuxInterfacePriority { Name = "lo", Priority = 1 }] } },
    ];

    [TestCaseSource(nameof(OnlyOnV1))]
    public void What_only_v1_can_do_is_an_error(LinuxResources resources) =>
        Assert.That(() => Apply(resources), Throws.TypeOf<CgroupException>().With.Message.Contain("cgroup v2 cannot do that"));

    [Test]
    public void A_controller_that_cannot_be_handed_down_is_named_with_the_reason()
    {
        // "box" has no cgroup.subtree_control, as if it was not ours.
        tree.Put("box/id/cgroup.controllers", "pids");
        tree.Put("cgroup.subtree_control");
        using V2Manager manager = V2Manager.For(tree.Layout(true, "0::/\n"), "/box/id", "id", rootless: false);

        CgroupException e = Assert.Throws<CgroupException>(() =>
            manager.SetLimits(new LinuxResources { Cpu = new LinuxCpu { Shares = 2 } }))!;

        Assert.That(e.Controller, Is.EqualTo("cpu"));
        Assert.That(e.Message, Does.Contain("box").And.Contain("cgroup.subtree_control"));
    }

    [Test]
    public void The_root_that_does_not_hand_a_controller_down_is_named_as_it_is_known()
    {
        tree.Put("id/cgroup.controllers", "pids");
        using V2Manager manager = V2Manager.For(tree.Layout(true, "0::/\n"), "/id", "id", rootless: false);

        Assert.That(
            () => manager.SetLimits(new LinuxResources { Cpu = new LinuxCpu { Shares = 2 } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain($"cgroup.subtree_control of {tree.Root} to"));
    }

    [Test]
    public void Missing_controllers_are_asked_for_at_every_level_above()
    {
        tree.Put("box/id/cgroup.controllers", "pids");
        tree.Put("cgroup.subtree_control");
        tree.Put("box/cgroup.subtree_control");
        using V2Manager manager = V2Manager.For(tree.Layout(true, "0::/\n"), "/box/id", "id", rootless: false);

        manager.SetLimits(null);

        const string request = "+cpuset +cpu +io +memory +hugetlb +rdma +misc";
        Assert.That(tree.Get("cgroup.subtree_control"), Is.EqualTo(request));
        Assert.That(tree.Get("box/cgroup.subtree_control"), Is.EqualTo(request));
    }

    [Test]
    public void A_limit_below_what_is_used_is_refused_when_that_is_to_be_checked()
    {
        tree.Put("id/cgroup.controllers", All);
        tree.Put("id/memory.current", "5000\n");
        tree.Put("id/memory.max", "max\n");
        using V2Manager manager = V2Manager.FromPath($"{tree.Root}/id");

        Assert.That(
            () => manager.Update(new LinuxResources { Memory = new LinuxMemory { Limit = 4000, CheckBeforeUpdate = true } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("uses 5000 bytes"));
        Assert.That(Value("memory.max"), Is.EqualTo("max\n"));
    }

    [Test]
    public void An_update_that_fails_half_way_is_taken_back()
    {
        tree.Put("id/cgroup.controllers", All);
        tree.Put("id/memory.max", "8000");
        tree.Put("id/pids.max", "50");
        using V2Manager manager = V2Manager.FromPath($"{tree.Root}/id");

        Assert.That(
            () => manager.Update(new LinuxResources
            {
                Memory = new LinuxMemory { Limit = 9000 },
                Pids = new LinuxPids { Limit = 60 },
                Unified = new Dictionary<string, string> { ["memory.nonsense"] = "1" },
            }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("memory.nonsense"));
        Assert.That(Value("memory.max"), Is.EqualTo("8000"));
        Assert.That(Value("pids.max"), Is.EqualTo("50"));
    }

    private void Apply(LinuxResources resources, params string[] files)
    {
        tree.Put("id/cgroup.controllers", All);
        foreach (string file in files)
            tree.Put($"id/{file}");
        using V2Manager manager = V2Manager.For(tree.Layout(true, "0::/\n"), "/id", "id", rootless: false);
        manager.SetLimits(resources);
    }

    private string Value(string file) => tree.Get($"id/{file}");
}
