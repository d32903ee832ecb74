namespace OciSharp.Faults;

/// <summary>/proc, /sys or the cgroups are not mounted, in a mount namespace of the command's own.</summary>
public sealed class BrokenHostMounts : BrokenHost
{
    private const string NoProc = "umount -l /proc", EmptyProc = "mount -t tmpfs tmpfs /proc", NoSys = "umount -l /sys", EmptySys = "mount -t tmpfs tmpfs /sys",
        NoCgroups = "umount -l /sys/fs/cgroup", EmptyCgroups = "mount -t tmpfs tmpfs /sys/fs/cgroup", ReadOnlyProc = "mount -o remount,ro,bind /proc";

    [TestCase(NoProc, "/proc")]
    [TestCase(EmptyProc, "/proc")]
    [TestCase(NoSys, "cgroup")]
    [TestCase(EmptySys, "cgroup")]
    [TestCase(NoCgroups, "cgroup")]
    [TestCase(EmptyCgroups, "mount")]
    public void A_launch(string mounts, string what)
    {
        foreach (var command in (string[])["run", "create"]) Refuses(Behind(mounts, command, "--bundle", Written(), Scratch.NewName()), what, "mount");
    }

    [Test]
    public void Proc_is_read_only() => SucceedsOrRefuses(Behind(ReadOnlyProc, "run", "--bundle", Written(), Scratch.NewName()));

    /// <summary>Without procfs nobody knows whether a container runs: it is not taken for one that has stopped, and not deleted as such.</summary>
    [TestCase(NoProc)]
    [TestCase(EmptyProc)]
    public void Proc_is_missing_beside_a_container(string mounts)
    {
        var container = RunDetached(Sleeper());
        var pid = container.Pid;
        string[][] commands = [["state"], ["kill"], ["pause"], ["resume"], ["ps"], ["update", "--pids-limit", "50"], ["events", "--stats"], ["start"], ["delete"], ["delete", "--force"]];
        foreach (var command in commands) Refuses(Behind(mounts, [.. command, container.Id]), "/proc");
        var exec = Behind(mounts, "exec", container.Id, "/bin/true").Execute().Exited(255);
        Assert.That(exec.Error, Does.Contain("mount -t proc"));
        var list = Behind(mounts, "list", "-q").Execute().Succeeded();
        Assert.That(list.Output, Is.Empty);
        Assert.That(list.Error, Does.Contain("level=warning").And.Contain(container.Id));
        Assert.That((container.Status, container.Pid), Is.EqualTo(("running", pid)));
    }

    /// <summary>A cgroup that cannot be found is not one that has been removed: nothing is said about it, and the container is not deleted before it can be.</summary>
    [TestCase(NoSys)]
    [TestCase(EmptySys)]
    [TestCase(NoCgroups)]
    [TestCase(EmptyCgroups)]
    public void Cgroups_are_missing_beside_a_container(string mounts)
    {
        var container = RunDetached(Sleeper());
        string[][] commands = [["state"], ["pause"], ["resume"], ["ps"], ["update", "--pids-limit", "50"], ["events", "--stats"]];
        foreach (var command in commands) Refuses(Behind(mounts, [.. command, container.Id]), "cgroup", "mount");
        Assert.That(Behind(mounts, "exec", container.Id, "/bin/true").Execute().ExitCode, Is.EqualTo(255));
        Assert.That(container.Status, Is.EqualTo("running"));
        Refuses(Behind(mounts, "delete", container.Id), "cgroup", "mount");
        Behind(mounts, "delete", "--force", container.Id).Within(Soon).Execute().Failed("cgroup", "mount");
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Not.Empty);
        container.Delete("--force").Succeeded();
    }

    /// <summary>What needs neither is not bothered.</summary>
    [TestCase(NoProc)]
    [TestCase(NoSys)]
    [TestCase(NoSys + " && " + NoProc)]
    public void Nothing_is_asked_of_a_host_without_containers(string mounts)
    {
        var id = Scratch.NewName();
        Behind(mounts, "list").Execute().Succeeded();
        Behind(mounts, "features").Execute().Succeeded();
        Behind(mounts, "delete", "--force", id).Execute().Succeeded();
        Refuses(Behind(mounts, "state", id), "does not exist");
    }

    /// <summary>Without /dev on the host nothing is missing: the container's null device is checked, not taken for granted.</summary>
    [Test]
    public void Dev_is_empty() => SucceedsOrRefuses(Behind("mount -t tmpfs tmpfs /dev", "run", "--bundle", NewBundle("true").WithLinux("maskedPaths", Bundle.Strings("/proc/timer_list")).Write().Path, Scratch.NewName()));
}
