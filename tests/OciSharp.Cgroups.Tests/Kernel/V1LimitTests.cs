using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>Every member of linux.resources on the real files of v1, at creation and in an update.</summary>
public sealed class V1LimitTests : V1Test
{
    private const long Mega = 1 << 20;

    private static IEnumerable<TestCaseData> Limits()
    {
        yield return Case("memory", "memory.limit_in_bytes", "67108864", new() { Memory = new LinuxMemory { Limit = 64 * Mega } });
        yield return Case("memory", "memory.limit_in_bytes", Unlimited, new() { Memory = new LinuxMemory { Limit = -1 } });
        yield return Case("memory", "memory.soft_limit_in_bytes", "33554432",
            new() { Memory = new LinuxMemory { Reservation = 32 * Mega } });
        yield return Case("memory", "memory.memsw.limit_in_bytes", "100663296", new()
        {
            Memory = new LinuxMemory
            {
                Limit = 64 * Mega,
                Swap = 96 * Mega
            }
        });
        yield return Case("memory", "memory.memsw.limit_in_bytes", Unlimited, new()
        {
            Memory = new LinuxMemory
            {
                Limit = 64 * Mega,
                Swap = -1
            }
        });
        yield return Case("memory", "memory.kmem.tcp.limit_in_bytes", "1048576", new() { Memory = new LinuxMemory { KernelTcp = Mega } });
        yield return Case("memory", "memory.swappiness", "10", new() { Memory = new LinuxMemory { Swappiness = 10 } });
        yield return Case("memory", "memory.use_hierarchy", "1", new() { Memory = new LinuxMemory { UseHierarchy = true } });
        yield return Case("cpu", "cpu.shares", "512", new() { Cpu = new LinuxCpu { Shares = 512 } });
        yield return Case("cpu", "cpu.cfs_quota_us", "50000", new() { Cpu = new LinuxCpu { Quota = 50000 } });
        yield return Case("cpu", "cpu.cfs_quota_us", "-1", new() { Cpu = new LinuxCpu { Quota = -1 } });
        yield return Case("cpu", "cpu.cfs_period_us", "200000", new() { Cpu = new LinuxCpu { Period = 200000 } });
        yield return Case("cpu", "cpu.cfs_burst_us", "10000", new() { Cpu = new LinuxCpu { Burst = 10000, Quota = 20000 } });
        yield return Case("cpu", "cpu.rt_period_us", "500000", new() { Cpu = new LinuxCpu { RealtimePeriod = 500000 } });
        yield return Case("cpu", "cpu.rt_runtime_us", "1000", new() { Cpu = new LinuxCpu { RealtimeRuntime = 1000 } });
        yield return Case("cpu", "cpu.idle", "1", new() { Cpu = new LinuxCpu { Idle = 1 } });
        yield return Case("cpuset", "cpuset.cpus", "0", new() { Cpu = new LinuxCpu { Cpus = "0" } });
        yield return Case("cpuset", "cpuset.mems", "0", new() { Cpu = new LinuxCpu { Mems = "0" } });
        yield return Case("pids", "pids.max", "42", new() { Pids = new LinuxPids { Limit = 42 } });
        yield return Case("pids", "pids.max", "0", new() { Pids = new LinuxPids { Limit = 0 } });
        yield return Case("pids", "pids.max", "max", new() { Pids = new LinuxPids { Limit = -1 } });
        yield return Case("net_cls", "net_cls.classid", "1048577", new() { Network = new LinuxNetwork { ClassId = 1048577 } });
        yield return Case("hugetlb", "hugetlb.2MB.limit_in_bytes", "4194304",
            new() { HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 4 * Mega }] });
        yield return Case("hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes", "4194304",
            new() { HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 4 * Mega }] });
    }

    private const string Unlimited = "9223372036854771712";

    [TestCaseSource(nameof(Limits))]
    public void A_limit_is_set_at_creation(string controller, string file, string expected, LinuxResources resources)
    {
        Need(controller, file);
        Manager.Create(resources);

        Assert.That(Value(controller, file), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Limits))]
    public void A_limit_is_set_in_an_update(string controller, string file, string expected, LinuxResources resources)
    {
        Need(controller, file);
        Manager.Create(null);

        Manager.Update(resources);

        Assert.That(Value(controller, file), Is.EqualTo(expected));
    }

    [Test]
    public void The_OOM_killer_is_disabled()
    {
        Manager.Create(new LinuxResources { Memory = new LinuxMemory { DisableOomKiller = true } });

        Assert.That(Value("memory", "memory.oom_control"), Does.StartWith("oom_kill_disable 1"));
    }

    [Test]
    public void A_limit_of_kernel_memory_is_taken_or_ignored_but_no_error() =>
        Assert.That(() => Manager.Create(new LinuxResources { Memory = new LinuxMemory { Kernel = 64 * Mega } }), Throws.Nothing);

    [Test]
    public void Priorities_of_interfaces_are_set()
    {
        Need("net_prio");
        Manager.Create(new LinuxResources
        {
            Network = new LinuxNetwork
            {
                Priorities = [new LinuxInterfacePriority { Name = "lo",
            Priority = 7 }]
            }
        });

        Assert.That(Value("net_prio", "net_prio.ifpriomap"), Does.Contain("lo 7"));
    }

    [TestCase("blkio.throttle.read_bps_device")]
    [TestCase("blkio.throttle.write_bps_device")]
    [TestCase("blkio.throttle.read_iops_device")]
    [TestCase("blkio.throttle.write_iops_device")]
    public void A_device_is_throttled_and_let_go_again(string file)
    {
        Need("blkio");
        (long major, long minor) = BlockDevice();
        Manager.Create(new LinuxResources { BlockIo = Throttle(file, major, minor, 1048576) });
        Assert.That(Value("blkio", file), Is.EqualTo($"{major}:{minor} 1048576"));

        Manager.Update(new LinuxResources { BlockIo = Throttle(file, major, minor, 0) });
        Assert.That(Value("blkio", file), Is.Empty);
    }

    [Test]
    public void A_weight_needs_a_scheduler_that_has_weights()
    {
        Need("blkio");
        var weight = new LinuxResources { BlockIo = new LinuxBlockIo { Weight = 300 } };
        try
        {
            Manager.Create(weight);
        }
        catch (CgroupException e)
        {
            Assert.That(e.Message, Does.Contain("modprobe bfq"));
            Assert.Ignore("no block scheduler with weights in this kernel");
        }

        Assert.That(Value("blkio", "blkio.bfq.weight"), Does.Contain("300"));
    }

    [Test]
    public void A_device_has_a_weight_of_its_own()
    {
        Need("blkio");
        (long major, long minor) = BlockDevice(scheduler: "[bfq]");
        LinuxWeightDevice device = new() { Major = major, Minor = minor, Weight = 300 };

        Manager.Create(new LinuxResources { BlockIo = new LinuxBlockIo { WeightDevice = [device] } });

        Assert.That(Value("blkio", "blkio.bfq.weight_device"), Does.Contain($"{major}:{minor} 300"));
    }

    [Test]
    public void A_leaf_weight_is_refused_since_no_scheduler_has_them_any_more() =>
        Assert.That(
            () => Manager.Create(new LinuxResources { BlockIo = new LinuxBlockIo { LeafWeight = 300 } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("blkio.leaf_weight"));

    [Test]
    public void Device_rules_are_those_of_the_peers()
    {
        Manager.Create(null);

        Assert.That(Value("devices", "devices.list").Split('\n'), Is.EquivalentTo(new[]
        {
            "b *:* m", "c *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm",
        }));
    }

    [Test]
    public void Every_device_may_be_allowed()
    {
        Manager.Create(new LinuxResources { Devices = [new LinuxDeviceCgroup { Allow = true, Access = "rwm" }] });

        Assert.That(Value("devices", "devices.list"), Is.EqualTo("a *:* rwm"));
    }

    [Test]
    public void An_update_leaves_device_rules_alone()
    {
        Manager.Create(null);
        string before = Value("devices", "devices.list");

        Manager.Update(new LinuxResources
        {
            Devices = [new LinuxDeviceCgroup { Allow = true, Access = "rwm" }],
            Pids = new LinuxPids { Limit = 9 }
        });

        Assert.That(Value("devices", "devices.list"), Is.EqualTo(before));
    }

    [TestCase(16, 24, 64, 96, TestName = "Memory and swap are raised together")]
    [TestCase(64, 96, 16, 24, TestName = "Memory and swap are lowered together")]
    [TestCase(64, 96, 96, 96, TestName = "Memory is raised to the swap limit")]
    public void Memory_and_swap_change(long limit, long swap, long newLimit, long newSwap)
    {
        Manager.Create(Memory(limit, swap));

        Manager.Update(Memory(newLimit, newSwap));

        Assert.That(Value("memory", "memory.limit_in_bytes"), Is.EqualTo($"{newLimit * Mega}"));
        Assert.That(Value("memory", "memory.memsw.limit_in_bytes"), Is.EqualTo($"{newSwap * Mega}"));
    }

    [Test]
    public void Without_a_limit_of_memory_there_is_none_on_swap_either()
    {
        Manager.Create(Memory(16, 24));

        Manager.Update(new LinuxResources { Memory = new LinuxMemory { Limit = -1 } });

        Assert.That(Value("memory", "memory.memsw.limit_in_bytes"), Is.EqualTo(Unlimited));
    }

    [TestCase(20000L, 50000ul, 10000ul, 100000L, 200000ul, 90000ul, TestName = "Quota, period and burst are raised together")]
    [TestCase(100000L, 200000ul, 90000ul, 20000L, 50000ul, 10000ul, TestName = "Quota, period and burst are lowered together")]
    public void Bandwidth_changes(long quota, ulong period, ulong burst, long newQuota, ulong newPeriod, ulong newBurst)
    {
        Manager.Create(new LinuxResources { Cpu = new LinuxCpu { Quota = quota, Period = period, Burst = burst } });

        Manager.Update(new LinuxResources { Cpu = new LinuxCpu { Quota = newQuota, Period = newPeriod, Burst = newBurst } });

        Assert.That(Value("cpu", "cpu.cfs_quota_us"), Is.EqualTo($"{newQuota}"));
        Assert.That(Value("cpu", "cpu.cfs_period_us"), Is.EqualTo($"{newPeriod}"));
        Assert.That(Value("cpu", "cpu.cfs_burst_us"), Is.EqualTo($"{newBurst}"));
    }

    [Test]
    public void Shares_change_while_the_cgroup_goes_idle_and_back()
    {
        Need("cpu", "cpu.idle");
        Manager.Create(new LinuxResources { Cpu = new LinuxCpu { Shares = 512, Idle = 1 } });
        Manager.Update(new LinuxResources { Cpu = new LinuxCpu { Shares = 256, Idle = 0 } });

        Assert.That(Value("cpu", "cpu.idle"), Is.EqualTo("0"));
        Assert.That(Value("cpu", "cpu.shares"), Is.EqualTo("256"));
    }

    [Test]
    public void An_update_that_fails_half_way_is_taken_back()
    {
        Manager.Create(new LinuxResources
        {
            Memory = new LinuxMemory { Limit = 16 * Mega, Swap = 24 * Mega },
            Cpu = new LinuxCpu { Shares = 512 }
        });

        CgroupException e = Assert.Throws<CgroupException>(() => Manager.Update(new LinuxResources
        {
            Memory = new LinuxMemory { Limit = 64 * Mega, Swap = 96 * Mega },
            Cpu = new LinuxCpu { Shares = 256, Cpus = "4000" },
        }))!;

        Assert.That(e.File, Does.EndWith("cpuset.cpus"));
        Assert.That(Value("memory", "memory.limit_in_bytes"), Is.EqualTo($"{16 * Mega}"));
        Assert.That(Value("memory", "memory.memsw.limit_in_bytes"), Is.EqualTo($"{24 * Mega}"));
        Assert.That(Value("cpu", "cpu.shares"), Is.EqualTo("512"));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("cpu", "cpu.shares", "1", new() { Cpu = new LinuxCpu { Shares = 1 } });
        yield return Case("cpu", "cpu.cfs_burst_us", "2000", new() { Cpu = new LinuxCpu { Quota = 1000, Burst = 2000 } });
        yield return Case("memory", "memory.swappiness", "101", new() { Memory = new LinuxMemory { Swappiness = 101 } });
        yield return Case("memory", "memory.memsw.limit_in_bytes", "1048576", new()
        {
            Memory = new LinuxMemory
            {
                Limit = 2 * Mega,
                Swap = Mega
            }
        });
        yield return Case("pids", "pids.max", "-2", new() { Pids = new LinuxPids { Limit = -2 } });
    }

    [TestCaseSource(nameof(Refused))]
    public void A_value_that_cannot_be_is_an_error_with_file_value_and_remedy(string controller, string file, string value,
        LinuxResources resources)
    {
        Need(controller);

        CgroupException e = Assert.Throws<CgroupException>(() => Manager.Create(resources))!;

        Assert.That(e.Controller, Is.EqualTo(controller));
        Assert.That(e.File, Does.EndWith($"{Id}/{file}"));
        Assert.That(e.Value, Is.EqualTo(value));
        Assert.That(e.Message, Does.StartWith($"set {file} of ").And.Contain($"to \"{value}\": invalid argument: "));
    }

    private static LinuxResources Memory(long limit, long swap) => new()
    {
        Memory = new LinuxMemory
        {
            Limit = limit * Mega,
            Swap = swap * Mega
        }
    };

    private static LinuxBlockIo Throttle(string file, long major, long minor, ulong rate)
    {
        LinuxThrottleDevice[] device = [new LinuxThrottleDevice { Major = major, Minor = minor, Rate = rate }];
        return file switch
        {
            "blkio.throttle.read_bps_device" => new LinuxBlockIo { ThrottleReadBpsDevice = device },
            "blkio.throttle.write_bps_device" => new LinuxBlockIo { ThrottleWriteBpsDevice = device },
            "blkio.throttle.read_iops_device" => new LinuxBlockIo { ThrottleReadIopsDevice = device },
            _ => new LinuxBlockIo { ThrottleWriteIopsDevice = device },
        };
    }

    private static (long Major, long Minor) BlockDevice(string scheduler = "")
    {
        foreach (string device in Directory.EnumerateDirectories("/sys/block"))
        {
            string schedulers = Path.Combine(device, "queue/scheduler");
            if (scheduler.Length > 0 && !(File.Exists(schedulers) && File.ReadAllText(schedulers).Contains(scheduler)))
                continue;
            string[] numbers = File.ReadAllText(Path.Combine(device, "dev")).Trim().Split(':');
            return (long.Parse(numbers[0]), long.Parse(numbers[1]));
        }

        Assert.Ignore($"this machine has no block device{(scheduler.Length > 0 ? $" whose scheduler is {scheduler}" : "")}");
        return default;
    }

    private static TestCaseData Case(string controller, string file, string expected, LinuxResources resources) =>
        new TestCaseData(controller, file, expected, resources).SetArgDisplayNames(file, expected);
}
