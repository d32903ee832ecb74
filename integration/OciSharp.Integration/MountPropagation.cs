namespace OciSharp.Integration;

/// <summary>config.md, "Linux mount options": shared subtrees; config-linux.md, "Rootfs Mount Propagation".</summary>
public sealed class MountPropagation : ContainerFixture
{
    private const string Slave = "config-linux.md, Rootfs Mount Propagation: a slave root \"receives propagation events from the host\"; it is private when it is on a mount of its own";

    [TestCase("private", "", "master")]
    [TestCase("rprivate", "", "")]
    [TestCase("shared", "shared,master", "master")]
    [TestCase("rshared", "shared,master", "shared,master")]
    [TestCase("slave", "master", "master")]
    [TestCase("rslave", "master", "master")]
    [TestCase("unbindable", "unbindable", "master")]
    [TestCase("runbindable", "unbindable", "unbindable")]
    [Differs("crun", "config.md, Linux mount options: `shared` and `private` are a MUST; with crun 1.8.1 a shared one stays a slave, and those without r are recursive")]
    public void Of_a_bind_mount(string option, string top, string below)
    {
        var source = Scratch.MountTmpfs("source", "shared");
        Scratch.Mount(source + "/below", "--make-shared", "-t", "tmpfs", "tmpfs");
        var inside = Look(NewBundle().WithLinux("rootfsPropagation", "rslave").Mount("/m", source, null, "rbind", option), "cat /proc/self/mountinfo");
        Assert.That(Kinds(inside.Mount(0, "/m")), Is.EqualTo(top), inside[0]);
        Assert.That(Kinds(inside.Mount(0, "/m/below")), Is.EqualTo(below), inside[0]);
    }

    [Test]
    public void A_mount_that_the_host_makes_later_reaches_a_slave_only()
    {
        var source = Scratch.MountTmpfs("source", "shared");
        Directory.CreateDirectory(source + "/later");
        var bundle = NewBundle("while ! [ -e /slave/later/file ]; do sleep 0.02; done; ls /private/later; echo seen")
            .WithLinux("rootfsPropagation", "rslave").Mount("/slave", source, null, "rbind", "rslave").Mount("/private", source, null, "rbind", "rprivate");
        var container = RunDetached(bundle);
        File.WriteAllText(Scratch.Mount(source + "/later", "-t", "tmpfs", "tmpfs") + "/file", "");
        container.Until("stopped");
        Assert.That(container.Output, Is.EqualTo("seen\n"));
    }

    [Test]
    public void A_mount_that_the_container_makes_reaches_the_host_through_a_shared_one_only()
    {
        var source = Scratch.MountTmpfs("source", "shared");
        foreach (var name in (string[])["a", "b"]) Directory.CreateDirectory($"{source}/{name}");
        var bundle = NewBundle("mount -t tmpfs inner /shared/a && mount -t tmpfs inner /slave/b && echo mounted; sleep 1000")
            .WithLinux("rootfsPropagation", "shared").Mount("/shared", source, null, "rbind", "rshared").Mount("/slave", source, null, "rbind", "rslave");
        foreach (var set in (string[])["bounding", "effective", "permitted"]) bundle.Process["capabilities"]![set]!.AsArray().Add("CAP_SYS_ADMIN");
        RunDetached(bundle).UntilOutput("mounted").Delete("--force").Succeeded();
        var seen = MountInfo.OfThisProcess().Select(m => m.MountPoint).ToList();
        Assert.That(seen, Does.Contain(source + "/a").And.Not.Contain(source + "/b"));
    }

    [TestCase("private", "")]
    [TestCase("rprivate", "")]
    public void Of_a_private_root(string propagation, string kinds) => AssertRoot(propagation, kinds);

    [TestCase("rslave", "master")]
    [Differs("crun", Slave)]
    public void Of_a_recursively_slave_root(string propagation, string kinds) => AssertRoot(propagation, kinds);

    [TestCase("slave", "master")]
    [Differs("runc", Slave)]
    [Differs("crun", Slave)]
    public void Of_a_slave_root(string propagation, string kinds) => AssertRoot(propagation, kinds);

    [TestCase("shared", "shared")]
    [TestCase("rshared", "shared")]
    [TestCase("unbindable", "unbindable")]
    [Differs("runc", "config-linux.md, Rootfs Mount Propagation: a shared root \"belongs to a new peer group\", an unbindable one \"cannot be bind-mounted\"; with runc 1.1.5 the first is private, and the second fails")]
    public void Of_another_root(string propagation, string kinds) => AssertRoot(propagation, kinds);

    [Test]
    public void The_root_does_not_send_its_mounts_to_the_host_by_default()
    {
        var root = Look(BundleOnSharedMount(), "cat /proc/self/mountinfo").Mount(0, "/");
        Assert.That(root.Propagation, Has.None.StartsWith("shared"));
    }

    [Test]
    [Differs("crun", "config.md, Valid values: \"MUST generate an error when invalid or unsupported values are encountered\"; crun 1.8.1 takes any value")]
    public void An_unknown_propagation_is_refused() => FailToCreate(NewBundle().WithLinux("rootfsPropagation", "sideways")).Failed("sideways");

    [Test]
    [Differs("crun", Slave)]
    public void A_read_only_root_keeps_its_propagation()
    {
        var bundle = BundleOnSharedMount().WithLinux("rootfsPropagation", "rslave");
        bundle.Config["root"]!["readonly"] = true;
        var root = Look(bundle, "cat /proc/self/mountinfo").Mount(0, "/");
        Assert.That(Kinds(root), Is.EqualTo("master"));
        Assert.That(root.Options, Does.Contain("ro"));
    }

    private void AssertRoot(string propagation, string kinds)
    {
        var root = Look(BundleOnSharedMount().WithLinux("rootfsPropagation", propagation), "cat /proc/self/mountinfo").Mount(0, "/");
        Assert.That(Kinds(root), Is.EqualTo(kinds));
    }

    /// <summary>A bundle on a shared mount of the host: there is something that can propagate.</summary>
    private Bundle BundleOnSharedMount() => new($"{Scratch.MountTmpfs("bundle", "shared")}/bundle", copy: true);

    /// <summary>shared:1 master:2 → shared,master.</summary>
    private static string Kinds(MountInfo mount) => string.Join(',', mount.Propagation.Select(p => p.Split(':')[0]));
}
