using OciSharp.Cgroups.V1;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.V1;

public sealed class V1ManagerTests
{
    private FakeTree tree = null!;

    [SetUp]
    public void MakeTree() => tree = new FakeTree();

    [TearDown]
    public void RemoveTree() => tree.Dispose();

    [Test]
    public void Controllers_that_share_a_hierarchy_share_a_path_and_get_links()
    {
        tree.Mount("cpu,cpuacct");
        tree.Mount("systemd");
        Directory.CreateDirectory($"{tree.Root}/systemd/x");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "4:cpu,cpuacct:/\n1:name=systemd:/x\n"), null, "id", rootless: false);

        Assert.That(manager.Paths, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["cpu"] = $"{tree.Root}/cpu,cpuacct/id",
            ["cpuacct"] = $"{tree.Root}/cpu,cpuacct/id",
            ["name=systemd"] = $"{tree.Root}/systemd/x/id",
        }));
        IReadOnlyList<CgroupMount> mounts = manager.MountsForContainer;
        Assert.That(mounts[0].Name, Is.EqualTo("cpu,cpuacct"));
        Assert.That(mounts[0].Options, Is.EqualTo("cpu,cpuacct"));
        Assert.That(mounts[0].Links, Is.EqualTo(new[] { "cpu", "cpuacct" }));
        Assert.That(mounts[1].Name, Is.EqualTo("systemd"));
        Assert.That(mounts[1].Options, Is.EqualTo("none,name=systemd"));
    }

    [Test]
    public void A_directory_that_lists_its_controllers_in_another_order_is_found_by_the_first()
    {
        tree.Mount("cpuacct,cpu");
        File.CreateSymbolicLink($"{tree.Root}/cpu", "cpuacct,cpu");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "4:cpu,cpuacct:/\n"), null, "id", rootless: false);

        Assert.That(manager.Paths["cpuacct"], Is.EqualTo($"{tree.Root}/cpu/id"));
    }

    [Test]
    public void Hierarchies_that_are_not_mounted_here_are_left_out()
    {
        tree.Mount("devices");
        Directory.CreateDirectory($"{tree.Root}/hugetlb");
        tree.Put("devices/id/devices.deny");
        tree.Put("devices/id/devices.allow");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "5:devices:/\n4:hugetlb:/\n3:rdma:/\n0::/\n"), null, "id", rootless: false);

        Assert.That(manager.Paths.Keys, Is.EqualTo(new[] { "devices" }));
        manager.Create(null);
        Assert.That(manager.DirectoryFdForClone, Is.Null);
    }

    [Test]
    public void A_limit_of_a_controller_that_is_not_mounted_is_an_error_with_the_remedy()
    {
        tree.Mount("devices");
        tree.Put("devices/id/devices.deny");
        tree.Put("devices/id/devices.allow");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "5:devices:/\n"), null, "id", rootless: false);

        Assert.That(
            () => manager.Create(new LinuxResources { Pids = new LinuxPids { Limit = 5 } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("mount -t cgroup -o pids"));
    }

    [Test]
    public void Where_only_our_own_part_of_a_hierarchy_is_mounted_the_container_goes_to_its_root()
    {
        tree.Mount("pids");
        Directory.CreateDirectory($"{tree.Root}/pids/docker/abc");
        tree.Mount("memory");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "5:memory:/docker/abc\n4:pids:/docker/abc\n"), null, "id", rootless: false);

        Assert.That(manager.Paths["pids"], Is.EqualTo($"{tree.Root}/pids/docker/abc/id"));
        Assert.That(manager.Paths["memory"], Is.EqualTo($"{tree.Root}/memory/id"));
    }

    [Test]
    public void Device_rules_are_written_one_per_line_after_the_default()
    {
        tree.Mount("devices");
        tree.Put("devices/id/devices.deny");
        tree.Put("devices/id/devices.allow");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "5:devices:/\n"), null, "id", rootless: false);

        manager.Create(null);

        Assert.That(tree.Get("devices/id/devices.deny"), Is.EqualTo("a"));
        Assert.That(tree.Get("devices/id/devices.allow").Split('\n'),
            Does.Contain("c 1:3 rwm").And.Contain("c 136:* rwm").And.Contain("b *:* m"));
    }

    [Test]
    public void Unified_values_are_refused()
    {
        tree.Mount("devices");
        tree.Put("devices/id/devices.deny");
        tree.Put("devices/id/devices.allow");
        using V1Manager manager = V1Manager.For(tree.Layout(false, "5:devices:/\n"), null, "id", rootless: false);

        Assert.That(
            () => manager.Create(new LinuxResources { Unified = new Dictionary<string, string> { ["memory.max"] = "1" } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("for cgroup v2"));
    }
}
