namespace OciSharp.Integration;

/// <summary>config.md, "Mounts": types, sources, destinations and order.</summary>
public sealed class Mounts : ContainerFixture
{
    [Test]
    public void Each_type_of_the_default_file_systems()
    {
        var inside = Look("cat /proc/self/mountinfo");
        Assert.Multiple(() =>
        {
            foreach (var (path, type) in ((string, string)[])
                [("/proc", "proc"), ("/dev", "tmpfs"), ("/dev/pts", "devpts"), ("/dev/shm", "tmpfs"), ("/dev/mqueue", "mqueue"), ("/sys", "sysfs")])
            {
                Assert.That(inside.Mount(0, path).Type, Is.EqualTo(type), path);
            }

            Assert.That(inside.Mount(0, "/dev").Options, Does.Contain("nosuid"));
            Assert.That(inside.Mount(0, "/dev").SuperOptions, Does.Contain("mode=755").And.Contain("size=65536k"));
            Assert.That(inside.Mount(0, "/dev/pts").SuperOptions, Does.Contain("gid=5").And.Contain("mode=620").And.Contain("ptmxmode=666"));
            Assert.That(inside.Mount(0, "/sys").Options, Does.Contain("ro").And.Contain("nosuid").And.Contain("nodev").And.Contain("noexec"));
        });
    }

    [Test]
    public void Nothing_of_the_host_is_mounted()
    {
        var mounts = Look("cat /proc/self/mountinfo").Mounts(0).Select(m => m.MountPoint);
        Assert.That(mounts, Is.EquivalentTo((string[])["/", "/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys"]));
    }

    [Test]
    public void Any_other_file_system()
    {
        var inside = Look(NewBundle().Mount("/ram", "ramfs", "ramfs").Mount("/tmp", "tmpfs", "tmpfs", "size=1m", "nr_inodes=7"), "cat /proc/self/mountinfo");
        Assert.That(inside.Mount(0, "/ram").Type, Is.EqualTo("ramfs"));
        Assert.That(inside.Mount(0, "/tmp").SuperOptions, Does.Contain("size=1024k").And.Contain("nr_inodes=7"));
    }

    [Test]
    [Differs("runc", "config.md, Mounts: options are those of mount(8); runc 1.1.5 gives a tmpfs the mode of the directory below it, whatever mode= says")]
    public void The_mode_of_a_tmpfs() => Assert.That(Look(NewBundle().Mount("/tmp", "tmpfs", "tmpfs", "mode=0711"), "stat -c %a /tmp")[0], Is.EqualTo("711"));

    [Test]
    public void Overlay()
    {
        var lower = Scratch.NewDirectory("lower");
        var upper = Scratch.NewDirectory("upper");
        var work = Scratch.NewDirectory("work");
        File.WriteAllText(lower + "/below", "from below");
        var inside = Look(NewBundle().Mount("/merged", "overlay", "overlay", $"lowerdir={lower}", $"upperdir={upper}", $"workdir={work}"), "cat /merged/below; echo new > /merged/above");
        Assert.That(inside[0], Is.EqualTo("from below"));
        Assert.That(File.ReadAllText(upper + "/above"), Is.EqualTo("new\n"));
    }

