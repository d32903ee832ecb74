using OciSharp.Cgroups;
using OciSharp.Runtime.Doctor;
using static OciSharp.Runtime.Doctor.CheckStatus;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Tests.Doctor;

public class ExaminationTests : DoctorTest
{
    [Test]
    public void Root_with_all_that_is_needed()
    {
        Examination examination = Host.Usual().Examine();
        Assert.That(examination.Checks.Where(check => check.Prevents), Is.Empty);
        Assert.That(examination.IsFit, Is.True);
        Assert.That((examination.User, examination.Rootless, examination.Kernel), Is.EqualTo(("root", false, "6.12.9-amd64")));
        CheckSnapshot("root.json", DoctorJson.Write(examination));
    }

    [Test]
    public void A_user_with_all_that_is_needed()
    {
        Examination examination = Host.Usual().AsJane().With("/run/systemd/system/x", "").Examine();
        Assert.That(examination.Checks.Where(check => check.Prevents), Is.Empty);
        Assert.That((examination.User, examination.Rootless), Is.EqualTo(("jane", true)));
        CheckSnapshot("user.txt", DoctorText.Write(examination, colour: false));
    }

    [Test]
    public void A_user_on_a_host_that_has_nothing_for_them()
    {
        Host.Usual().User = 1000;
        Host.With("/proc/sys/user/max_user_namespaces", "0\n").With("/proc/sys/kernel/unprivileged_userns_clone", "0\n");
        Host.With("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n").With("/run/systemd/system/x", "");
        Host.Answers[Feature.UserNamespace] = -(nint)Errno.ENOSPC;
        Host.ReadOnly.UnionWith(["/run", "/sys/fs/cgroup/user.slice/user-1000.slice"]);
        Examination examination = Host.Examine();
        Assert.That(examination.IsFit, Is.False);
        CheckSnapshot("broken.txt", DoctorText.Write(examination, colour: false));
    }

    [Test]
    public void Nothing_at_all_gives_lines()
    {
        Host.Program = null;
        Host.Free = null;
        foreach (Feature feature in Enum.GetValues<Feature>())
            Host.Answers[feature] = -(nint)Errno.ENOSYS;
        Examination examination = Host.Examine();
        Assert.That(examination.IsFit, Is.False);
        Assert.That(Line(examination, "kernel.procfs").Status, Is.EqualTo(Problem));
        Assert.That(Line(examination, "kernel.openat2").Prevents, Is.True);
        Assert.That(Line(examination, "cgroups.mode").Detail, Does.Contain("procfs is not mounted"));
        Assert.That(examination.User, Is.EqualTo("0"));
        Assert.That(DoctorText.Write(examination, colour: true), Does.Contain("cannot run containers before this is mended"));
    }

    [Test]
    public void Files_that_are_none_and_files_without_end_give_lines()
    {
        Host.Usual().AsJane().WithDirectory("/etc/docker/daemon.json").WithDirectory("/proc/sys/user/max_user_namespaces.d");
        Host.With("/etc/subuid", new string('x', (1 << 20) + 1));
        Host.With("/etc/crio/crio.conf", "\u001b[31m\0= = =");
        Examination examination = Host.Examine();
        Assert.That(Line(examination, "engines.docker.file").Detail, Is.EqualTo("/etc/docker/daemon.json: it is no ordinary file"));
        Assert.That(Line(examination, "namespaces.subuid").Detail, Is.EqualTo("it has more than 1048576 bytes"));
        Assert.That(Line(examination, "engines.crio.file").Detail, Does.StartWith("/etc/crio/crio.conf: line 1: "));
        Assert.That(DoctorText.Write(examination, colour: false), Does.Not.Contain("\u001b"));
    }

    [Test]
    public void A_pipe_is_not_waited_for()
    {
        Host.Usual().WithDirectory("/etc/docker");
        using var make = System.Diagnostics.Process.Start("mkfifo", [Host.PathOf("/etc/docker/daemon.json")]);
        make.WaitForExit();
        Assert.That(Line("engines.docker.file").Detail, Does.Contain("no ordinary file"));
    }

    [Test]
    public void Namespaces_are_made_when_all_else_is_read()
    {
        Host.Usual().Examine();
        Assert.That(Host.Asked.TakeLast(2), Is.EqualTo([Feature.UserNamespace, Feature.NamespacesInside]));
        Assert.That(Host.Asked.Count(feature => feature == Feature.UserNamespace), Is.EqualTo(1));
    }

