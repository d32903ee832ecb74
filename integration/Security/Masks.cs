namespace OciSharp.Security;

/// <summary>Ways around <c>maskedPaths</c> and <c>readonlyPaths</c> from inside: other names, other procfs, other namespaces.</summary>
public sealed class Masks : ContainerFixture
{
    /// <summary>Prints nothing if the mask holds: it is a mount, so it covers the file under each name.</summary>
    [TestCase("/proc/1/root/secret/file")]
    [TestCase("/proc/self/root/secret/file")]
    [TestCase("/proc/self/cwd/secret/file")]
    [TestCase("/secret/./../secret//file")]
    [TestCase("/secret/link")]
    [TestCase("/outside/file")]
    [TestCase("/proc/1/root/outside/file")]
    public void A_masked_file_under_another_name(string name)
    {
        var bundle = NewBundle($"cat {name}; ls /hidden /proc/1/root/hidden/ /proc/self/cwd/hidden/.").File("/secret/file", Bait.Secret).File("/hidden/name", "")
            .WithLinux("maskedPaths", Bundle.Strings("/secret/file", "/outside/file", "/hidden"));
        File.CreateSymbolicLink(bundle.Rootfs + "/secret/link", "file");
        File.CreateSymbolicLink(bundle.Rootfs + "/outside", "/secret");
        Assert.That(Run(bundle).Output, Does.Not.Contain(Bait.Secret).And.Not.Contain("name"));
    }

    [TestCase("umount /secret/file; umount -l /secret/file")]
    [TestCase("mount -o remount,rw /hidden; mount -o remount,rw,bind /hidden; mkdir /hidden/new && echo written")]
    [TestCase("mount -o remount,rw,bind /locked; echo x > /locked/new && echo written")]
    [TestCase("mount -t proc proc /tmp && cat /tmp/1/root/secret/file && cat /tmp/version && echo written")]
    [TestCase("mount -o bind / /tmp && cat /tmp/secret/file && echo x > /tmp/locked/new && echo written")]
    [TestCase("mount -t tmpfs tmpfs /tmp && mkdir /tmp/old && pivot_root /tmp /tmp/old && cat /old/secret/file && echo written")]
    public void Of_a_new_user_namespace(string attack)
    {
        // Whoever is root there, of all that was mounted before, may undo nothing: the kernel keeps together what was given together.
        var script = $"({attack}; cat /secret/file; cat /proc/version) 2>/dev/null; unshare -U -r -m /bin/sh -c '{attack}; cat /secret/file; cat /proc/version' 2>/dev/null; true";
        var bundle = NewBundle(script).File("/secret/file", Bait.Secret).File("/hidden/name", "").File("/locked/file", "")
            .WithLinux("maskedPaths", Bundle.Strings("/secret/file", "/hidden", "/proc/version")).WithLinux("readonlyPaths", Bundle.Strings("/locked", "/proc/sys"));
        Assert.That(Run(bundle).Output, Is.Empty);
    }

    [TestCase("/proc/sys/kernel/hostname")]
    [TestCase("/proc/1/root/proc/sys/kernel/hostname")]
    [TestCase("/proc/self/root/../proc/sys/kernel/hostname")]
    [TestCase("/proc/self/cwd/proc/sys/kernel/hostname")]
    public void A_read_only_file_under_another_name(string name)
    {
        var host = File.ReadAllText("/proc/sys/kernel/hostname");
        var bundle = NewBundle($"echo attacked > {name}; cat /proc/sys/kernel/hostname").Edit(c => c["hostname"] = "before").WithLinux("readonlyPaths", Bundle.Strings("/proc/sys"));
        Assert.That(Run(bundle).Succeeded().Text, Is.EqualTo("before"));
        Assert.That(File.ReadAllText("/proc/sys/kernel/hostname"), Is.EqualTo(host));
    }

    /// <summary>A mask of a link that leads nowhere yet: nothing is made for it, and what is made later is not what was meant.</summary>
    [Test]
    public void A_mask_of_nothing_makes_nothing()
    {
        var bundle = NewBundle("ls -A /data").WithLinux("maskedPaths", Bundle.Strings("/data/a/b", "/link/a")).WithLinux("readonlyPaths", Bundle.Strings("/data/c"));
        Directory.CreateDirectory(bundle.Rootfs + "/data");
        File.CreateSymbolicLink(bundle.Rootfs + "/link", "/data/made");
        Assert.That(Run(bundle).Succeeded().Output, Is.Empty);
    }
}
