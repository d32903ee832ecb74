using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Devices"; runtime-linux.md, "Dev symbolic links".</summary>
public sealed class Devices : ContainerFixture
{
    private const string Mismatch = "config-linux.md, Devices: \"If a file already exists at `path` that does not match the requested device, the runtime MUST generate an error\"; it is left as it is";
    private const string Stat = "stat -c '%F %t:%T %a %u:%g' ";

    [Test]
    public void The_default_ones()
    {
        var inside = Look("cd /dev; " + Stat + "null zero full random urandom tty", "head -c 3 /dev/zero | od -An -tx1; echo x > /dev/full; head -c 5 /dev/urandom | wc -c; echo x > /dev/null && cat /dev/null");
        Assert.That(inside.Lines(0), Is.EqualTo((string[])["1:3", "1:5", "1:7", "1:8", "1:9", "5:0"]).Using<string, string>((line, numbers) => line.StartsWith($"character special file {numbers} 666 0:", StringComparison.Ordinal)));
        Assert.That(inside[1], Does.Contain("00 00 00").And.Contain("No space left on device").And.Contain("\n5"));
    }

    [Test]
    public void The_links()
    {
        var inside = Look("for l in fd stdin stdout stderr; do readlink /dev/$l; done", "echo out >> /dev/stdout; echo err >> /dev/stderr; echo in | cat /dev/stdin; ls /dev/fd/");
        Assert.That(inside.Lines(0), Is.EqualTo((string[])["/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"]));
        Assert.That(inside[1], Does.StartWith("out\nerr\nin\n0\n1\n2"));
    }

    [Test]
    public void Ptmx_is_that_of_the_container() =>
        Assert.That(Look("stat -L -c '%d %t:%T' /dev/ptmx /dev/pts/ptmx | uniq | wc -l; stat -L -c %a /dev/ptmx").Lines(0), Is.EqualTo((string[])["1", "666"]));

    [Test]
    public void Listed_ones()
    {
        var bundle = NewBundle().WithLinux("devices", new JsonArray(
            Device("/dev/fuse", "c", 10, 229, 0x1b0, 12, 34),
            Device("/dev/disk/loop", "b", 7, 0, 0x180),
            Device("/dev/unbuffered", "u", 1, 3),
            new JsonObject { ["path"] = "/run/pipe", ["type"] = "p", ["fileMode"] = 0x1a4 }));
        var inside = Look(bundle, Stat + "/dev/fuse", Stat + "/dev/disk/loop", Stat + "/run/pipe", "stat -c '%F %t:%T' /dev/unbuffered");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.EqualTo("character special file a:e5 660 12:34"));
            Assert.That(inside[1], Is.EqualTo("block special file 7:0 600 0:0"));
            Assert.That(inside[2], Is.EqualTo("fifo 0:0 644 0:0"));
            Assert.That(inside[3], Is.EqualTo("character special file 1:3"));
        });
    }

    [Test]
    public void The_mode_does_not_depend_on_the_caller_s_umask()
    {
        var bundle = NewBundle().WithLinux("devices", new JsonArray(Device("/dev/fuse", "c", 10, 229, 0x1b6))).Script(Stat + "/dev/fuse /dev/null; stat -c %a /dev/disk");
        bundle.Linux["devices"]!.AsArray().Add(Device("/dev/disk/loop", "b", 7, 0));
        var result = RunCommand(bundle).After("umask 077;").Execute().Succeeded();
        Assert.That(result.Lines[0], Does.Contain(" 666 "));
        Assert.That(result.Lines[1], Does.Contain(" 666 "));
    }

    [Test]
    public void One_that_is_there_already_is_taken_as_it_is()
    {
        var bundle = NewBundle().WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        new Command(Scratch, ["/usr/bin/mknod", "-m", "640", bundle.Rootfs + "/dev/fuse", "c", "10", "229"]).Execute().Succeeded();
        bundle.WithLinux("devices", new JsonArray(Device("/dev/fuse", "c", 10, 229)));
        Assert.That(Look(bundle, Stat + "/dev/fuse")[0], Does.Contain("a:e5"));
    }

    [Test]
    [Differs("runc", Mismatch)]
    public void Another_file_in_its_place_is_refused()
    {
        var bundle = NewBundle().File("/dev/mine", "not a device").WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        FailToCreate(bundle.WithLinux("devices", new JsonArray(Device("/dev/mine", "c", 1, 3)))).Failed();
    }

    [Test]
    [Differs("runc", Mismatch)]
    public void Another_device_in_its_place_is_refused()
    {
        var bundle = NewBundle().WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        new Command(Scratch, ["/usr/bin/mknod", bundle.Rootfs + "/dev/mine", "c", "1", "5"]).Execute().Succeeded();
        FailToCreate(bundle.WithLinux("devices", new JsonArray(Device("/dev/mine", "c", 1, 3)))).Failed();
    }

    [TestCase("x", 1, 3, "/dev/x", TestName = "A device of an unknown type is refused")]
    [TestCase("c", -1, 3, "/dev/x", TestName = "A device with a negative number is refused")]
    public void A_wrong_device_is_refused(string type, int major, int minor, string path) =>
        FailToCreate(NewBundle().WithLinux("devices", new JsonArray(Device(path, type, major, minor)))).Failed();

    [Test]
    public void In_a_user_namespace_they_are_the_host_s()
    {
        var bundle = NewBundle().UserNamespace().WithLinux("devices", new JsonArray(Device("/dev/fuse", "c", 10, 229)));
        var inside = Look(bundle, "stat -c '%F %t:%T' /dev/null /dev/zero /dev/tty /dev/fuse", "echo x > /dev/null; head -c 3 /dev/zero | wc -c", "cat /proc/self/mountinfo");
        Assert.That(inside.Lines(0), Is.EqualTo((string[])["character special file 1:3", "character special file 1:5", "character special file 5:0", "character special file a:e5"]));
        Assert.That(inside[1], Is.EqualTo("3"));
        Assert.That(inside.Mounts(2).Select(m => m.MountPoint), Does.Contain("/dev/null").And.Contain("/dev/fuse"));
    }

    [Test]
    [Differs("runc", "a link at /dev leads out of the root, and runc 1.1.5 follows it (CVE-2026-41579)")]
    public void The_dev_directory_may_be_a_link_inside_the_root()
    {
        var outside = Scratch.NewDirectory("outside");
        var bundle = NewBundle().WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        Directory.Delete(bundle.Rootfs + "/dev");
        File.CreateSymbolicLink(bundle.Rootfs + "/dev", "../../../../../../../../.." + outside);
        _ = Run(bundle);
        Assert.That(Directory.GetFileSystemEntries(outside), Is.Empty, "devices were made on the host");
    }

    internal static JsonObject Device(string path, string type, int major, int minor, int? mode = null, int? uid = null, int? gid = null)
    {
        var device = new JsonObject { ["path"] = path, ["type"] = type, ["major"] = major, ["minor"] = minor };
        if (mode is not null) device["fileMode"] = mode;
        if (uid is not null) device["uid"] = uid;
        if (gid is not null) device["gid"] = gid;
        return device;
    }
}
