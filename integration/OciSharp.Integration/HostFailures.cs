using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>
/// docs/errors.md, the classes that take a host of a certain kind: a controller that is not handed down, a user without a range of ids, a
/// security module, a limit that is not ours to raise. Each test runs where the machine can be brought to refuse.
/// </summary>
[Differs("runc", "docs/errors.md: what the kernel leaves open is looked up and said; others have messages of their own")]
[Differs("crun", "docs/errors.md: what the kernel leaves open is looked up and said; others have messages of their own")]
public sealed class HostFailures : ContainerFixture
{
    private const int Uid = 4321;

    /// <summary>On a host with v1 a controller is one that is not mounted; on one with v2 one that the cgroup above has not got.</summary>
    [Test]
    public void A_controller_that_is_not_there()
    {
        Require.That(!RuntimeUnderTest.WithSystemd, "systemd hands down what is asked for");
        var bundle = NewBundle().WithLinux("cgroupsPath", CgroupsPath).Resource("rdma", new JsonObject { ["no-such-device"] = new JsonObject { ["hcaHandles"] = 1 } });
        Require.That(!HasController("rdma"), "this host has the controller rdma");
        Fails(bundle, "OCI2501", "$.linux.resources.rdma");
    }

    /// <summary>The cgroup of the test takes the place of the root, and hands no controller down that it has not got itself.</summary>
    [Test]
    public void A_controller_that_is_not_delegated()
    {
        Require.CgroupV2();
        Require.That(!RuntimeUnderTest.WithSystemd, "systemd hands down what is asked for");
        string cgroup = $"/sys/fs/cgroup/{Scratch.Marker}delegated", inner = $"{cgroup}/user";
        try
        {
            Directory.CreateDirectory(inner);
            File.WriteAllText($"{cgroup}/cgroup.subtree_control", "+memory");
            var bundle = NewBundle().WithLinux("cgroupsPath", "/c").Resource("pids", new JsonObject { ["limit"] = 10 }).Write();
            var result = Runtime.Command("run", "--bundle", bundle.Path, Scratch.NewName())
                .Through("/bin/sh", "-c", "echo $$ > $0/cgroup.procs && exec unshare --mount --cgroup --propagation private /bin/sh -c 'mount --bind \"$0\" /sys/fs/cgroup && exec \"$@\"' \"$0\" \"$@\"", inner)
                .Execute();
            Told(result, "OCI2501", "$.linux.resources.pids");
        }
        finally
        {
            foreach (var left in (string[])[$"{inner}/c", inner, cgroup])
                Wait.TryUntil(() => !Directory.Exists(left) || Libc.rmdir(left) == 0, seconds: 5);
        }
    }

    /// <summary>An ordinary user may write to none of the host's cgroups.</summary>
    [Test]
    public void Limits_of_a_user_without_a_cgroup()
    {
        Require.That(!RuntimeUnderTest.WithSystemd, "this is about cgroups by files");
        GiveAway();
        var bundle = RootlessBundle(1).Resource("pids", new JsonObject { ["limit"] = 10 }).WithLinux("cgroupsPath", CgroupsPath).Write();
        Told(AsUser(bundle).Execute(), "OCI2501", "$.linux.resources.pids");
    }

    [Test]
    public void A_user_without_a_range_of_ids()
    {
        Require.Program("/usr/bin/newuidmap");
        GiveAway();
        var result = AsUser(RootlessBundle(65536).Write()).Execute();
        Told(result, "OCI2407", "$.linux.uidMappings");
        Assert.That(result.Error, Does.Contain($"/etc/subuid, where #{Uid} has none"));
    }

    /// <summary>The host's file of somebody with a range, in a mount namespace of the test's own; the range is another one than that of the configuration.</summary>
    [Test]
    public void A_range_of_ids_that_is_not_the_user_s()
    {
        Require.Program("/usr/bin/newuidmap");
        GiveAway();
        var passwd = Scratch.NewFile("passwd", File.ReadAllText("/etc/passwd") + $"ociuser:x:{Uid}:{Uid}::/:/bin/sh\n");
        var subid = Scratch.NewFile("subid", "ociuser:700000:65536\n");
        var prepare = $"mount --bind {passwd} /etc/passwd && mount --bind {subid} /etc/subuid && mount --bind {subid} /etc/subgid && exec \"$@\"";
        var command = Runtime.Command("run", "--bundle", RootlessBundle(65536).Write().Path, Scratch.NewName())
            .Through("unshare", "--mount", "--propagation", "private", "sh", "-c", prepare, "sh").Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups");
        var result = command.Execute();
        Told(result, "OCI2407", "$.linux.uidMappings");
        Assert.That(result.Error, Does.Contain("/etc/subuid, where ociuser has 700000:65536 (first:count)"));
    }