    [Test]
    public void A_read_only_dev_takes_the_devices_and_the_mounts_below_it_first()
    {
        var bundle = NewBundle();
        bundle.Mount("/read/only", "tmpfs", "tmpfs", "ro").Mount("/read/only/below", "tmpfs", "tmpfs");
        bundle.Config["mounts"]!.AsArray().Single(m => (string)m!["destination"]! == "/dev")!["options"]!.AsArray().Add("ro");
        var inside = Look(bundle, "echo x > /dev/null", "echo x > /dev/new", "echo x > /read/only/new", "echo x > /read/only/below/new", "cat /proc/self/mountinfo");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.Empty);
            Assert.That(inside[1], Does.Contain("Read-only file system"));
            Assert.That(inside[2], Does.Contain("Read-only file system"));
            Assert.That(inside[3], Is.Empty);
            Assert.That(inside.Mount(4, "/dev").Options, Does.Contain("ro"));
            Assert.That(inside.Mount(4, "/dev/pts").Type, Is.EqualTo("devpts"));
        });
    }

    [Test]
    public void An_unknown_type_is_refused() => FailToCreate(NewBundle().Mount("/x", "x", "nosuchfs")).Failed();

    [Test]
    public void A_wrong_option_of_the_file_system_is_refused() => FailToCreate(NewBundle().Mount("/x", "tmpfs", "tmpfs", "nosuchoption=1")).Failed();

    [Test]
    public void Bind_a_directory_a_file_and_a_source_relative_to_the_bundle()
    {
        var directory = Scratch.NewDirectory("source");
        File.WriteAllText(directory + "/file", "content");
        var bundle = NewBundle();
        Directory.CreateDirectory(bundle.Path + "/data");
        File.WriteAllText(bundle.Path + "/data/file", "beside the bundle");
        bundle.Mount("/d", directory, null, "bind").Mount("/made/for/it", directory + "/file", "none", "bind", "ro").Mount("/r", "data", "bind", "rbind");
        var inside = Look(bundle, "cat /d/file", "cat /made/for/it", "cat /r/file", "echo written > /d/new", "echo x > /made/for/it");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.EqualTo("content"));
            Assert.That(inside[1], Is.EqualTo("content"));
            Assert.That(inside[2], Is.EqualTo("beside the bundle"));
            Assert.That(File.ReadAllText(directory + "/new"), Is.EqualTo("written\n"));
            Assert.That(inside[4], Does.Contain("Read-only file system"));
        });
    }

    [Test]
    public void Bind_leaves_out_the_mounts_below_its_source_and_rbind_takes_them_along()
    {
        var source = Scratch.NewDirectory("source");
        File.WriteAllText(Scratch.Mount(source + "/below", "-t", "tmpfs", "tmpfs") + "/file", "");
        var inside = Look(NewBundle().Mount("/bind", source, null, "bind").Mount("/rbind", source, null, "rbind"), "ls /bind/below", "ls /rbind/below");
        Assert.That((inside[0], inside[1]), Is.EqualTo(("", "file")));
    }

    [Test]
    public void A_bind_source_that_does_not_exist_is_refused() => FailToCreate(NewBundle().Mount("/x", Scratch.Path + "/nothing", null, "bind")).Failed("nothing");

    [Test]
    public void A_bind_source_may_be_a_symbolic_link_a_fifo_or_a_socket()
    {
        var source = Scratch.NewDirectory("source");
        File.WriteAllText(source + "/target", "through the link");
        File.CreateSymbolicLink(source + "/link", "target");
        new Command(Scratch, ["/usr/bin/mkfifo", source + "/fifo"]).Execute().Succeeded();
        using var socket = new ConsoleSocket(Scratch);
        var bundle = NewBundle().Mount("/link", source + "/link", null, "bind").Mount("/fifo", source + "/fifo", null, "bind").Mount("/socket", socket.Path, null, "bind");
        var inside = Look(bundle, "cat /link", "stat -c %F /fifo /socket");
        Assert.That((inside[0], inside[1]), Is.EqualTo(("through the link", "fifo\nsocket")));
    }

    [Test]
    public void Entries_are_mounted_in_the_listed_order()
    {
        var first = Scratch.NewDirectory("first");
        var second = Scratch.NewDirectory("second");
        File.WriteAllText(first + "/name", "first");
        File.WriteAllText(second + "/name", "second");
        var bundle = NewBundle().Mount("/over", first, null, "bind").Mount("/over", second, null, "bind")
            .Mount("/t", "tmpfs", "tmpfs").Mount("/t/in/it", first, null, "bind")
            .Mount("/hidden/below", first, null, "bind").Mount("/hidden", "tmpfs", "tmpfs");
        var inside = Look(bundle, "cat /over/name", "cat /t/in/it/name", "ls /hidden");
        Assert.That((inside[0], inside[1], inside[2]), Is.EqualTo(("second", "first", "")));
    }

    [Test]
    public void A_relative_destination_is_below_the_root() =>
        Assert.That(Look(NewBundle().Mount("some/where", "tmpfs", "tmpfs"), "cat /proc/self/mountinfo").Mount(0, "/some/where").Type, Is.EqualTo("tmpfs"));

    [TestCase("link", "/elsewhere", "link", "/elsewhere", TestName = "A destination through an absolute link")]
    [TestCase("link", "../../../../../../elsewhere", "link", "/elsewhere", TestName = "A destination through a link that climbs")]
    [TestCase("a/b/link", "../../elsewhere", "a/b/link/deep", "/elsewhere/deep", TestName = "A destination below a relative link")]
    [TestCase("link", "/proc", "a/../../../../up", "/up", TestName = "A destination that climbs")]
    [Differs("crun", "config.md, Mounts: the destination is a \"path inside container\"; crun 1.8.1 refuses one behind a link whose target is not there yet")]
    public void A_destination_stays_inside_the_root(string link, string target, string destination, string expected)
    {
        var bundle = NewBundle();
        Directory.CreateDirectory(Path.GetDirectoryName($"{bundle.Rootfs}/{link}")!);
        Directory.CreateDirectory($"{bundle.Rootfs}/a");
        File.CreateSymbolicLink($"{bundle.Rootfs}/{link}", target);
        bundle.WithoutMount("/proc").Mount("/" + destination, "tmpfs", "tmpfs").Mount("/proc", "proc", "proc");
        Assert.That(Look(bundle, "cat /proc/self/mountinfo").Mount(0, expected).Type, Is.EqualTo("tmpfs"));
        Assert.That(Directory.Exists("/elsewhere") || Directory.Exists("/up"), Is.False, "the mount point was made on the host");
    }

    [TestCase("proc")]
    [TestCase("sys")]
    public void A_link_in_the_place_of_proc_or_sys_is_refused(string name)
    {
        var bundle = NewBundle();
        Directory.Delete($"{bundle.Rootfs}/{name}");
        Directory.CreateDirectory($"{bundle.Rootfs}/other");
        File.CreateSymbolicLink($"{bundle.Rootfs}/{name}", "other");
        FailToCreate(bundle).Failed();
    }

    [Test]
    public void A_file_over_a_directory_and_a_directory_over_a_file_are_refused()
    {
        var directory = Scratch.NewDirectory("source");
        FailToCreate(NewBundle().Mount("/bin/busybox", directory, null, "bind")).Failed();
        FailToCreate(NewBundle().Mount("/tmp", Scratch.NewFile("file"), null, "bind")).Failed();
    }

    [Test]
    [Differs("crun", "only a procfs at /proc can be trusted with labels and sysctls; crun 1.8.1 lets anything be mounted there")]
    public void A_mount_over_proc_is_refused() => FailToCreate(NewBundle().Mount("/proc", "tmpfs", "tmpfs")).Failed();

    [Test]
    public void Tmpcopyup_copies_what_the_root_file_system_has_there()
    {
        var bundle = NewBundle();
        Directory.CreateDirectory(bundle.Rootfs + "/data/sub");
        File.WriteAllText(bundle.Rootfs + "/data/file", "copied");
        File.CreateSymbolicLink(bundle.Rootfs + "/data/sub/link", "../file");
        File.SetUnixFileMode(bundle.Rootfs + "/data/file", UnixFileMode.UserRead | UnixFileMode.SetUser);
        Libc.Check(Libc.chown(bundle.Rootfs + "/data/sub", 12, 34), "chown");
        var inside = Look(bundle.Mount("/data", "tmpfs", "tmpfs", "tmpcopyup"), "cat /data/sub/link", "stat -c '%a %u %g' /data/sub", "echo changed > /data/new", "cat /proc/self/mountinfo", "readlink /data/sub/link");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.EqualTo("copied"));
            Assert.That(inside[1], Does.EndWith(" 12 34"));
            Assert.That(inside.Mount(3, "/data").Type, Is.EqualTo("tmpfs"));
            Assert.That(inside[4], Is.EqualTo("../file"));
            Assert.That(File.Exists(bundle.Rootfs + "/data/new"), Is.False);
        });
    }

    [Test]
    public void A_hundred_mounts()
    {
        var bundle = NewBundle();
        var source = Scratch.NewDirectory("source");
        for (var i = 0; i < 100; i++) bundle.Mount($"/many/{i}", source, null, "bind", "ro");
        Assert.That(Look(bundle, "grep -c ' /many/' /proc/self/mountinfo")[0], Is.EqualTo("100"));
    }

    [Test]
    public void Long_paths_and_odd_names()
    {
        var long_ = string.Join('/', Enumerable.Repeat(new string('n', 200), 15));
        var source = Scratch.NewDirectory("source with space, comma and ünïcode");
        File.WriteAllText(source + "/file", "found");
        var inside = Look(NewBundle().Mount("/" + long_, source, null, "bind").Mount("/a b,c=d:e", source, null, "bind"), $"cat /{long_}/file", "cat '/a b,c=d:e/file'");
        Assert.That((inside[0], inside[1]), Is.EqualTo(("found", "found")));
    }

    [Test]
    public void Mqueue_and_devpts_are_the_container_s_own()
    {
        var first = RunDetached(NewBundle("echo > /dev/mqueue/mine; echo made; exec sleep 1000"));
        first.UntilOutput("made");
        Assert.That(Look("ls /dev/mqueue; ls /dev/pts")[0], Is.EqualTo("ptmx"));
        first.Delete("--force").Succeeded();
    }
}