    [Test]
    public void The_lines_of_a_group_stand_together_and_ids_are_unique()
    {
        Examination examination = Host.Usual().AsJane().Examine();
        Assert.That(examination.Checks.Select(check => check.Group), Is.Ordered);
        Assert.That(examination.Checks.Select(check => check.Id), Is.Unique);
    }

    [TestCase(Feature.CloneIntoCgroup, Errno.E2BIG, "kernel.clone3", true)]
    [TestCase(Feature.CloneIntoCgroup, Errno.ENOSYS, "kernel.clone3", true)]
    [TestCase(Feature.PidfdSetns, Errno.EINVAL, "kernel.pidfd-setns", true)]
    [TestCase(Feature.Openat2, Errno.ENOSYS, "kernel.openat2", true)]
    [TestCase(Feature.MountSetattr, Errno.ENOSYS, "kernel.mount_setattr", false)]
    [TestCase(Feature.IdmappedMounts, Errno.EINVAL, "kernel.idmapped-mounts", false)]
    [TestCase(Feature.CloseRange, Errno.EINVAL, "kernel.close_range", false)]
    [TestCase(Feature.Bpf, Errno.ENOSYS, "kernel.bpf", true)]
    public void What_the_kernel_does_not_know(object feature, Errno answer, string id, bool prevents)
    {
        Host.Usual().Answers[(Feature)feature] = -(nint)answer;
        Check line = Line(id);
        Assert.That((line.Status, line.Prevents), Is.EqualTo((Missing, prevents)));
        Assert.That(line.Remedy, Is.Not.Empty);
    }

    [Test]
    public void What_only_root_may_ask_is_no_fault_of_a_user()
    {
        Host.Usual().AsJane();
        foreach (Feature feature in (Feature[])[Feature.PidfdSetns, Feature.Fsopen, Feature.MoveMount, Feature.IdmappedMounts, Feature.Bpf])
            Host.Answers[feature] = -(nint)Errno.EPERM;
        Examination examination = Host.Examine();
        Assert.That(examination.IsFit, Is.True);
        Assert.That(Line(examination, "kernel.idmapped-mounts").Status, Is.EqualTo(NotApplicable));
    }

