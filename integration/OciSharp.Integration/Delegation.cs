using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>
/// config-linux.md, "Cgroup ownership", and cgroups that an ordinary user was given. Both are of cgroup v2: on a host that has it beside
/// v1, in a mount namespace where it stands in the place of all.
/// </summary>
[Differs("crun", "it wants the memory controller on cgroup2, whatever it is asked for")]
public sealed class Delegation : ContainerFixture
{
    private const int Uid = 4321;
    private const string Ownership = "config-linux.md, Cgroup ownership, which a runtime MAY change; runc 1.1.5 does not where it makes the cgroup by files";
    private const string ListFile = "/sys/kernel/cgroup/delegate";

    /// <summary>The cgroup takes the place of the root, which would hand its controllers down for a container.</summary>
    private const string CgroupAsRoot = """
        echo $$ > $cgroup/cgroup.procs
        unshare --mount --cgroup --propagation private /bin/sh -c 'mount --bind "$0" /sys/fs/cgroup && exec "$@"' $cgroup "$@"
        """;

    private string _unified = "";

    [SetUp]
    public void FindUnified()
    {
        _unified = ((string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]).FirstOrDefault(path => File.Exists(path + "/cgroup.controllers")) ?? "";
        Require.That(_unified.Length > 0, "cgroup2 is not mounted");
    }

