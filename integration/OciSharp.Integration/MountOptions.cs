namespace OciSharp.Integration;

/// <summary>config.md, "Linux mount options": every name of the table, as mountinfo shows it from inside.</summary>
public sealed class MountOptions : ContainerFixture
{
    /// <summary>Options of a new file system, and what is (or, after a '!', is not) to be seen.</summary>
    private static readonly (string Option, string Seen)[] s_fileSystem =
    [
        ("async", "!sync"), ("atime", "!noatime"), ("dev", "!nodev"), ("diratime", "!nodiratime"), ("dirsync", "dirsync"),
        ("exec", "!noexec"), ("iversion", "rw"), ("lazytime", "lazytime"), ("loud", "rw"), ("noatime", "noatime"), ("nodev", "nodev"),
        ("nodiratime", "nodiratime"), ("noexec", "noexec"), ("noiversion", "rw"), ("nolazytime", "!lazytime"), ("norelatime", "rw"),
        ("nostrictatime", "!noatime"), ("nosuid", "nosuid"), ("relatime", "relatime"), ("ro", "ro"), ("rw", "rw"), ("silent", "rw"),
        ("strictatime", "!relatime"), ("suid", "!nosuid"), ("sync", "sync"), ("mand", "rw"), ("nomand", "rw"),
    ];

    /// <summary>Options of a bind mount. Its superblock is not its own: only what is a mount's is looked at.</summary>
    private static readonly (string Option, string Seen)[] s_bind =
    [
        ("ro", "ro"), ("rw", "rw"), ("nosuid", "nosuid"), ("nodev", "nodev"), ("noexec", "noexec"), ("noatime", "noatime"), ("nodiratime", "nodiratime"),
        ("strictatime", "!relatime"), ("relatime", "relatime"), ("suid", "!nosuid"), ("dev", "!nodev"), ("exec", "!noexec"), ("atime", "!noatime"),
    ];

    /// <summary>Recursive options; the source has this option before.</summary>
    private static readonly (string Option, string Before, string Seen)[] s_recursive =
    [
        ("rro", "rw", "ro"), ("rrw", "ro", "!ro"), ("rnosuid", "suid", "nosuid"), ("rsuid", "nosuid", "!nosuid"), ("rnodev", "dev", "nodev"), ("rdev", "nodev", "!nodev"),
        ("rnoexec", "exec", "noexec"), ("rexec", "noexec", "!noexec"), ("rnodiratime", "diratime", "nodiratime"), ("rdiratime", "nodiratime", "!nodiratime"),
        ("rnoatime", "relatime", "noatime"), ("rstrictatime", "relatime", "!relatime"), ("rrelatime", "noatime", "relatime"),
    ];

    [Test]
    [Differs("crun", "config.md, Linux mount options: `iversion` and `noiversion` are a MUST; crun 1.8.1 hands them to the file system, and tmpfs refuses them")]
    public void Of_a_new_file_system()
    {
        var bundle = NewBundle();
        foreach (var (option, _) in s_fileSystem) bundle.Mount("/m/" + option, "tmpfs", "tmpfs", option);
        var inside = Look(bundle, "cat /proc/self/mountinfo");
        Assert.Multiple(() =>
        {
            foreach (var (option, seen) in s_fileSystem) AssertSeen(option, inside.Mount(0, "/m/" + option).AllOptions, seen);
        });
    }

    [Test]
    [Differs("runc", "config.md, Linux mount options: `defaults` is a MUST; runc 1.1.5 hands it to the file system, and tmpfs refuses it")]
    public void Defaults()
    {
        var inside = Look(NewBundle().Mount("/m", "tmpfs", "tmpfs", "defaults", "noexec"), "cat /proc/self/mountinfo");
        Assert.That(inside.Mount(0, "/m").Options, Does.Contain("rw").And.Contain("noexec").And.Contain("relatime"));
    }

    [Test]
    public void Options_of_a_file_system_have_no_effect_on_a_bind_mount()
    {
        var source = Scratch.NewDirectory("source");
        var inside = Look(NewBundle().Mount("/m", source, null, "bind", "mode=711", "size=1k", "nosuid"), "cat /proc/self/mountinfo", "stat -c %a /m");
        Assert.That(inside.Mount(0, "/m").Options, Does.Contain("nosuid"));
        Assert.That(inside[1], Is.EqualTo("755"));
    }

    [Test]
    public void Of_a_bind_mount()
    {
        var bundle = NewBundle();
        var source = Scratch.NewDirectory("source");
        foreach (var (option, _) in s_bind) bundle.Mount("/m/" + option, source, null, "bind", option);
        var inside = Look(bundle, "cat /proc/self/mountinfo");
        Assert.Multiple(() =>
        {
            foreach (var (option, seen) in s_bind) AssertSeen(option, inside.Mount(0, "/m/" + option).Options, seen);
        });
    }

    [TestCase("nosymfollow", "nosymfollow")]
    [TestCase("symfollow", "!nosymfollow")]
    [TestCase("rnosymfollow", "nosymfollow")]
    [TestCase("rsymfollow", "!nosymfollow")]
    [Differs("crun", "config.md, Linux mount options: `nosymfollow` SHOULD be there; crun 1.8.1 ignores it")]
    public void That_came_with_5_10(string option, string seen)
    {
        var source = Scratch.NewDirectory("source");
        File.CreateSymbolicLink(source + "/link", "file");
        File.WriteAllText(source + "/file", "followed");
        var inside = Look(NewBundle().Mount("/m", source, null, "rbind", option), "cat /proc/self/mountinfo", "cat /m/link");
        AssertSeen(option, inside.Mount(0, "/m").Options, seen);
        Assert.That(inside[1] == "followed", Is.EqualTo(seen[0] == '!'));
    }

