using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>An image with links where the runtime makes, mounts or opens something. Whether the launch fails or not, nothing of it may reach the host.</summary>
public sealed class HostileRootfs : ContainerFixture
{
    private Bait _bait = null!;

    [SetUp]
    public void LayBait() => _bait = new Bait(Scratch);

    [TearDown]
    public void IsUntouched() => _bait?.Untouched();

    /// <summary>CVE-2026-41579 (runc), CVE-2026-47766 (crun): what belongs into /dev is made in a directory that was resolved once, inside the root.</summary>
    [TestCase(true)]
    [TestCase(false)]
    [Differs("runc", "CVE-2026-41579: links of /dev are made in a directory of the host")]
    [Differs("crun", "CVE-2026-47766: links and files of /dev are made in a directory of the host")]
    public void Dev_is_a_link(bool relative)
    {
        var bundle = WithoutDev("exit 0");
        Directory.Delete(bundle.Rootfs + "/dev");
        File.CreateSymbolicLink(bundle.Rootfs + "/dev", relative ? Bait.Climb(_bait.Path) : _bait.Path);
        _ = RunCommand(bundle).Input("").Execute();
        _bait.Untouched();
    }

    /// <summary>CVE-2026-88265 (crun): the null device for streams is the host's, opened before there is a container; none is given away by its name in the image.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void Dev_null_is_a_link(bool user)
    {
        var bundle = WithoutDev("echo ran").WithProcess("user", new JsonObject { ["uid"] = user ? 1000 : 0, ["gid"] = user ? 1000 : 0 });
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/null", Bait.Climb(_bait.File));
        _ = RunCommand(bundle).Redirect("0<&- 1>&- 2>&-").Execute();
        _bait.Untouched();
    }

    /// <summary>CVE-2025-31133 (runc), CVE-2025-62161 (youki): what masks is the host's null device, checked by its number, and never what the image calls so.</summary>
    [TestCase("link")]
    [TestCase("device")]
    [TestCase("file")]
    [TestCase("missing")]
    [Differs("runc", "CVE-2025-31133: another device at /dev/null is the mask")]
    public void Dev_null_is_no_null_device_and_is_to_mask(string kind)
    {
        var bundle = WithoutDev("head -c 20 /secret; head -c 20 /proc/version").File("/secret", Bait.Secret).File("/opened", "opened").WithLinux("maskedPaths", Bundle.Strings("/secret", "/proc/version"));
        var path = bundle.Rootfs + "/dev/null";
        if (kind == "link") File.CreateSymbolicLink(path, "/opened");
        else if (kind == "device") new Command(Scratch, ["/bin/mknod", path, "c", "1", "5"]).Execute().Succeeded();
        else if (kind == "file") File.WriteAllText(path, "opened");
        var result = RunCommand(bundle).Input("").Execute();
        if (result.ExitCode == 0) Assert.That(result.Output, Is.Empty, "what masks can be read");
        else result.Failed();
    }

    /// <summary>CVE-2025-52565 (runc), CVE-2026-88264 (crun): the console is bound on a file that was opened inside the root without following a link.</summary>
    [TestCase("file")]
    [TestCase("not-there-yet")]
    [Differs("crun", "CVE-2026-88264: a file is made on the host")]
    public void Dev_console_is_a_link(string name)
    {
        using var socket = new ConsoleSocket(Scratch);
        var bundle = WithoutDev("exit 0", pts: true).WithProcess("terminal", true);
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/console", Bait.Climb($"{_bait.Path}/{name}"));
        var id = Scratch.NewName();
        var result = Runtime.Execute("create", "--bundle", bundle.Write().Path, "--console-socket", socket.Path, id);
        _bait.Untouched();
        if (result.ExitCode != 0) return;
        foreach (var terminal in socket.Receive(toItsEnd: false).Descriptors) _ = Libc.close(terminal);
        var inside = Runtime.Execute("exec", id, "/bin/sh", "-c", "cat /dev/console/file; grep -c bait /proc/self/mountinfo");
        Assert.That(inside.Output, Does.Not.Contain(Bait.Secret));
    }