    [Test]
    public void Bpf_is_needed_by_root_on_cgroup_v2_only()
    {
        Host.Usual().Answers[Feature.Bpf] = -(nint)Errno.ENOSYS;
        Host.With("/proc/self/mountinfo", "1 2 0:1 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
        Assert.That(Line("kernel.bpf").Prevents, Is.False);
        Assert.That(Line("cgroups.mode").Detail, Is.EqualTo("v1"));
        Check controllers = Line("cgroups.controllers");
        Assert.That((controllers.Status, controllers.Detail), Is.EqualTo((Missing, "not mounted: cpu, cpuset, devices, freezer, blkio, pids; limits of theirs are refused")));
    }

    /// <summary>Nobody is told to install what we have no use for.</summary>
    [TestCase(false, "checkpoints are not supported by this version")]
    [TestCase(true, "checkpoints are not supported by this version: /usr/sbin/criu is not used")]
    public void Criu_is_of_no_use(bool installed, string detail)
    {
        Host.Usual();
        if (installed)
            Host.WithProgram("/usr/sbin/criu");
        Check line = Line("runtime.criu");
        Assert.That((line.Status, line.Detail), Is.EqualTo((NotApplicable, detail)));
        Assert.That(line.Remedy, Is.Empty);
    }

    [Test]
    public void A_controller_that_is_switched_off_needs_another_command_line()
    {
        Host.Usual().With("/proc/self/mountinfo", "1 2 0:1 / /c rw - cgroup cgroup rw,cpu,cpuset,devices,freezer,blkio\n3 2 0:2 / /u rw - cgroup2 cgroup2 rw\n");
        Host.With("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t1\t0\npids\t0\t1\t1\n");
        Check line = Line("cgroups.controllers");
        Assert.That(line.Remedy[0], Does.StartWith("add cgroup_enable=memory"));
        Assert.That(line.Remedy[1], Is.EqualTo("mkdir -p /sys/fs/cgroup/pids && mount -t cgroup -o pids pids /sys/fs/cgroup/pids"));
        Assert.That(Line("cgroups.mode").Detail, Is.EqualTo("v1, with a hierarchy of v2 at /u (hybrid)"));
    }

    [Test]
    public void Cgroups_that_are_read_only_keep_root_from_containers_unless_none_are_wanted()
    {
        Host.Usual().With("/proc/self/mountinfo", "25 1 0:23 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
        Assert.That(Host.Examine().IsFit, Is.False);
        Assert.That(Host.Examine(CgroupManagerKind.Disabled).IsFit, Is.True);
    }

    [Test]
    public void Controllers_that_are_not_delegated()
    {
        Host.Usual().AsJane().With("/sys/fs/cgroup/user.slice/user-1000.slice/cgroup.controllers", "memory pids\n");
        Check line = Line("cgroups.delegated");
        Assert.That((line.Status, line.Detail), Is.EqualTo((Missing, "not cpu, cpuset, io; limits of theirs are refused")));
        Assert.That(line.Remedy, Does.Contain("  Delegate=cpu cpuset io memory pids"));
    }

    /// <summary>systemd hands down to app.slice what a unit there wants; a container of ours has all that the user's own cgroup has.</summary>
    [Test]
    public void Controllers_that_only_the_highest_cgroup_of_ours_has()
    {
        Host.Usual().AsJane()
            .With("/sys/fs/cgroup/user.slice/user-1000.slice/cgroup.controllers", "memory pids\n")
            .With("/sys/fs/cgroup/user.slice/cgroup.subtree_control", "memory pids\n")
            .With("/sys/fs/cgroup/user.slice/cgroup.controllers", "cpuset cpu io memory pids\n");
        Assert.That(Line("cgroups.delegated").Status, Is.EqualTo(Ok));
        Host.ReadOnly.Add("/sys/fs/cgroup/user.slice/cgroup.subtree_control");
        Assert.That(Line("cgroups.delegated").Status, Is.EqualTo(Missing));
    }

    [Test]
    public void The_bus_is_needed_by_those_who_want_systemd()
    {
        Host.Usual().WithDirectory("/run/systemd/system");
        Assert.That(Line("cgroups.systemd-bus").Prevents, Is.False);
        Assert.That(Line(Host.Examine(CgroupManagerKind.Systemd), "cgroups.systemd-bus").Prevents, Is.True);
        Host.Listeners.Add("/run/dbus/system_bus_socket");
        Assert.That(Host.Examine(CgroupManagerKind.Systemd).IsFit, Is.True);
        Host.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/run/other,guid=1;tcp:host=x";
        Assert.That(Line("cgroups.systemd-bus").Detail, Does.StartWith("/run/other: no such file"));
    }

    [Test]
    public void Without_systemd_it_cannot_make_cgroups()
    {
        Host.Usual();
        Assert.That(Line("cgroups.systemd").Status, Is.EqualTo(NotApplicable));
        Assert.That(Line(Host.Examine(CgroupManagerKind.Systemd), "cgroups.systemd").Prevents, Is.True);
    }

    [Test]
    public void Tools_without_privileges_are_a_problem()
    {
        Host.Usual().AsJane();
        Host.Modes["/usr/bin/newuidmap"] = 0x1ED; // 0755
        Host.Modes["/usr/bin/newgidmap"] = 0x1ED;
        Host.Attributes["/usr/bin/newgidmap security.capability"] = [1];
        Assert.That(Line("namespaces.newuidmap").Status, Is.EqualTo(Problem));
        Assert.That(Line("namespaces.newgidmap").Status, Is.EqualTo(Ok));
        Assert.That(Host.Examine().IsFit, Is.True, "one id can be mapped without them");
    }

    [TestCase("jane:100000:65536\n", Ok, "100000-165535")]
    [TestCase("1000:1:40000\n#\njane:100000:30000", Ok, "1-40000, 100000-129999")]
    [TestCase("jane:100000:1000\n", Problem, "1000 ids (100000-100999): images of engines use up to 65536")]
    [TestCase("janet:100000:65536\njane:x:1\njane:5\njane:1:0\n", Missing, "no range for jane: a container has only the user's own id")]
    public void Ranges_of_ids(string text, CheckStatus status, string detail)
    {
        Host.Usual().AsJane().With("/etc/subuid", text);
        Check line = Line("namespaces.subuid");
        Assert.That((line.Status, line.Detail), Is.EqualTo((status, detail)));
    }

    [Test]
    public void Ubuntus_restriction_is_lifted_by_a_profile()
    {
        Host.Usual().AsJane().With("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        Check line = Line("namespaces.apparmor-restriction");
        Assert.That(line.Status, Is.EqualTo(Problem));
        Host.With("/etc/apparmor.d/ocisharp", string.Join('\n', line.Remedy.Skip(1).SkipLast(1)));
        Assert.That(Line("namespaces.apparmor-restriction").Status, Is.EqualTo(Ok));
    }

    [Test]
    public void Root_without_capabilities()
    {
        Host.Usual().Owned = ~(1UL << 24); // CAP_SYS_RESOURCE
        Check line = Line("security.capabilities");
        Assert.That((line.Status, line.Prevents, line.Detail), Is.EqualTo((Problem, false, "we do not have CAP_SYS_RESOURCE, and so no container can be given them")));
        Host.Owned = ~(1UL << 21); // CAP_SYS_ADMIN
        Assert.That(Line("security.capabilities").Prevents, Is.True);
    }

    [Test]
    public void Selinux_wants_a_label()
    {
        Host.Usual().With("/sys/fs/selinux/enforce", "1");
        Assert.That(Line("security.selinux").Status, Is.EqualTo(Problem));
        Host.Attributes["/usr/local/bin/ocisharp security.selinux"] = "system_u:object_r:container_runtime_exec_t:s0\0"u8.ToArray();
        Assert.That(Line("security.selinux").Status, Is.EqualTo(Ok));
    }

    [Test]
    public void Seccomp_with_actions_missing()
    {
        Host.Usual().UnknownActions.Add(OciSharp.Linux.Seccomp.SECCOMP_RET_USER_NOTIF);
        Check line = Line("kernel.seccomp");
        Assert.That((line.Status, line.Detail), Is.EqualTo((Problem, "actions that this kernel does not know: notify")));
    }

    [TestCase(0x1EDu, 0u, Ok)]
    [TestCase(0x1EFu, 0u, Problem)] // 0757
    [TestCase(0x1EDu, 1000u, Problem)]
    public void Who_may_change_the_executable(uint mode, uint owner, CheckStatus status)
    {
        Host.Usual().Modes[Host.Program!] = mode;
        Host.Owners[Host.Program!] = owner;
        Assert.That(Line("runtime.executable").Status, Is.EqualTo(status));
    }

    [TestCase(0x1C9u, 0u, true)] // 0711
    [TestCase(0x1FFu, 0u, false)] // 0777
    [TestCase(0x1C9u, 1000u, false)]
    public void The_state_root_as_it_is(uint mode, uint owner, bool fit)
    {
        Host.Usual().WithDirectory("/run/ocisharp").Modes["/run/ocisharp"] = mode;
        Host.Owners["/run/ocisharp"] = owner;
        Assert.That(Host.Examine().IsFit, Is.EqualTo(fit));
    }

    [Test]
    public void The_state_root_needs_room_and_should_be_on_a_tmpfs()
    {
        Host.Usual().WithDirectory("/run/ocisharp").Free = new HostFileSystem(0xEF53, 1 << 30, 1000);
        Assert.That(Line("runtime.state-space").Status, Is.EqualTo(Problem));
        Assert.That(Host.Examine().IsFit, Is.True);
        Host.Free = new HostFileSystem(OciSharp.Linux.Stat.TMPFS_MAGIC, 0, 1000);
        Assert.That(Line("runtime.state-space").Prevents, Is.True);
    }

    [Test]
    public void A_state_root_that_cannot_be_made()
    {
        Host.Usual().ReadOnly.Add("/run");
        Check line = Line("runtime.state");
        Assert.That((line.Prevents, line.Detail), Is.EqualTo((true, "/run/ocisharp cannot be made: we may not write to /run")));
    }

    [Test]
    public void Resctrl_that_could_be_mounted()
    {
        Host.Usual();
        Assert.That(Line("runtime.resctrl").Status, Is.EqualTo(NotApplicable));
        Host.With("/proc/filesystems", "nodev\tproc\nnodev\tresctrl\n").WithDirectory("/sys/fs/resctrl");
        Assert.That(Line("runtime.resctrl").Remedy, Is.EqualTo(["mount -t resctrl resctrl /sys/fs/resctrl"]));
    }
}
