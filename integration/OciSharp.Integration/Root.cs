namespace OciSharp.Integration;

/// <summary>config.md, "Root".</summary>
public sealed class Root : ContainerFixture
{
    [Test]
    public void The_root_is_the_bundle_s_and_can_be_written()
    {
        var bundle = NewBundle();
        Assert.That(Look(bundle, "echo x > /new; ls /")[0], Does.Contain("new").And.Contain("bin"));
        Assert.That(File.Exists(bundle.Rootfs + "/new"));
    }

    [Test]
    public void An_absolute_path()
    {
        var bundle = NewBundle();
        bundle.Config["root"]!["path"] = NewBundle().File("/mark", "").Rootfs;
        Assert.That(Look(bundle, "ls /mark")[0], Is.EqualTo("/mark"));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Differs("runc", "config.md, Root: a symbolic link to the directory is refused")]
    public void A_link_to_the_root_file_system(bool mounts)
    {
        var bundle = NewBundle().File("/mark", "");
        if (!mounts) bundle.WithoutNamespace("mount").Edit(config => config.Remove("mounts"));
        File.CreateSymbolicLink(bundle.Path + "/link", "rootfs");
        bundle.Config["root"]!["path"] = "link";
        Assert.That(Look(bundle, "ls /mark")[0], Is.EqualTo("/mark"));
    }

    [Test]
    public void Readonly_is_for_the_root_alone()
    {
        var bundle = NewBundle().Mount("/tmp", "tmpfs", "tmpfs");
        bundle.Config["root"]!["readonly"] = true;
        var inside = Look(bundle, "echo x > /new", "echo x > /bin/new", "echo x > /tmp/new", "echo x > /dev/shm/new", "cat /proc/self/mountinfo");
        Assert.That(Enumerable.Range(0, 4).Select(i => inside[i].Contains("Read-only file system")), Is.EqualTo((bool[])[true, true, false, false]));
        Assert.That(inside.Mount(4, "/").Options, Does.Contain("ro"));
    }

    [Test]
    public void Mount_points_are_made_though_the_root_is_read_only()
    {
        var bundle = NewBundle().Mount("/not/there/yet", "tmpfs", "tmpfs");
        bundle.Config["root"]!["readonly"] = true;
        Assert.That(Look(bundle, "cat /proc/self/mountinfo").Mount(0, "/not/there/yet").Type, Is.EqualTo("tmpfs"));
    }

    [Test]
    public void There_is_no_way_up() =>
        Assert.That(Look("ls /../../..; cd ..; pwd; ls -d /proc/1/root/../etc/passwd")[0], Does.Contain("bin").And.Contain("/etc/passwd").And.Not.Contain("boot"));

    [Test]
    public void Without_pivot_root()
    {
        var bundle = NewBundle("ls /; cat /proc/self/mountinfo | wc -l; readlink /proc/self/root");
        var result = Run(bundle, "--no-pivot").Succeeded();
        Assert.That(result.Lines, Does.Contain("bin").And.Not.Contain("boot").And.Not.Contain("usr"));
        Assert.That(result.Lines[^1], Is.EqualTo("/"));
    }

    [Test]
    public void On_a_ramfs_without_pivot_root()
    {
        var bundle = new Bundle(Scratch.Mount($"{Scratch.Path}/{Scratch.NewName()}", "-t", "ramfs", "ramfs"), copy: true).Script("echo ran");
        Assert.That(Run(bundle, "--no-pivot").Succeeded().Text, Is.EqualTo("ran"));
    }

    [Test]
    [Differs("runc", "config.md, Root: `readonly` makes the root read-only; that it loses nosuid and nodev is not asked for")]
    [Differs("crun", "config.md, Root: `readonly` makes the root read-only; that it loses nosuid and nodev is not asked for")]
    public void The_root_may_be_a_mount_of_its_own_with_flags()
    {
        var bundle = new Bundle(Scratch.Mount($"{Scratch.Path}/{Scratch.NewName()}", "-t", "tmpfs", "-o", "nosuid,nodev,noatime", "tmpfs"), copy: true);
        bundle.Config["root"]!["readonly"] = true;
        Assert.That(Look(bundle, "cat /proc/self/mountinfo").Mount(0, "/").Options, Does.Contain("ro").And.Contain("nosuid").And.Contain("nodev").And.Contain("noatime"));
    }

    [Test]
    public void A_missing_root_is_refused()
    {
        var bundle = NewBundle();
        bundle.Config["root"]!["path"] = "nothing";
        FailToCreate(bundle).Failed();
    }

    [Test]
    public void A_root_that_is_a_file_is_refused()
    {
        var bundle = NewBundle();
        bundle.Config["root"]!["path"] = "config.json";
        FailToCreate(bundle).Failed();
    }
}
