using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>
/// CVE-2019-16884, CVE-2019-19921, CVE-2025-52881 (runc), CVE-2025-62596 (youki): what the runtime writes to /proc is led to a file that the image
/// brought or to another one of /proc. Sysctl and labels go through a procfs that is mounted nowhere; and a configuration that covers /proc is refused.
/// </summary>
public sealed class Redirections : ContainerFixture
{
    private const string Name = "net.ipv4.ip_forward";

    [TestCase("/proc", "tmpfs")]
    [TestCase("/proc/", "tmpfs")]
    [TestCase("//proc", "tmpfs")]
    [TestCase("/tmp/../proc", "tmpfs")]
    [TestCase("/proc/sys", "tmpfs")]
    [TestCase("/proc/sys/net/ipv4", "tmpfs")]
    [TestCase("/proc/self", "tmpfs")]
    [TestCase("/proc/self/attr", "tmpfs")]
    [TestCase("/proc/1/attr", "tmpfs")]
    [TestCase("/proc/thread-self/attr", "tmpfs")]
    [TestCase("/link/sys", "tmpfs")]
    [TestCase("/proc", "bind")]
    [TestCase("/proc/sys", "bind")]
    [TestCase("/proc/self/attr", "bind")]
    [TestCase("/proc/self/attr/exec", "file")]
    [TestCase("/proc/1/attr/current", "file")]
    [TestCase("/proc/sys/kernel/hostname", "file")]
    [TestCase("/proc/sys/kernel/core_pattern", "file")]
    [TestCase("/proc/sysrq-trigger", "file")]
    [TestCase("/link/sys/kernel/hostname", "file")]
    [Differs("runc", "CVE-2025-52881: runc 1.1.5 mounts a tmpfs inside of /proc")]
    [Differs("crun", "CVE-2019-16884: crun 1.8.1 mounts anything on /proc and in it")]
    public void A_mount_that_covers_proc_is_refused(string destination, string kind)
    {
        var bundle = NewBundle();
        File.CreateSymbolicLink(bundle.Rootfs + "/link", "proc");
        if (kind == "tmpfs") bundle.Mount(destination, "tmpfs", "tmpfs");
        else bundle.Mount(destination, kind == "bind" ? Scratch.NewDirectory("source") : Scratch.NewFile("source"), null, "bind");
        FailToCreate(bundle).Failed();
    }

    /// <summary>The same, and the target is in a volume of two containers: whether it is a link is decided when it is used.</summary>
    [Test]
    [Differs("runc", "CVE-2025-52881: runc 1.1.5 mounts a tmpfs inside of /proc")]
    [Differs("crun", "CVE-2019-16884: crun 1.8.1 mounts anything on /proc and in it")]
    public void A_mount_that_covers_proc_through_a_volume_is_refused()
    {
        var volume = Scratch.NewDirectory("volume");
        File.CreateSymbolicLink(volume + "/sys", "/proc/sys");
        FailToCreate(NewBundle().Mount("/volume", volume, null, "bind").Mount("/volume/sys", "tmpfs", "tmpfs")).Failed();
    }

    [TestCase(true)]
    [TestCase(false)]
    [Differs("runc", "CVE-2025-52881: runc 1.1.5 writes a sysctl to whatever file is there")]
    public void A_sysctl_with_a_file_of_the_image_in_its_place(bool link)
    {
        var bundle = NewBundle().WithoutMount("/proc").WithLinux("sysctl", new JsonObject { [Name] = "1" });
        var real = Directory.CreateDirectory($"{bundle.Rootfs}{(link ? "/elsewhere" : "/proc")}/sys/net/ipv4").FullName + "/ip_forward";
        if (link)
        {
            Directory.Delete(bundle.Rootfs + "/proc");
            File.CreateSymbolicLink(bundle.Rootfs + "/proc", "elsewhere");
        }

        File.WriteAllText(real, "untouched");
        var host = File.ReadAllText("/proc/sys/net/ipv4/ip_forward");
        _ = Run(bundle.Script("mkdir -p /p; true"));
        Assert.That(File.ReadAllText(real), Is.EqualTo("untouched"), "the sysctl was written to a file of the image");
        Assert.That(File.ReadAllText("/proc/sys/net/ipv4/ip_forward"), Is.EqualTo(host), "the sysctl was written on the host");
    }

    /// <summary>A process of exec gets what it asks for from the kernel, though the container has covered /proc with files of its own.</summary>
    [Test]
    [Differs("runc", "runc 1.1.5 needs the container's own /proc for exec, and fails")]
    [Differs("crun", "crun 1.8.1 needs the container's own /proc for exec, and fails")]
    public void What_exec_writes_when_the_container_has_covered_its_proc()
    {
        var container = RunDetached(Covered("""
            mount -t tmpfs tmpfs /proc
            for pid in self thread-self 1 2 3 4 5 6 7 8 9 10; do
              mkdir -p /proc/$pid/attr/apparmor /proc/$pid/fd
              for file in oom_score_adj attr/exec attr/current attr/apparmor/exec attr/keycreate; do echo untouched > /proc/$pid/$file; done
            done
            cp -a /proc /seen
            echo covered
            exec sleep 1000
            """)).UntilOutput("covered");
        var process = new JsonObject
        {
            ["args"] = Bundle.Strings("/bin/sleep", "1000"),
            ["cwd"] = "/",
            ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
            ["oomScoreAdj"] = 321,
        };
        var pidFile = Scratch.Path + "/pid";
        Runtime.Execute("exec", "--detach", "--pid-file", pidFile, "--process", Scratch.NewFile("process.json", process.ToJsonString()), container.Id).Succeeded();
        Assert.That(File.ReadAllText($"/proc/{File.ReadAllText(pidFile)}/oom_score_adj").Trim(), Is.EqualTo("321"));

        // No label can be given here, or the kernel knows the profile: what is not to be is that a file takes it.
        _ = Runtime.Execute("exec", "--apparmor", "no-such-profile", container.Id, "/bin/true");
        _ = Runtime.Execute("exec", "--process-label", "system_u:system_r:no_such_t:s0", container.Id, "/bin/true");
        Assert.That(Runtime.Execute("exec", container.Id, "/bin/sh", "-c", "cat $(find /proc -type f) | sort -u").Succeeded().Text, Is.EqualTo("untouched"));
    }

    private Bundle Covered(string script)
    {
        var bundle = NewBundle(script);
        foreach (var set in (string[])["bounding", "effective", "permitted"]) bundle.Process["capabilities"]![set]!.AsArray().Add("CAP_SYS_ADMIN");
        return bundle;
    }
}