    [Test]
    [Differs("crun", "config.md, Linux mount options: `rnodiratime` SHOULD be there; crun 1.8.1 cannot set it")]
    public void That_are_recursive()
    {
        var bundle = NewBundle();
        foreach (var (option, before, _) in s_recursive)
        {
            var source = Scratch.NewDirectory("source");
            Scratch.Mount(source, "-t", "tmpfs", "-o", before, "tmpfs");
            bundle.Mount("/m/" + option, source, null, "rbind", option);
        }

        // A mount below the source shows whether the option went all the way down; a read-only one has to get its directory first.
        foreach (var (option, before, _) in s_recursive)
        {
            var source = (string)bundle.Mounts.Single(m => (string)m!["destination"]! == "/m/" + option)!["source"]!;
            if (before == "ro") Scratch.Mount(source, "-o", "remount,rw");
            Scratch.Mount(source + "/below", "-t", "tmpfs", "-o", before, "tmpfs");
            if (before == "ro") Scratch.Mount(source, "-o", "remount,bind,ro");
            if (before == "ro") Scratch.Mount(source + "/below", "-o", "remount,rw");
            if (before == "ro") Scratch.Mount(source + "/below", "-o", "remount,bind,ro");
        }

        var inside = Look(bundle, "cat /proc/self/mountinfo");
        Assert.Multiple(() =>
        {
            foreach (var (option, _, seen) in s_recursive)
            {
                AssertSeen(option, inside.Mount(0, "/m/" + option).Options, seen);
                AssertSeen(option + " below", inside.Mount(0, $"/m/{option}/below").Options, seen);
            }
        });
    }

    [Test]
    [Differs("runc", "config.md, Linux mount options: `ratime`, `rnorelatime` and `rnostrictatime` SHOULD be there; runc 1.1.5 asks the kernel for something impossible")]
    public void That_are_recursive_and_go_back_to_the_default_access_times()
    {
        var bundle = NewBundle();
        (string Option, string Before)[] options = [("ratime", "noatime"), ("rnostrictatime", "strictatime"), ("rnorelatime", "noatime")];
        foreach (var (option, before) in options)
        {
            var source = Scratch.NewDirectory("source");
            Scratch.Mount(source, "-t", "tmpfs", "-o", before, "tmpfs");
            bundle.Mount("/m/" + option, source, null, "rbind", option);
        }

        var inside = Look(bundle, "cat /proc/self/mountinfo");
        Assert.That(inside.Mount(0, "/m/ratime").Options, Does.Not.Contain("noatime"));
        Assert.That(inside.Mount(0, "/m/rnostrictatime").Options, Does.Contain("relatime"));
    }

    [Test]
    public void Ro_stops_at_the_first_mount_and_rro_does_not()
    {
        var source = Scratch.NewDirectory("source");
        Scratch.Mount(source + "/below", "-t", "tmpfs", "tmpfs");
        var bundle = NewBundle().Mount("/ro", source, null, "rbind", "ro").Mount("/rro", source, null, "rbind", "rro");
        var inside = Look(bundle, "echo x > /ro/file", "echo x > /ro/below/file", "echo x > /rro/file", "echo x > /rro/below/file");
        Assert.That(Enumerable.Range(0, 4).Select(i => inside[i].Contains("Read-only")), Is.EqualTo((bool[])[true, false, true, true]));
    }

    [Test]
    public void Remount_changes_what_is_mounted()
    {
        var inside = Look(NewBundle().Mount("/m", "tmpfs", "tmpfs", "size=1m").Mount("/m", "tmpfs", "tmpfs", "remount", "ro", "size=2m"), "cat /proc/self/mountinfo");
        var mount = inside.Mounts(0).Single(m => m.MountPoint == "/m");
        Assert.That(mount.AllOptions, Does.Contain("ro").And.Contain("size=2048k"));
    }

    [Test]
    public void A_bind_mount_keeps_the_flags_of_its_source_when_it_becomes_read_only()
    {
        var source = Scratch.NewDirectory("source");
        Scratch.Mount(source, "-t", "tmpfs", "-o", "nosuid,nodev,noexec,noatime", "tmpfs");
        var options = Look(NewBundle().Mount("/m", source, null, "bind", "ro"), "cat /proc/self/mountinfo").Mount(0, "/m").Options;
        Assert.That(options, Does.Contain("ro"));
    }

    [Test]
    [Differs("crun", "mount(8): the last of two contradicting options wins; crun 1.8.1 keeps the negative one")]
    public void The_last_of_two_that_contradict_each_other_wins()
    {
        var inside = Look(NewBundle().Mount("/a", "tmpfs", "tmpfs", "ro", "noexec", "rw", "exec").Mount("/b", "tmpfs", "tmpfs", "rw", "exec", "ro", "noexec"), "cat /proc/self/mountinfo");
        Assert.That(inside.Mount(0, "/a").Options, Does.Contain("rw").And.Not.Contain("noexec"));
        Assert.That(inside.Mount(0, "/b").Options, Does.Contain("ro").And.Contain("noexec"));
    }

    private static void AssertSeen(string option, IEnumerable<string> options, string seen)
    {
        if (seen[0] == '!') Assert.That(options, Does.Not.Contain(seen[1..]), option);
        else Assert.That(options, Does.Contain(seen), option);
    }
}