    /// <summary>CVE-2025-52565: the pseudo-terminal comes from a devpts that was checked by its type, its peer by TIOCGPTPEER and not by a name.</summary>
    [TestCase("pts")]
    [TestCase("pts/ptmx")]
    public void Dev_pts_is_a_link_and_nothing_is_mounted_there(string name)
    {
        using var socket = new ConsoleSocket(Scratch);
        var bundle = WithoutDev("exit 0").WithProcess("terminal", true);
        if (name != "pts") Directory.CreateDirectory(bundle.Rootfs + "/dev/pts");
        File.CreateSymbolicLink($"{bundle.Rootfs}/dev/{name}", Bait.Climb(name == "pts" ? "/dev/pts" : "/dev/pts/ptmx"));
        Runtime.Execute("create", "--bundle", bundle.Write().Path, "--console-socket", socket.Path, Scratch.NewName()).Failed();
    }

    /// <summary>CVE-2019-18837 (crun): a mount point is resolved inside the root, and the mount is moved onto its descriptor.</summary>
    [Test]
    public void Dev_pts_is_a_link_and_a_mount_point()
    {
        var bundle = WithoutDev("cat /proc/self/mountinfo", pts: true);
        Directory.Delete(bundle.Rootfs + "/dev/pts");
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/pts", Bait.Climb(_bait.Path + "/empty"));
        var result = RunCommand(bundle).Input("").Execute();
        if (result.ExitCode == 0) Assert.That(result.Output, Does.Contain(" - devpts "));
    }

    /// <summary>CVE-2023-27561, CVE-2023-28642 (runc), CVE-2025-54867 (youki): procfs and sysfs are mounted on directories of the image, never through a link.</summary>
    [TestCase("proc", true)]
    [TestCase("proc", false)]
    [TestCase("sys", true)]
    [TestCase("sys", false)]
    public void Proc_or_sys_is_a_link(string name, bool relative)
    {
        var bundle = NewBundle("exit 0");
        Directory.Delete($"{bundle.Rootfs}/{name}");
        File.CreateSymbolicLink($"{bundle.Rootfs}/{name}", relative ? Bait.Climb(_bait.Path + "/empty") : "/tmp");
        FailToCreate(bundle).Failed();
    }

    /// <summary>CVE-2019-18837: directories, files and file systems alike are mounted inside, on what is there and on what is made.</summary>
    [TestCase("/data", true)]
    [TestCase("/data", false)]
    [TestCase("/data/new/one", true)]
    [TestCase("/data/new/one", false)]
    [TestCase("/data/file", true)]
    public void A_mount_point_lies_behind_a_link(string destination, bool bind)
    {
        var bundle = NewBundle("cat /proc/self/mountinfo");
        File.CreateSymbolicLink(bundle.Rootfs + "/data", Bait.Climb(_bait.Path));
        if (destination.EndsWith("file", StringComparison.Ordinal)) bundle.Mount(destination, Scratch.NewFile("source", "x"), null, "bind");
        else if (bind) bundle.Mount(destination, Scratch.NewDirectory("source"), null, "bind");
        else bundle.Mount(destination, "tmpfs", "tmpfs");
        var result = Run(bundle);
        if (RuntimeUnderTest.Name != "crun") Assert.That(result.Succeeded().Output, Does.Contain(_bait.Path), "it is mounted at that path below the root");
    }

    /// <summary>CVE-2019-18837: a root that is covered shows the image still, never what lies below it on the host.</summary>
    [TestCase("/")]
    [TestCase("../..")]
    public void A_mount_point_is_a_link_to_the_root(string target)
    {
        var bundle = NewBundle($"cat {_bait.File}; cat /proc/1/root{_bait.File}; cat /../..{_bait.File}; cat /proc/self/cwd/../../../../..{_bait.File}");
        File.CreateSymbolicLink(bundle.Rootfs + "/data", target);
        var result = Run(bundle.Mount("/data", "tmpfs", "tmpfs"));
        Assert.That(result.Output, Does.Not.Contain(Bait.Secret));
    }

