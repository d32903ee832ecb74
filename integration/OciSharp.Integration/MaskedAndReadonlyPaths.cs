namespace OciSharp.Integration;

/// <summary>config-linux.md, "Masked Paths" and "Readonly Paths".</summary>
public sealed class MaskedAndReadonlyPaths : ContainerFixture
{
    [Test]
    public void Masked_paths_cannot_be_read()
    {
        var bundle = NewBundle().File("/secret/file", "secret").File("/secrets/a/b", "secret").File("/left", "seen")
            .WithLinux("maskedPaths", Bundle.Strings("/proc/version", "/sys/firmware", "/secret/file", "/secrets", "/not/there"));
        var inside = Look(bundle, "cat /secret/file; wc -c < /proc/version", "ls -A /secrets; ls -A /sys/firmware", "cat /left", "echo x > /secrets/new", "echo x > /secret/file; cat /secret/file");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.EqualTo("0"), "files are empty");
            Assert.That(inside[1], Is.Empty, "directories are empty");
            Assert.That(inside[2], Is.EqualTo("seen"));
            Assert.That(inside[3], Does.Contain("Read-only file system"));
            Assert.That(inside[4], Is.Empty, "what is written to a masked file is gone");
            Assert.That(File.ReadAllText(bundle.Rootfs + "/secret/file"), Is.EqualTo("secret"), "the file below is untouched");
        });
    }

    [Test]
    public void Readonly_paths_cannot_be_written()
    {
        var bundle = NewBundle().File("/ro/file", "x").File("/ro/sub/file", "x").File("/one", "x").WithLinux("readonlyPaths", Bundle.Strings("/proc/sys", "/ro", "/one", "/not/there"));
        var inside = Look(bundle, "echo x > /ro/file", "echo x > /ro/sub/file", "echo y > /one", "echo 1 > /proc/sys/net/ipv4/ip_forward", "cat /ro/file /one", "echo x > /rw");
        Assert.Multiple(() =>
        {
            for (var i = 0; i < 4; i++) Assert.That(inside[i], Does.Contain("Read-only file system"));
            Assert.That(inside[4], Is.EqualTo("xx"));
            Assert.That(inside[5], Is.Empty);
        });
    }

    [Test]
    public void Readonly_paths_keep_the_other_flags_of_their_mount()
    {
        var inside = Look(NewBundle().WithLinux("readonlyPaths", Bundle.Strings("/dev/shm")), "cat /proc/self/mountinfo");
        Assert.That(inside.Mount(0, "/dev/shm").Options, Does.Contain("ro").And.Contain("nosuid").And.Contain("noexec").And.Contain("nodev"));
    }

    [Test]
    public void Of_those_of_engines()
    {
        var bundle = NewBundle()
            .WithLinux("maskedPaths", Bundle.Strings("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"))
            .WithLinux("readonlyPaths", Bundle.Strings("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"));
        var inside = Look(bundle, "cat /proc/keys /proc/timer_list | wc -c", "for f in /proc/sysrq-trigger /proc/irq/default_smp_affinity /proc/sys/kernel/hostname; do [ -e $f ] && echo x > $f; done");
        Assert.That(inside[0], Is.EqualTo("0"));
        Assert.That(inside[1], Does.Contain("Read-only file system"));
    }

    [TestCase("maskedPaths")]
    [TestCase("readonlyPaths")]
    [Differs("runc", Absolute)]
    [Differs("crun", Absolute)]
    public void A_relative_path_is_refused(string name) => FailToCreate(NewBundle().WithLinux(name, Bundle.Strings("etc/passwd"))).Failed();

    private const string Absolute = "config-linux.md, Masked Paths: \"The values MUST be absolute paths\"; a relative one is taken as one below the root";

    [Test]
    public void A_null_device_that_is_not_one_masks_nothing_and_is_refused()
    {
        var bundle = NewBundle().File("/bait", "bait").WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue")
            .WithLinux("maskedPaths", Bundle.Strings("/proc/version", "/etc/passwd"));
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/null", "/bait");
        var result = Run(bundle.Script("cat /etc/passwd"));
        Assert.That(result.ExitCode == 1 || result.Output.Length == 0, "the mask is the file that the image brought");
    }

    [Test]
    public void A_link_is_followed_inside_the_root()
    {
        var bundle = NewBundle().File("/real/file", "secret").WithLinux("maskedPaths", Bundle.Strings("/link"));
        File.CreateSymbolicLink(bundle.Rootfs + "/link", "/real/file");
        Assert.That(Look(bundle, "cat /real/file")[0], Is.Empty);
    }

    [Test]
    public void Many()
    {
        var bundle = NewBundle();
        for (var i = 0; i < 60; i++) bundle.File($"/many/{i}/file", "");
        bundle.WithLinux("maskedPaths", Bundle.Strings([.. Enumerable.Range(0, 60).Select(i => $"/many/{i}")]));
        Assert.That(Look(bundle, "ls /many/*/file 2>/dev/null | wc -l")[0], Is.EqualTo("0"));
    }
}
