using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Control groups", on a host with version 2 only: each limit as a file says it.</summary>
public sealed class CgroupsV2 : ContainerFixture
{
    [OneTimeSetUp]
    public void Version2()
    {
        if (Suite.Obstacle is null) Require.CgroupV2();
    }

    [Test]
    public void Every_process_is_in_the_container_s_cgroup_which_goes_with_it()
    {
        var container = RunDetached(NewBundle("sleep 1000 & echo ready; wait").WithLinux("cgroupsPath", CgroupsPath)).UntilOutput("ready");
        Assert.That(File.ReadAllText($"/proc/{container.Pid}/cgroup"), Is.EqualTo($"0::{CgroupPlace}\n"));
        Assert.That(File.ReadAllLines(Cgroup + "/cgroup.procs"), Has.Length.EqualTo(2));
        Directory.CreateDirectory(Cgroup + "/below/it");
        container.Delete("--force").Succeeded();
        Assert.That(Directory.Exists(Cgroup), Is.False);
    }

    [Test]
    public void Memory()
    {
        var container = CreateWith("memory", new JsonObject { ["limit"] = 64 << 20, ["reservation"] = 32 << 20, ["swap"] = 96 << 20 });
        AssertFiles(("memory.max", "67108864"), ("memory.low", "33554432"), ("memory.swap.max", "33554432"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Cpu_and_cpuset()
    {
        var container = CreateWith("cpu", new JsonObject { ["quota"] = 40000, ["period"] = 80000, ["cpus"] = "0", ["mems"] = "0" });
        AssertFiles(("cpu.max", "40000 80000"), ("cpuset.cpus", "0"), ("cpuset.mems", "0"));
        Assert.That(File.ReadAllText($"/proc/{container.Pid}/status"), Does.Match(@"Cpus_allowed_list:\s0\n"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    [Differs("runc", "config-linux.md, CPU: `burst` and `idle` are younger than runc 1.1")]
    public void Cpu_burst_and_idle()
    {
        var container = CreateWith("cpu", new JsonObject { ["quota"] = 40000, ["period"] = 80000, ["burst"] = 10000 });
        AssertFiles(("cpu.max.burst", "10000"));
        container.Delete("--force").Succeeded();
        container = CreateWith("cpu", new JsonObject { ["idle"] = 1 });
        AssertFiles(("cpu.idle", "1"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Cpu_shares_are_a_weight()
    {
        // How shares are converted differs between runtimes; that twice the default is more than the default does not.
        var container = CreateWith("cpu", new JsonObject { ["shares"] = 2048 });
        Assert.That(int.Parse(File.ReadAllText(Cgroup + "/cpu.weight")), Is.InRange(50, 300));
        container.Delete("--force").Succeeded();
    }

    [TestCase(12, "12")]
    [TestCase(-1, "max")]
    public void Pids(int limit, string shown)
    {
        var container = CreateWith("pids", new JsonObject { ["limit"] = limit });
        AssertFiles(("pids.max", shown));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Io_throttles()
    {
        Require.That(File.Exists("/sys/block/vda/dev"), "there is no /dev/vda");
        var disk = File.ReadAllText("/sys/block/vda/dev").Trim();
        JsonArray Rate(int rate) => [new JsonObject { ["major"] = int.Parse(disk.Split(':')[0]), ["minor"] = int.Parse(disk.Split(':')[1]), ["rate"] = rate }];
        var container = CreateWith("blockIO", new JsonObject
        {
            ["throttleReadBpsDevice"] = Rate(1048576),
            ["throttleWriteBpsDevice"] = Rate(2097152),
            ["throttleReadIOPSDevice"] = Rate(300),
            ["throttleWriteIOPSDevice"] = Rate(400),
        });
        AssertFiles(("io.max", $"{disk} rbps=1048576 wbps=2097152 riops=300 wiops=400"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Io_weight()
    {
        var file = ((string[])["io.bfq.weight", "io.weight"]).FirstOrDefault(name => File.Exists("/sys/fs/cgroup/system.slice/" + name));
        Require.That(file is not null, "no block scheduler of this kernel has weights");
        var container = CreateWith("blockIO", new JsonObject { ["weight"] = 1000 });
        AssertFiles((file!, file == "io.weight" ? "default 10000" : "default 1000"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Huge_pages()
    {
        Require.That(File.ReadAllText("/sys/fs/cgroup/cgroup.controllers").Contains("hugetlb"), "this kernel has no hugetlb controller");
        var container = CreateWith("hugepageLimits", new JsonArray(new JsonObject { ["pageSize"] = "2MB", ["limit"] = 4194304 }));
        AssertFiles(("hugetlb.2MB.max", "4194304"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Unified_files_are_written_as_they_are_given()
    {
        var container = CreateWith("unified", new JsonObject { ["memory.high"] = "50331648", ["pids.max"] = "77" });
        AssertFiles(("memory.high", "50331648"), ("pids.max", "77"));
        container.Delete("--force").Succeeded();
    }

    /// <summary>Without a namespace of its own the container finds its cgroup by the path that /proc/self/cgroup has, in the whole tree.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void The_mount_shows_the_container_s_own_cgroup_and_is_read_only(bool hasNamespace)
    {
        var bundle = NewBundle().WithLinux("cgroupsPath", CgroupsPath).Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro")
            .Resource("memory", new JsonObject { ["limit"] = 64 << 20 });
        if (hasNamespace) bundle.Namespace("cgroup");
        var own = "/sys/fs/cgroup" + (hasNamespace ? "" : CgroupPlace);
        var inside = Look(bundle, $"cat {own}/memory.max", $"echo 5 > {own}/memory.max", $"cat {own}/cgroup.procs", $"mkdir {own}/sub", "cat /proc/self/mountinfo");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.EqualTo("67108864"));
            Assert.That(inside[1], Does.Contain("Read-only file system"));
            Assert.That(inside.Lines(2), Does.Contain("1"));
            Assert.That(inside[3], Does.Contain("Read-only file system"));
            Assert.That(inside.Mount(4, "/sys/fs/cgroup").Type, Is.EqualTo("cgroup2"));
        });
    }

    [Test]
    public void A_cgroup_namespace_hides_the_path() =>
        Assert.That(Look(NewBundle().Namespace("cgroup").WithLinux("cgroupsPath", CgroupsPath), "cat /proc/self/cgroup")[0], Is.EqualTo("0::/"));

    [Test]
    [Differs("runc", "crun(1), run.oci.delegate-cgroup, which runc does not know")]
    public void Controllers_are_handed_down_from_above_a_delegated_cgroup()
    {
        var bundle = NewBundle("""
            cd /sys/fs/cgroup && mkdir other && echo +pids > cgroup.subtree_control && echo 7 > other/pids.max || exit
            cat /proc/self/cgroup pids.max payload/pids.max other/pids.max && echo ready; sleep 1000
            """);
        bundle.Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "rw").WithLinux("cgroupsPath", CgroupsPath)
            .Resource("pids", new JsonObject { ["limit"] = 40 }).Annotation("run.oci.delegate-cgroup", "payload");
        var container = RunDetached(bundle).UntilOutput("ready");
        Assert.That(container.Output, Is.EqualTo("0::/payload\n40\nmax\n7\nready\n"));
        Assert.That(File.ReadAllText($"/proc/{container.Pid}/cgroup"), Is.EqualTo($"0::{CgroupPlace}/payload\n"));
        Assert.That(Runtime.Execute("exec", container.Id, "cat", "/proc/self/cgroup").Succeeded().Text, Is.EqualTo("0::/payload"));
        Runtime.Execute("pause", container.Id).Succeeded();
        Assert.That(File.ReadAllText(Cgroup + "/payload/cgroup.events"), Does.Contain("frozen 1"));
        container.Delete("--force").Succeeded();
        Assert.That(Directory.Exists(Cgroup), Is.False);
    }

    [Test]
    public void A_paused_container_is_frozen()
    {
        var container = RunDetached(NewBundle("while :; do echo tick; sleep 0.1; done").WithLinux("cgroupsPath", CgroupsPath)).UntilOutput("tick");
        Runtime.Execute("pause", container.Id).Succeeded();
        Assert.That(File.ReadAllText(Cgroup + "/cgroup.events"), Does.Contain("frozen 1"));
        Assert.That(container.Status, Is.EqualTo("paused"));
        Runtime.Execute("resume", container.Id).Succeeded();
        Assert.That(File.ReadAllText(Cgroup + "/cgroup.events"), Does.Contain("frozen 0"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Explain_shows_what_systemd_is_told([Values("text", "json", "sh", "html")] string format)
    {
        Require.Command("explain");
        Require.That(RuntimeUnderTest.WithSystemd, "cgroups are made by files here (CGROUP_MANAGER=systemd)");
        var bundle = NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("memory", new JsonObject { ["limit"] = 64 << 20 }).Resource("cpu", new JsonObject { ["cpus"] = "0-1" })
            .Annotation("org.systemd.property.TimeoutStopUSec", "uint64 1234567").Write();
        var shown = Runtime.Execute("explain", "--format", format, "--bundle", bundle.Path, Scratch.NewName()).Succeeded().Output;
        string[] properties = ["MemoryMax=67108864", "AllowedCPUs=0-1", "TimeoutStopUSec=1234567"];
        if (format == "json")
        {
            var operands = JsonNode.Parse(shown)!["steps"]!.AsArray().Single(step => (string)step!["kind"]! == "start-unit")!["operands"]!;
            var told = operands["properties"]!.AsArray().Zip(operands["values"]!.AsArray(), (name, value) => $"{name}={value}");
            Assert.That(told, Is.SupersetOf([.. properties, "Delegate=true"])); // some come several times: DeviceAllow
        }
        else
        {
            foreach (var property in properties) Assert.That(shown, Does.Contain(property));
        }

        Runtime.Execute("explain", "--for", "exec", "--format", format, "--bundle", bundle.Path, Scratch.NewName()).Succeeded();
    }

    [TestCase("network", "classID", 1)]
    [TestCase("memory", "limit", -5)]
    public void A_value_that_has_no_meaning_fails_create_and_leaves_nothing(string controller, string name, int value)
    {
        FailToCreate(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource(controller, new JsonObject { [name] = value })).Failed();
        Assert.That(Directory.Exists(Cgroup), Is.False);
    }

    private string Cgroup => "/sys/fs/cgroup" + CgroupPlace;

    private Container CreateWith(string resource, JsonNode value) => Create(NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource(resource, value));

    private void AssertFiles(params (string File, string Value)[] files) => Assert.Multiple(() =>
    {
        foreach (var (file, value) in files) Assert.That(File.ReadAllText($"{Cgroup}/{file}").Trim(), Is.EqualTo(value), file);
    });
}
