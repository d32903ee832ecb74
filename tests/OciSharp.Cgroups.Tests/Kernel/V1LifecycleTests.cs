using System.Diagnostics;
using OciSharp.Linux;

namespace OciSharp.Cgroups.Tests.Kernel;

public sealed class V1LifecycleTests : V1Test
{
    [Test]
    public void Create_makes_the_cgroup_below_our_own_in_every_hierarchy()
    {
        Manager.Create(null);

        foreach ((string list, string own) in MountedCgroupsOf(Environment.ProcessId))
        {
            if (list.Length == 0)
                continue;
            string path = Manager.Paths[list.Split(',')[0]];
            Assert.That(path, Does.EndWith($"{own.TrimEnd('/')}/{Id}"));
            Assert.That(Directory.Exists(path), path);
        }
    }

    [Test]
    public void An_absolute_path_starts_at_the_root_of_each_hierarchy()
    {
        Manager.Dispose();
        Manager = For($"/{Id}");
        Manager.Create(null);

        Assert.That(Manager.Paths["memory"], Is.EqualTo($"/sys/fs/cgroup/memory/{Id}"));
        Assert.That(Directory.Exists(Manager.Paths["memory"]));
    }

    [Test]
    public void Missing_cgroups_on_the_way_are_made_and_initialised()
    {
        Manager.Dispose();
        Manager = For($"/{Id}/middle/leaf");
        try
        {
            Manager.Create(null);

            Assert.That(Value("cpuset", "cpuset.cpus"), Is.EqualTo(File.ReadAllText("/sys/fs/cgroup/cpuset/cpuset.cpus").Trim()));
            Process sleeper = Sleeper();
            Manager.Join(sleeper.Id);
            Assert.That(CgroupsOf(sleeper.Id)["cpuset"], Is.EqualTo($"/{Id}/middle/leaf"));
            sleeper.Kill();
            sleeper.WaitForExit();
        }
        finally
        {
            Manager.Remove();
            RemoveUpperCgroups();
        }
    }

    [Test]
    public void Join_moves_a_process_in_every_hierarchy()
    {
        Manager.Create(null);
        Process sleeper = Sleeper();

        Manager.Join(sleeper.Id);

        Assert.That(MountedCgroupsOf(sleeper.Id).Values, Is.All.EndsWith(Id));
        Assert.That(Manager.Processes(), Is.EqualTo(new[] { sleeper.Id }));
    }

    [Test]
    public void A_process_that_writes_0_into_the_files_for_joining_moves_itself()
    {
        Manager.Create(null);
        Process shell = Shell();
        Span<int> descriptors = stackalloc int[CgroupManager.MaxJoinDescriptors];

        int count = Manager.OpenForJoin(descriptors, out _);
        foreach (int fd in descriptors[..count])
        {
            string file = File.ResolveLinkTarget($"/proc/self/fd/{fd}", false)!.FullName;
            shell.StandardInput.WriteLine($"echo 0 >{file}");
            Assert.That(RawSyscall.close(fd), Is.EqualTo((nint)0));
        }

        shell.StandardInput.WriteLine("echo done");
        Assert.That(shell.StandardOutput.ReadLine(), Is.EqualTo("done"));
        Assert.That(MountedCgroupsOf(shell.Id).Values, Is.All.EndsWith(Id));
    }

    [Test]
    public void A_clone_into_the_unified_hierarchy_leaves_only_v1_to_join()
    {
        if (!File.Exists("/sys/fs/cgroup/unified/cgroup.procs"))
            Assert.Ignore("cgroup2 is not mounted beside v1 here");
        Manager.Prepare();
        Assert.That(Manager.DirectoryFdForClone, Is.Not.Null);
        using Cloned child = Cloned.Into(Manager.DirectoryFdForClone!.Value);
        Manager.Create(null);

        Assert.That(CgroupsOf(child.Pid)[""], Does.EndWith(Id));
        Manager.Join(child.Pid, cloned: true);
        Assert.That(MountedCgroupsOf(child.Pid).Values, Is.All.EndsWith(Id));
    }

    [Test]
    public void Abandon_waits_for_the_clone_and_removes_what_a_failed_creation_could_not()
    {
        if (!File.Exists("/sys/fs/cgroup/unified/cgroup.procs"))
            Assert.Ignore("cgroup2 is not mounted beside v1 here");
        Manager.Prepare();
        string unified = Manager.Paths[""];
        var child = Cloned.Into(Manager.DirectoryFdForClone!.Value);
        var tooMuch = new Spec.LinuxResources { Cpu = new Spec.LinuxCpu { Cpus = "4000" } };

        Assert.That(() => Manager.Create(tooMuch), Throws.TypeOf<CgroupException>());
        Assert.That(Directory.Exists(unified), "it holds a process");
        using var killer = new Timer(_ => child.Dispose(), null, 50, Timeout.Infinite);
        Manager.Abandon();

        Assert.That(Directory.Exists(unified), Is.False);
        Assert.That(Manager.Paths.Values.Where(Directory.Exists), Is.Empty);
    }