    [Test]
    public void A_limit_beyond_the_runtime_s_own()
    {
        var bundle = NewBundle().WithProcess("rlimits", new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 4096, ["hard"] = 4096 })).Write();
        var result = Runtime.Command("run", "--bundle", bundle.Path, Scratch.NewName()).After("ulimit -n 1024;").Through("setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource").Execute();
        Told(result, "OCI2901", "$.process.rlimits[0]");
        Assert.That(result.Error, Does.Contain("cannot set the limit RLIMIT_NOFILE to 4096, at most 4096: operation not permitted"));
    }

    [Test]
    public void An_AppArmor_profile_that_is_not_loaded()
    {
        Require.That(ReadOrEmpty("/sys/module/apparmor/parameters/enabled").StartsWith('Y'), "AppArmor is not active here");
        Fails(NewBundle().WithProcess("apparmorProfile", Scratch.Marker), "OCI2604", "$.process.apparmorProfile", Scratch.Marker, "the kernel knows no AppArmor profile of that name");
    }

    /// <summary>A profile that allows no change to another one confines the runtime.</summary>
    [Test]
    public void A_transition_that_AppArmor_refuses()
    {
        Require.That(ReadOrEmpty("/sys/module/apparmor/parameters/enabled").StartsWith('Y'), "AppArmor is not active here");
        Require.That(File.Exists("/usr/sbin/apparmor_parser"), "/usr/sbin/apparmor_parser is not installed");
        string confined = $"{Scratch.Marker}confined", target = $"{Scratch.Marker}target";
        var profiles = Scratch.NewFile("profiles", $"profile {confined} flags=(attach_disconnected) {{\n  file,\n  capability,\n  network,\n  mount,\n  umount,\n  pivot_root,\n  signal,\n  ptrace,\n  unix,\n}}\nprofile {target} {{\n  file,\n}}\n");
        new Command(Scratch, ["/usr/sbin/apparmor_parser", "--replace", "--skip-cache", profiles]).Execute().Succeeded();
        try
        {
            var bundle = NewBundle().WithProcess("apparmorProfile", target).WithProcess("noNewPrivileges", false).Write();
            var result = Runtime.Command("run", "--bundle", bundle.Path, Scratch.NewName())
                .Through("/bin/sh", "-c", $"echo exec {confined} > /proc/self/attr/exec && exec \"$@\"", "sh").Execute();
            Told(result, "OCI2606", "$.process.apparmorProfile");
        }
        finally
        {
            new Command(Scratch, ["/usr/sbin/apparmor_parser", "--remove", profiles]).Execute();
        }
    }

    [Test]
    public void A_label_of_SELinux_that_the_policy_does_not_know()
    {
        Require.That(File.Exists("/sys/fs/selinux/enforce"), "SELinux is not active here");
        Fails(NewBundle().WithProcess("selinuxLabel", "nobody_u:nothing_r:nowhere_t:s0"), "OCI2605", "$.process.selinuxLabel");
    }

    private static bool HasController(string name) =>
        ReadOrEmpty("/sys/fs/cgroup/cgroup.controllers").Split(' ', '\n').Contains(name) || ReadOrEmpty("/sys/fs/cgroup/unified/cgroup.controllers").Split(' ', '\n').Contains(name)
        || MountInfo.OfThisProcess().Any(m => m.Type == "cgroup" && m.SuperOptions.Contains(name));

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private void Fails(Bundle bundle, string id, string origin, params string[] fragments)
    {
        var result = Run(bundle);
        Told(result, id, origin);
        foreach (var fragment in fragments) Assert.That(result.Error, Does.Contain(fragment));
    }

    /// <summary>One line, with the place in the configuration and the id at its end.</summary>
    private static void Told(CommandResult result, string id, string origin)
    {
        result.Failed();
        Assert.That(result.Error.Trim().Split('\n'), Has.Length.EqualTo(1), result.ToString());
        Assert.That(result.Error, Does.EndWith($"({origin}, {id})\"\n"));
    }

    private void GiveAway()
    {
        foreach (var path in (string[])[Scratch.StateRoot, Scratch.Temporary]) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
    }

    /// <summary>A user namespace with the user's own id, and further ones if there is to be more than one.</summary>
    private Bundle RootlessBundle(uint ids)
    {
        (uint, uint, uint)[] map = ids == 1 ? [(0, Uid, 1)] : [(0, Uid, 1), (1, 500000, ids)];
        var bundle = NewBundle("true").Namespace("user").WithLinux("uidMappings", UserNamespaces.Map(map)).WithLinux("gidMappings", UserNamespaces.Map(map))
            .WithoutMount("/dev/pts").Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        bundle.Linux.Remove("resources");
        foreach (var path in Directory.GetDirectories(bundle.Path, "*", SearchOption.AllDirectories).Append(bundle.Path)) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        return bundle;
    }

    private Command AsUser(Bundle bundle) =>
        Runtime.Command("run", "--bundle", bundle.Path, Scratch.NewName()).Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups");
}
