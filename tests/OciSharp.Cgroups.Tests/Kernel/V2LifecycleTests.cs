using System.Diagnostics;

namespace OciSharp.Cgroups.Tests.Kernel;

public sealed class V2LifecycleTests : V2Test
{
    [Test]
    public void A_process_is_cloned_into_the_cgroup()
    {
        Manager.Create(null);
        using Cloned child = Cloned.Into(Manager.DirectoryFdForClone!.Value);

        Assert.That(CgroupsOf(child.Pid)[""], Does.EndWith(Id));
        Assert.That(Manager.Processes(), Is.EqualTo(new[] { child.Pid }));
    }

    [Test]
    public void Create_refuses_a_cgroup_that_is_in_use()
    {
        Manager.Create(null);
        ShellInside();
        using CgroupManager second = For(null);

        Assert.That(() => second.Create(null), Throws.TypeOf<CgroupException>().With.Message.Contain("not empty"));
    }

    [Test]
    public void Create_refuses_a_frozen_cgroup()
    {
        Manager.Create(null);
        Manager.Freeze();
        using CgroupManager second = For(null);

        Assert.That(() => second.Create(null), Throws.TypeOf<CgroupException>().With.Message.Contain("frozen"));
    }

    [Test]
    public void A_create_that_fails_removes_what_it_made()
    {
        Manager.Dispose();
        Manager = For("/a/b/c");

        Assert.That(() => Manager.Create(new Spec.LinuxResources { Pids = new Spec.LinuxPids { Limit = 5 } }),
            Throws.TypeOf<CgroupException>());
        Assert.That(Directory.Exists(Cgroup[..^"/b/c".Length]), Is.False);
    }

    [Test]
    public void Freeze_stops_and_thaw_lets_go_on()
    {
        Manager.Create(null);
        ShellInside();

        Manager.Freeze();
        Assert.That(Manager.IsFrozen);

        Manager.Thaw();
        Assert.That(Manager.IsFrozen, Is.False);
    }

    [TestCase(9, false)]
    [TestCase(9, true)]
    [TestCase(15, false)]
    public void A_signal_reaches_every_process_also_below(int signal, bool frozen)
    {
        Manager.Create(null);
        Directory.CreateDirectory($"{Cgroup}/below");
        Process top = Sleeper();
        Process lower = Sleeper();
        Manager.Join(top.Id);
        File.WriteAllText($"{Cgroup}/below/cgroup.procs", $"{lower.Id}");
        if (frozen)
            Manager.Freeze();

        Manager.Signal(signal);

        Assert.That(top.WaitForExit(5000) && lower.WaitForExit(5000));
    }

    [Test]
    public void A_paused_container_stays_paused_when_it_is_signalled()
    {
        Manager.Create(null);
        Process sleeper = Sleeper();
        Manager.Join(sleeper.Id);
        Manager.Freeze();

        Manager.Signal(18);

        Assert.That(Manager.IsFrozen);
        Assert.That(sleeper.HasExited, Is.False);
    }

    [Test]
    public void Remove_takes_the_cgroups_below_along()
    {
        Manager.Create(null);
        Directory.CreateDirectory($"{Cgroup}/a/b");

        Manager.Remove();

        Assert.That(Directory.Exists(Cgroup), Is.False);
    }

    [Test]
    public void The_driver_is_made_again_from_its_path()
    {
        Manager.Create(null);
        Process sleeper = Sleeper();
        Manager.Join(sleeper.Id);
        using CgroupManager again = CgroupManager.FromPaths(CgroupManagerKind.Cgroupfs, Manager.Paths);

        again.OpenForClone();
        using (Cloned child = Cloned.Into(again.DirectoryFdForClone!.Value))
            Assert.That(again.Processes(), Is.EquivalentTo(new[] { sleeper.Id, child.Pid }));
        again.Signal(9);
        sleeper.WaitForExit();
        again.Remove();

        Assert.That(Directory.Exists(Cgroup), Is.False);
    }
}