    [Test]
    public void Create_refuses_a_cgroup_that_is_in_use_and_leaves_it_as_it_was()
    {
        Manager.Create(null);
        Process sleeper = Sleeper();
        Manager.Join(sleeper.Id);
        using CgroupManager second = For(null);

        CgroupException e = Assert.Throws<CgroupException>(() => second.Create(null))!;

        Assert.That(e.Message, Does.Contain("not empty").And.Contain("1 process"));
        Assert.That(MountedCgroupsOf(sleeper.Id).Values, Is.All.EndsWith(Id));
    }

    [Test]
    public void Create_refuses_a_frozen_cgroup()
    {
        Need("freezer");
        Manager.Create(null);
        Manager.Freeze();
        using CgroupManager second = For(null);

        Assert.That(() => second.Create(null), Throws.TypeOf<CgroupException>().With.Message.Contain("frozen"));
        Manager.Thaw();
    }

    [Test]
    public void Create_takes_over_an_empty_cgroup()
    {
        Manager.Create(null);
        using CgroupManager second = For(null);

        Assert.That(() => second.Create(null), Throws.Nothing);
    }

    [Test]
    public void A_create_that_fails_removes_what_it_made()
    {
        var tooMuch = new Spec.LinuxResources { Cpu = new Spec.LinuxCpu { Cpus = "4000" } };

        CgroupException e = Assert.Throws<CgroupException>(() => Manager.Create(tooMuch))!;

        Assert.That(e.File, Does.EndWith($"{Id}/cpuset.cpus"));
        Assert.That(Manager.Paths.Values.Where(Directory.Exists), Is.Empty);
    }

    [Test]
    public void Remove_takes_the_cgroups_below_along()
    {
        Manager.Create(null);
        string below = Path.Combine(Manager.Paths["memory"], "a", "b");
        Directory.CreateDirectory(below);

        Manager.Remove();

        Assert.That(Manager.Paths.Values.Where(Directory.Exists), Is.Empty);
    }

    [Test]
    public void Remove_waits_for_processes_that_are_about_to_be_gone()
    {
        Manager.Create(null);
        Process shell = Shell();
        Manager.Join(shell.Id);
        shell.StandardInput.WriteLine("sleep 0.2; exit");
        shell.StandardInput.Flush();

        Manager.Remove();

        Assert.That(Manager.Paths.Values.Where(Directory.Exists), Is.Empty);
    }

    [Test]
    public void Remove_names_the_processes_that_live_on()
    {
        Manager.Create(null);
        Process sleeper = Sleeper();
        new CgroupDirectory(Fcntl.AT_FDCWD, "", System.Text.Encoding.UTF8.GetBytes(Manager.Paths["freezer"])).Write("cgroup.procs",
            sleeper.Id);

        CgroupException e = Assert.Throws<CgroupException>(Manager.Remove)!;

        Assert.That(e.Message, Does.Contain($"process {sleeper.Id} lives on"));
        Assert.That(Directory.Exists(Manager.Paths["memory"]), Is.False, "the other hierarchies are removed all the same");
        sleeper.Kill();
        sleeper.WaitForExit();
    }

    [Test]
    public void Remove_of_what_does_not_exist_is_no_error() => Assert.That(Manager.Remove, Throws.Nothing);

    [Test]
    public void Freeze_stops_and_thaw_lets_go_on()
    {
        Need("freezer");
        Manager.Create(null);
        Process sleeper = Sleeper();
        Manager.Join(sleeper.Id);

        Manager.Freeze();
        Assert.That(Manager.IsFrozen);
        Assert.That(Value("freezer", "freezer.state"), Is.EqualTo("FROZEN"));

        Manager.Thaw();
        Assert.That(Manager.IsFrozen, Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_kill_reaches_every_process_also_below_and_when_frozen(bool frozen)
    {
        Need("freezer");
        Manager.Create(null);
        Process top = Sleeper();
        Process lower = Sleeper();
        Manager.Join(top.Id);
        Directory.CreateDirectory(Path.Combine(Manager.Paths["freezer"], "below"));
        File.WriteAllText(Path.Combine(Manager.Paths["freezer"], "below", "cgroup.procs"), $"{lower.Id}");
        Assert.That(Manager.Processes(), Is.EquivalentTo(new[] { top.Id, lower.Id }));
        if (frozen)
            Manager.Freeze();

        Manager.Signal(9);

        Assert.That(top.WaitForExit(5000) && lower.WaitForExit(5000));
        Assert.That(Manager.IsFrozen, Is.False);
    }

    [Test]
    public void The_driver_is_made_again_from_its_paths()
    {
        Manager.Create(null);
        Process sleeper = Sleeper();
        Manager.Join(sleeper.Id);

        using CgroupManager again = CgroupManager.FromPaths(CgroupManagerKind.Cgroupfs, Manager.Paths);

        Assert.That(again.Paths, Is.EquivalentTo(Manager.Paths));
        Assert.That(again.Processes(), Is.EqualTo(new[] { sleeper.Id }));
        again.Signal(9);
        sleeper.WaitForExit();
        again.Remove();
        Assert.That(Manager.Paths.Values.Where(Directory.Exists), Is.Empty);
    }

    private void RemoveUpperCgroups()
    {
        foreach (string path in Manager.Paths.Values)
        {
            string middle = Path.GetDirectoryName(path)!;
            Directory.Delete(middle);
            Directory.Delete(Path.GetDirectoryName(middle)!);
        }
    }
}