    [Test]
    [Differs("runc", Ownership)]
    public void A_cgroup_that_the_container_may_write_to_is_given_to_its_user()
    {
        var owners = Owners(NewBundle().UserNamespace().Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "rw"), "mkdir /sys/fs/cgroup/below");
        string[] given = [.. File.ReadAllLines(ListFile).Where(owners.ContainsKey), ".", "below"];
        Assert.That(owners.Where(o => o.Value == "0").Select(o => o.Key), Is.SupersetOf(given));
        Assert.That(owners.Keys.Except(given), Is.Not.Empty);
        Assert.That(owners.Keys.Except(given).Select(file => owners[file]), Has.All.EqualTo("65534"));
    }

    [Test]
    [Differs("runc", Ownership)]
    public void A_process_of_another_user_is_given_it_for_himself()
    {
        var bundle = NewBundle().UserNamespace().User(7, 7).Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "rw");
        Assert.That(Owners(bundle)["."], Is.EqualTo("7"));
    }

    [TestCase(true, "ro")]
    [TestCase(false, "rw")]
    public void Otherwise_it_stays_root_s(bool cgroupNamespace, string access)
    {
        var bundle = NewBundle().UserNamespace().Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", access);
        if (cgroupNamespace) bundle.Namespace("cgroup");
        Assert.That(Owners(bundle).Values, Has.All.EqualTo("65534"));
    }

    [TestCase(true, "^/payload$", "0 0")]
    [TestCase(false, "^/.+/payload$", "65534 65534")]
    [Differs("runc", "crun(1), run.oci.delegate-cgroup, which runc does not know")]
    public void The_process_is_in_the_cgroup_that_is_delegated(bool namespaces, string place, string owners)
    {
        var bundle = NewBundle().UserNamespace().Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "rw").Annotation("run.oci.delegate-cgroup", "payload");
        if (namespaces) bundle.Namespace("cgroup");
        bundle.Script("own=$(sed -n 's/^0:://p' /proc/self/cgroup); echo $own; own=/sys/fs/cgroup$own; wc -l < $own/../cgroup.procs; stat -c %u $own $own/cgroup.procs | xargs");
        var seen = InCgroup(RunOf(bundle), CgroupAsRoot).Succeeded().Lines;
        Assert.That(seen[0], Does.Match(place));
        Assert.That(seen[1..], Is.EqualTo((string[])["0", owners]));
    }

    /// <summary>The runtime is killed between making it and writing down whose it is.</summary>
    [Test]
    [Differs("runc", "crun(1), run.oci.delegate-cgroup, which runc does not know")]
    public void Nothing_is_left_of_a_launch_that_is_cut_off()
    {
        Require.Program("/usr/bin/strace");
        var bundle = NewBundle("sleep 1000").UserNamespace().Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "rw").Annotation("run.oci.delegate-cgroup", "payload");
        const string CutOff = """
            strace -f -qq -o "$0" -e trace=renameat2 -e inject=renameat2:signal=KILL:when=2 "$@"
            ls -d /sys/fs/cgroup/*/payload
            for last; do :; done
            "$1" "$2" "$3" delete --force $last
            """;
        string[] run = RunOf(bundle);
        var seen = InCgroup(["/bin/sh", "-c", CutOff, Scratch.NewFile("strace"), .. run], CgroupAsRoot).Succeeded();
        Assert.That(seen.Lines, Is.EqualTo((string[])[$"/sys/fs/cgroup/{run[^1]}/payload"]), "it was killed at another moment");
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Empty);
    }

    /// <summary>
    /// A cgroup is given to an ordinary user, as systemd does, but one of its controllers is not handed down to it: by the root, or where
    /// that does, by the cgroup in between.
    /// </summary>
    [Test]
    [Differs("runc", "the message says what is missing and what mends it; that of runc is the kernel's")]
    public void A_controller_that_is_not_delegated_is_named_with_its_remedy()
    {
        Require.That(File.ReadAllText(_unified + "/cgroup.controllers").Split([' ', '\n']).Contains("hugetlb"), "cgroup2 does not have the hugetlb controller here");
        foreach (var path in (string[])[Scratch.StateRoot, Scratch.Temporary]) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        var bundle = NewBundle().UserNamespace().Resource("hugepageLimits", new JsonArray(new JsonObject { ["pageSize"] = "2MB", ["limit"] = 4194304 }));
        bundle.WithLinux("uidMappings", UserNamespaces.Map((0, Uid, 1))).WithLinux("gidMappings", UserNamespaces.Map((0, Uid, 1)))
            .WithoutMount("/dev/pts").Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        foreach (var path in Directory.GetDirectories(bundle.Path, "*", SearchOption.AllDirectories).Append(bundle.Path)) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        var handedDown = File.ReadAllText(_unified + "/cgroup.subtree_control").Contains("hugetlb");
        var script = $"""
            mkdir -p $cgroup/user/session
            chown -R {Uid} $cgroup/user
            echo $$ > $cgroup/user/session/cgroup.procs
            unshare --mount --propagation private /bin/sh -c 'mount --bind {_unified} /sys/fs/cgroup && exec "$@"' sh setpriv --reuid {Uid} --regid {Uid} --clear-groups "$@"
            """;
        InCgroup(RunOf(bundle), script, "user/session user").Failed(
            "hugetlb", $"cgroup.subtree_control of /sys/fs/cgroup{(handedDown ? $"/{Scratch.Marker}root" : "")} ", "belongs to user 0", $"we are user {Uid}", "Delegate=");
    }

    /// <summary>Who owns the container's cgroup and the files in it, as the container sees it; <c>.</c> is the cgroup itself.</summary>
    private Dictionary<string, string> Owners(Bundle bundle, string before = "true")
    {
        bundle.Script($"{before}; cd /sys/fs/cgroup && stat -c '%n %u' . *");
        return InCgroup(RunOf(bundle), CgroupAsRoot).Succeeded().Lines.Select(l => l.Split(' ')).ToDictionary(l => l[0], l => l[1]);
    }

    private string[] RunOf(Bundle bundle) => [RuntimeUnderTest.Path, "--root", Scratch.StateRoot, "run", "--bundle", bundle.Write().Path, Scratch.NewName()];

    /// <summary>A command, by a shell script that finds a new <c>$cgroup</c> of cgroup2, and makes some in it.</summary>
    private CommandResult InCgroup(string[] command, string script, string made = "")
    {
        var whole = $"""
            home={_unified}$(sed -n 's/^0:://p' /proc/self/cgroup)
            cgroup={_unified}/{Scratch.Marker}root
            mkdir $cgroup
            {script}
            code=$?
            echo $$ > $home/cgroup.procs
            for below in {made}; do rmdir $cgroup/$below; done
            rmdir $cgroup
            exit $code
            """;
        return new Command(Scratch, ["/bin/sh", "-c", whole, "sh", .. command]).Execute();
    }
}
