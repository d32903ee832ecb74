using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Control groups", on a host with version 1.</summary>
public sealed class Cgroups : ContainerFixture
{
    [OneTimeSetUp]
    public void Version1()
    {
        if (Suite.Obstacle is null) Require.CgroupV1("memory");
    }

    [Test]
    public void Every_process_of_the_container_is_in_the_same_place_of_all_hierarchies()
    {
        var bundle = NewBundle("sleep 1000 & echo ready; wait").WithLinux("cgroupsPath", CgroupsPath);
        var container = RunDetached(bundle).UntilOutput("ready");
        // Another mount namespace may have more of them, or had until just now.
        var mounted = MountInfo.OfThisProcess().Where(m => m.Type == "cgroup").ToArray();
        var places = File.ReadAllLines($"/proc/{container.Pid}/cgroup").Select(l => l.Split(':', 3)).Where(p => mounted.Any(m => m.SuperOptions.Contains(p[1].Split(',')[0]))).ToArray();
        Assert.That(places, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var place in places) Assert.That(place[2], Is.EqualTo(CgroupsPath), place[1]);
        });
        Assert.That(File.ReadAllLines(Cgroup("pids") + "/cgroup.procs"), Has.Length.EqualTo(2));
        container.Delete("--force").Succeeded();
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Empty);
    }

    [Test]
    public void Without_a_path_a_container_has_its_own()
    {
        var first = RunDetached(NewBundle("exec sleep 1000"));
        var second = RunDetached(NewBundle("exec sleep 1000"));
        var places = new[] { first, second }.Select(c => File.ReadAllLines($"/proc/{c.Pid}/cgroup").Single(l => l.Contains(":memory:"))).ToArray();
        Assert.That(places[0], Does.Contain(first.Id).And.Not.EqualTo(places[1]));
        first.Delete("--force").Succeeded();
        second.Delete("--force").Succeeded();
    }

    /// <summary>Each process has a place in every hierarchy that somebody mounted, and only what we can reach can be used.</summary>
    [Test]
    public void A_hierarchy_that_is_mounted_in_another_mount_namespace_is_left_alone()
    {
        var bundle = NewBundle("cat /proc/self/cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro").Write();
        var script = $"""
            directory=/sys/fs/cgroup/{Scratch.Marker}
            mkdir $directory
            mount -t cgroup -o none,name={Scratch.Marker} none $directory
            nsenter --mount=/proc/{Environment.ProcessId}/ns/mnt "$@"
            code=$?
            umount $directory
            rmdir $directory
            exit $code
            """;
        string[] run = [RuntimeUnderTest.Path, "--root", Scratch.StateRoot, "run", "--bundle", bundle.Path, Scratch.NewName()];
        var result = new Command(Scratch, ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", .. run]).Execute();
        Assert.That(result.Succeeded().Output, Does.Contain($":name={Scratch.Marker}:/\n"));
    }

    [Test]
    public void A_relative_path()
    {
        var name = Scratch.NewName();
        var container = RunDetached(NewBundle("exec sleep 1000").WithLinux("cgroupsPath", $"{name}/below"));
        Assert.That(File.ReadAllText($"/proc/{container.Pid}/cgroup"), Does.Contain($"{name}/below"));
        container.Delete("--force").Succeeded();
        RemoveParents(name);
    }

    [Test]
    public void A_path_that_climbs_stays_in_the_hierarchy()
    {
        var result = Run(NewBundle("cat /proc/self/cgroup").WithLinux("cgroupsPath", "/../../.." + CgroupsPath));
        Assert.That(result.ExitCode == 1 || result.Output.Contains(":" + CgroupsPath), result.ToString());
    }

    [Test]
    public void Memory()
    {
        var container = Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("memory", new JsonObject
        {
            ["limit"] = 64 << 20,
            ["reservation"] = 32 << 20,
            ["swappiness"] = 17,
            ["disableOOMKiller"] = true,
            ["checkBeforeUpdate"] = true,
        }));
        AssertFiles(("memory", "memory.limit_in_bytes", "67108864"), ("memory", "memory.soft_limit_in_bytes", "33554432"), ("memory", "memory.swappiness", "17"));
        Assert.That(File.ReadAllText(Cgroup("memory") + "/memory.oom_control"), Does.Contain("oom_kill_disable 1"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Memory_and_swap()
    {
        Require.That(File.Exists("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"), "this kernel does not account for swap");
        var container = Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("memory", new JsonObject { ["limit"] = 64 << 20, ["swap"] = 96 << 20 }));
        AssertFiles(("memory", "memory.memsw.limit_in_bytes", "100663296"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Cpu()
    {
        var container = Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("cpu", new JsonObject { ["shares"] = 777, ["quota"] = 40000, ["period"] = 80000, ["cpus"] = "0", ["mems"] = "0" }));
        AssertFiles(("cpu", "cpu.shares", "777"), ("cpu", "cpu.cfs_quota_us", "40000"), ("cpu", "cpu.cfs_period_us", "80000"), ("cpuset", "cpuset.cpus", "0"), ("cpuset", "cpuset.mems", "0"));
        Assert.That(File.ReadAllText($"/proc/{container.Pid}/status"), Does.Match(@"Cpus_allowed_list:\s0\n"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    [Differs("runc", "config-linux.md, CPU: `burst` and `idle` are younger than runc 1.1.5")]
    [Differs("crun", "config-linux.md, CPU: `burst` is younger than crun 1.8.1")]
    public void Cpu_burst_and_idle()
    {
        Require.That(File.Exists("/sys/fs/cgroup/cpu/cpu.cfs_burst_us"), "this kernel has no cpu burst");
        var container = Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("cpu", new JsonObject { ["quota"] = 40000, ["period"] = 80000, ["burst"] = 10000 }));
        AssertFiles(("cpu", "cpu.cfs_burst_us", "10000"));
        container.Delete("--force").Succeeded();
        container = Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("cpu", new JsonObject { ["idle"] = 1 }));
        AssertFiles(("cpu", "cpu.idle", "1"));
        container.Delete("--force").Succeeded();
    }

    [TestCase(12, "12")]
    [TestCase(-1, "max")]
    public void Pids(int limit, string shown)
    {
        var container = Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("pids", new JsonObject { ["limit"] = limit }));
        AssertFiles(("pids", "pids.max", shown));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Device_rules_are_applied_in_order()
    {
        var rules = new JsonArray(
            new JsonObject { ["allow"] = true, ["type"] = "c", ["major"] = 10, ["access"] = "rw" },
            new JsonObject { ["allow"] = false, ["access"] = "rwm" },
            new JsonObject { ["allow"] = true, ["type"] = "b", ["major"] = 7, ["minor"] = 3, ["access"] = "r" },
            new JsonObject { ["allow"] = true, ["type"] = "c", ["access"] = "m" });
        var container = Create(NewBundle().Resource("devices", rules).WithLinux("cgroupsPath", CgroupsPath));
        var list = File.ReadAllLines(Cgroup("devices") + "/devices.list");
        Assert.That(list, Does.Contain("b 7:3 r").And.Contain("c *:* m").And.Not.Contain("c 10:* rw").And.Not.Contain("a *:* rwm"));
        Assert.That(list, Does.Contain("c 1:3 rwm").And.Contain("c 5:2 rwm").And.Contain("c 136:* rwm"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void The_mount_shows_the_container_s_own_cgroup()
    {
        foreach (var bundle in (Bundle[])[NewBundle(), NewBundle().Namespace("cgroup")])
        {
            bundle.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro").Resource("memory", new JsonObject { ["limit"] = 64 << 20 }).Resource("pids", new JsonObject { ["limit"] = 33 });
            var inside = Look(bundle, "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max", "echo 5 > /sys/fs/cgroup/pids/pids.max", "cat /sys/fs/cgroup/memory/cgroup.procs", "cat /proc/self/mountinfo", "mkdir /sys/fs/cgroup/memory/sub");
            Assert.Multiple(() =>
            {
                Assert.That(inside[0], Is.EqualTo("67108864\n33"));
                Assert.That(inside[1], Does.Contain("Read-only file system"));
                Assert.That(inside.Lines(2), Does.Contain("1"));
                Assert.That(inside.Mount(3, "/sys/fs/cgroup/memory").Type, Is.EqualTo("cgroup"));
                Assert.That(inside[4], Does.Contain("Read-only file system"));
            });
        }
    }

    [Test]
    public void A_cgroup_namespace_hides_the_path()
    {
        var inside = Look(NewBundle().Namespace("cgroup").WithLinux("cgroupsPath", CgroupsPath), "cat /proc/self/cgroup");
        Assert.That(inside[0], Does.Not.Contain(Scratch.Marker));
        Assert.That(inside.Lines(0).Where(l => !l.StartsWith("0::", StringComparison.Ordinal)), Has.All.EndsWith(":/"));
    }

    /// <summary>Cgroup ownership: "Runtimes SHOULD NOT change the ownership of container cgroups when cgroups v1 is in use".</summary>
    [Test]
    public void A_cgroup_that_the_container_may_write_to_stays_root_s()
    {
        var bundle = NewBundle().UserNamespace().Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "rw");
        var container = Create(bundle.WithLinux("cgroupsPath", CgroupsPath));
        var owners = new Command(Scratch, ["/usr/bin/stat", "-c", "%u", Cgroup("memory"), Cgroup("pids"), Cgroup("pids") + "/cgroup.procs"]).Execute().Succeeded();
        Assert.That(owners.Lines, Is.EqualTo((string[])["0", "0", "0"]));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Delete_kills_all_processes_though_they_share_the_host_s_pid_namespace()
    {
        var container = RunDetached(NewBundle("sleep 1000 & sleep 1001 & echo ready; wait").WithoutNamespace("pid").WithLinux("cgroupsPath", CgroupsPath)).UntilOutput("ready");
        Wait.Until(() => File.ReadAllLines(Cgroup("pids") + "/cgroup.procs").Length == 3, () => "three processes");
        var pids = File.ReadAllLines(Cgroup("pids") + "/cgroup.procs").Select(int.Parse).ToArray();
        container.Delete("--force").Succeeded();
        Wait.Until(() => !pids.Any(OurProcesses.Lives), () => "processes of the container still live", seconds: 2);
    }

    [Test]
    public void Killing_init_in_the_host_s_pid_namespace_and_deleting_leaves_no_process()
    {
        var container = RunDetached(NewBundle("sleep 1000 & echo ready; wait").WithoutNamespace("pid").WithLinux("cgroupsPath", CgroupsPath)).UntilOutput("ready");
        Wait.Until(() => File.ReadAllLines(Cgroup("pids") + "/cgroup.procs").Length == 2, () => "two processes");
        var pids = File.ReadAllLines(Cgroup("pids") + "/cgroup.procs").Select(int.Parse).ToArray();
        container.Kill("KILL").Succeeded();
        container.Until("stopped");
        container.Delete("--force").Succeeded();
        Wait.Until(() => !pids.Any(OurProcesses.Lives), () => "processes of the container still live", seconds: 2);
    }

    [Test]
    public void Cgroups_that_were_made_below_are_removed_too()
    {
        var container = RunDetached(NewBundle("exec sleep 1000").WithLinux("cgroupsPath", CgroupsPath));
        foreach (var controller in (string[])["memory", "pids"]) Directory.CreateDirectory(Cgroup(controller) + "/below/it");
        container.Delete("--force").Succeeded();
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Empty);
    }

    [TestCase("memory", "limit", -5)]
    [TestCase("cpu", "period", 1)]
    [TestCase("memory", "limit", 4096)]
    public void A_value_that_the_kernel_refuses_fails_create_and_leaves_nothing(string controller, string name, int value)
    {
        var result = Run(NewBundle("sleep 0.1").WithLinux("cgroupsPath", CgroupsPath).Resource(controller, new JsonObject { [name] = value }));
        Assert.That(result.ExitCode, Is.Not.Zero);
    }

    /// <summary>Controllers that a hybrid host does not mount as v1, where they are mounted so.</summary>
    [TestCase("hugetlb", "hugetlb.2MB.limit_in_bytes", """{"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]}""", "4194304")]
    [TestCase("net_cls", "net_cls.classid", """{"network":{"classID":1048577}}""", "1048577")]
    [TestCase("net_prio", "net_prio.ifpriomap", """{"network":{"priorities":[{"name":"lo","priority":7}]}}""", "lo 7")]
    [TestCase("rdma", "rdma.max", """{"rdma":{"mlx5_0":{"hcaHandles":3,"hcaObjects":10000}}}""", "mlx5_0 hca_handle=3 hca_object=10000")]
    [TestCase("perf_event", "cgroup.procs", "{}", "1")]
    public void Controllers_that_are_seldom_mounted(string controller, string file, string resources, string shown)
    {
        Require.That(File.ReadLines("/proc/cgroups").Any(l => l.StartsWith(controller + "\t", StringComparison.Ordinal) && l.EndsWith('1')), $"this kernel has no {controller} controller");
        Require.That(controller != "rdma" || Directory.Exists("/sys/class/infiniband/mlx5_0"), "this machine has no RDMA device mlx5_0");
        var bundle = NewBundle($"cat /sys/fs/cgroup/{controller}/{file}").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro").WithLinux("resources", JsonNode.Parse(resources)).Write();
        string[] run = [RuntimeUnderTest.Path, "--root", Scratch.StateRoot, "run", "--bundle", bundle.Path, Scratch.NewName()];
        var result = new Command(Scratch, [RuntimeUnderTest.Repository() + "/integration/v1-only", "--with", controller, .. run]).Execute();
        Assert.That(result.Succeeded().Lines, Does.Contain(shown));
    }

    [Test]
    [Differs("runc", "config-linux.md, Huge page limits: reservations are limited \"if supported by the kernel\"; runc 1.1.5 limits pages in use only")]
    public void Reservations_of_huge_pages_are_limited_too() => Controllers_that_are_seldom_mounted(
        "hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes", """{"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]}""", "4194304");

    /// <summary>Hardware with resctrl is rare, and where it is, it is the host's: what is done with it is for the unit tests.</summary>
    [Differs("crun", "config-linux.md, IntelRdt: without a mounted resctrl \"the runtime MUST generate an error\"; crun 1.8.1 runs the container")]
    [TestCase("c1")]
    [TestCase("/")]
    [TestCase(null)]
    public void Intel_rdt_is_refused_where_there_is_no_resctrl(string? closId)
    {
        Require.That(!File.ReadAllText("/proc/self/mountinfo").Contains(" - resctrl "), "this host has resctrl");
        var rdt = new JsonObject { ["memBwSchema"] = "MB:0=50" };
        if (closId is not null) rdt["closID"] = closId;
        FailToCreate(NewBundle().WithLinux("intelRdt", rdt)).Failed("intelRdt");
    }

    [Test]
    public void Cpus_that_do_not_exist_are_refused() => FailToCreate(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("cpu", new JsonObject { ["cpus"] = "1000" })).Failed();

    [Test]
    public void A_small_memory_limit_is_enough_to_start()
    {
        // What the runtime itself needs inside counts: 512 KiB for a process as small as /bin/true.
        var limit = RuntimeUnderTest.Name == "runc" ? 8 << 20 : 512 << 10;
        Run(NewBundle().Resource("memory", new JsonObject { ["limit"] = limit })).Succeeded();
    }

    private string Cgroup(string controller) => $"/sys/fs/cgroup/{controller}{CgroupsPath}";

    private void AssertFiles(params (string Controller, string File, string Value)[] files) => Assert.Multiple(() =>
    {
        foreach (var (controller, file, value) in files) Assert.That(File.ReadAllText($"{Cgroup(controller)}/{file}").Trim(), Is.EqualTo(value), file);
    });

    /// <summary>A cgroup above that of the container may stay: engines own it.</summary>
    private static void RemoveParents(string name)
    {
        foreach (var directory in HostSnapshot.Cgroups(name).OrderByDescending(d => d.Length).ToList()) Directory.Delete(directory);
    }
}