    /// <summary>The copy of <c>tmpcopyup</c> is of what the image has inside its root: no link in it, and none that leads to it, is followed out.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void What_is_copied_up_is_a_link(bool itself)
    {
        Require.That(RuntimeUnderTest.Name != "crun", "crun has no tmpcopyup of this kind");
        var bundle = NewBundle("find /data -type f | xargs cat; true");
        if (itself)
        {
            File.CreateSymbolicLink(bundle.Rootfs + "/data", Bait.Climb(_bait.Path));
        }
        else
        {
            Directory.CreateDirectory(bundle.Rootfs + "/data");
            File.CreateSymbolicLink(bundle.Rootfs + "/data/directory", Bait.Climb(_bait.Path));
            File.CreateSymbolicLink(bundle.Rootfs + "/data/file", Bait.Climb(_bait.File));
        }

        Assert.That(Run(bundle.Mount("/data", "tmpfs", "tmpfs", "tmpcopyup")).Output, Does.Not.Contain(Bait.Secret));
    }

    /// <summary>Device nodes are made by name in a directory that was resolved inside the root.</summary>
    [TestCase("/data/device")]
    [TestCase("/data/new/device")]
    [TestCase("/data/file")]
    public void A_device_lies_behind_a_link(string path)
    {
        var bundle = NewBundle("exit 0").WithLinux("devices", new JsonArray(new JsonObject { ["path"] = path, ["type"] = "c", ["major"] = 1, ["minor"] = 5, ["fileMode"] = 438, ["uid"] = 12, ["gid"] = 34 }));
        File.CreateSymbolicLink(bundle.Rootfs + "/data", Bait.Climb(_bait.Path));
        _ = Run(bundle);
    }

    /// <summary>The working directory is made inside the root, and the program starts there.</summary>
    [TestCase("/data")]
    [TestCase("/data/new")]
    public void The_working_directory_is_a_link(string cwd)
    {
        var bundle = NewBundle("cat file; pwd -P").WithProcess("cwd", cwd);
        File.CreateSymbolicLink(bundle.Rootfs + "/data", Bait.Climb(_bait.Path));
        Assert.That(Run(bundle).Output, Does.Not.Contain(Bait.Secret));
    }

    /// <summary>Masks and read-only paths are resolved inside the root.</summary>
    [TestCase("maskedPaths")]
    [TestCase("readonlyPaths")]
    public void A_masked_path_is_a_link(string kind)
    {
        var bundle = NewBundle("exit 0").WithLinux(kind, Bundle.Strings("/data", "/data/file", "/data/empty"));
        File.CreateSymbolicLink(bundle.Rootfs + "/data", Bait.Climb(_bait.Path));
        _ = Run(bundle);
    }

    /// <summary>The home directory is looked up in the image's /etc/passwd: a device or a fifo there holds nobody up, and a link stays inside.</summary>
    [TestCase("fifo")]
    [TestCase("link")]
    [TestCase("endless")]
    [Differs("runc", "runc 1.1.5 opens a fifo at /etc/passwd and waits for ever")]
    [Differs("crun", "crun 1.8.1 opens a fifo at /etc/passwd and waits for ever")]
    public void The_user_database_is_hostile(string kind)
    {
        var bundle = NewBundle("echo $HOME").User(1000, 1000);
        var passwd = bundle.Rootfs + "/etc/passwd";
        File.Delete(passwd);
        if (kind == "fifo") new Command(Scratch, ["/usr/bin/mkfifo", passwd]).Execute().Succeeded();
        if (kind == "link") File.CreateSymbolicLink(passwd, Bait.Climb(Scratch.NewFile("passwd", $"user:x:1000:1000::/{Bait.Secret}:\n")));
        if (kind == "endless") new Command(Scratch, ["/usr/bin/truncate", "--size", "1T", passwd]).Execute().Succeeded();
        var result = RunCommand(bundle).Within(TimeSpan.FromSeconds(10)).Execute();
        Assert.That(result.Output, Does.Not.Contain(Bait.Secret));
    }

    /// <summary>Nothing is mounted at /dev or below (but a devpts, if asked for): it is the image's.</summary>
    private Bundle WithoutDev(string script, bool pts = false)
    {
        var bundle = NewBundle(script).WithoutMount("/dev").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        if (!pts) bundle.WithoutMount("/dev/pts");
        else Directory.CreateDirectory(bundle.Rootfs + "/dev/pts");
        return bundle;
    }
}
