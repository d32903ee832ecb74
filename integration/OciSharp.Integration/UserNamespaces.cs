using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "User namespace mappings".</summary>
public sealed class UserNamespaces : ContainerFixture
{
    [Test]
    public void The_mappings_are_those_of_the_configuration()
    {
        var inside = Look(NewBundle().UserNamespace(), "cat /proc/self/uid_map", "cat /proc/self/gid_map", "id -u; id -g", "cat /proc/self/status", "readlink /proc/self/ns/user");
        Assert.Multiple(() =>
        {
            Assert.That(Numbers(inside[0]), Is.EqualTo("0 100000 65536"));
            Assert.That(Numbers(inside[1]), Is.EqualTo("0 100000 65536"));
            Assert.That(inside[2], Is.EqualTo("0\n0"));
            Assert.That(inside.Status(3)["CapEff"], Is.EqualTo("0000000020000420"));
            Assert.That(inside[4], Is.Not.EqualTo(new FileInfo("/proc/self/ns/user").LinkTarget));
        });
    }

    [Test]
    public void Several_ranges()
    {
        var bundle = NewBundle().UserNamespace();
        bundle.WithLinux("uidMappings", Map((0, 100000, 1), (1, 200000, 10), (1000, 300000, 1))).WithLinux("gidMappings", Map((0, 100000, 20), (1000, 300000, 2)));
        var inside = Look(bundle.User(1000, 1001), "cat /proc/self/uid_map", "cat /proc/self/gid_map", "id -u; id -g");
        Assert.That(inside.Lines(0).Select(Numbers), Is.EqualTo((string[])["0 100000 1", "1 200000 10", "1000 300000 1"]));
        Assert.That(inside.Lines(1).Select(Numbers), Is.EqualTo((string[])["0 100000 20", "1000 300000 2"]));
        Assert.That(inside[2], Is.EqualTo("1000\n1001"));
    }

    [Test]
    public void The_host_sees_the_mapped_ids()
    {
        var bundle = NewBundle("touch /tmp/new; echo made; exec sleep 1000").UserNamespace();
        bundle.Process["user"] = new JsonObject { ["uid"] = 5, ["gid"] = 6, ["additionalGids"] = new JsonArray(7) };
        File.SetUnixFileMode(bundle.Rootfs + "/tmp", (UnixFileMode)0x3ff);
        var container = RunDetached(bundle).UntilOutput("made");
        var status = File.ReadAllText($"/proc/{container.Pid}/status");
        Assert.That(status, Does.Match("Uid:\\s100005\\s").And.Match("Gid:\\s100006\\s").And.Match("Groups:.*100007"));
        var owners = new Command(Scratch, ["/usr/bin/stat", "-c", "%u:%g", bundle.Rootfs + "/tmp/new", bundle.Rootfs + "/etc/passwd"]).Execute().Succeeded().Lines;
        Assert.That(owners, Is.EqualTo((string[])["100005:100006", "0:0"]), "what was there before keeps its owner");
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void With_new_namespaces_of_all_types_the_container_owns_them()
    {
        var bundle = NewBundle("mount -t tmpfs t /tmp && hostname changed && ip link set lo up && hostname").UserNamespace().Namespace("cgroup");
        foreach (var set in (string[])["bounding", "effective", "permitted"])
        {
            foreach (var name in (string[])["CAP_SYS_ADMIN", "CAP_NET_ADMIN"]) bundle.Process["capabilities"]![set]!.AsArray().Add(name);
        }

        Assert.That(Run(bundle).Succeeded().Text, Is.EqualTo("changed"));
    }

    [Test]
    public void A_read_only_root_masked_paths_sysctl_and_oom_score_adj()
    {
        var bundle = NewBundle().UserNamespace().WithLinux("maskedPaths", Bundle.Strings("/proc/timer_list", "/sys/firmware")).WithLinux("readonlyPaths", Bundle.Strings("/proc/sys"))
            .WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_forward"] = "1" }).WithProcess("oomScoreAdj", 200);
        bundle.Config["root"]!["readonly"] = true;
        bundle.Config["hostname"] = "mapped";
        var inside = Look(bundle, "cat /proc/sys/net/ipv4/ip_forward /proc/self/oom_score_adj; hostname", "echo x > /new", "cat /proc/timer_list", "cat /proc/self/mountinfo");
        Assert.That(inside[0], Is.EqualTo("1\n200\nmapped"));
        Assert.That(inside[1], Does.Contain("Read-only file system"));
        Assert.That(inside[2], Is.Empty);
    }

    [Test]
    public void A_hard_limit_may_be_higher_than_the_runtime_s_own()
    {
        Require.Capability(24, "CAP_SYS_RESOURCE");
        var limit = new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 1500, ["hard"] = 2000 };
        var bundle = NewBundle("ulimit -S -n; ulimit -H -n").UserNamespace().WithProcess("rlimits", new JsonArray(limit));
        Assert.That(RunCommand(bundle).After("ulimit -n 1000;").Execute().Succeeded().Text, Is.EqualTo("1500\n2000"));
    }

    [TestCase("allow")]
    [TestCase("deny")]
    [Differs("runc", "config-linux.md, Namespaces: the process MUST be placed in the namespace of `path`; for user namespaces runc 1.1.5 asks for mappings besides")]
    public void A_namespace_is_joined_by_path(string setgroups)
    {
        using var holder = NamespaceHolder.Start(Scratch, "--user");
        File.WriteAllText($"/proc/{holder.Pid}/setgroups", setgroups);
        foreach (var map in (string[])["uid_map", "gid_map"]) File.WriteAllText($"/proc/{holder.Pid}/{map}", "0 0 1000");
        var bundle = NewBundle().Namespace("user", $"/proc/{holder.Pid}/ns/user");
        var inside = Look(bundle, "readlink /proc/self/ns/user", "cat /proc/self/uid_map");
        Assert.That(inside[0], Is.EqualTo(new FileInfo($"/proc/{holder.Pid}/ns/user").LinkTarget));
        Assert.That(Numbers(inside[1]), Is.EqualTo("0 0 1000"));
    }

    [Test]
    public void A_namespace_without_mappings_is_refused() => FailToCreate(NewBundle().Namespace("user")).Failed();

    [Test]
    public void Mappings_that_overlap_are_refused() => FailToCreate(NewBundle().UserNamespace().WithLinux("uidMappings", Map((0, 100000, 10), (5, 200000, 10)))).Failed();

    [Test]
    public void A_user_who_is_not_mapped_is_refused()
    {
        var bundle = NewBundle().UserNamespace().User(70000, 0);
        Assert.That(Run(bundle).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void The_sysfs_of_the_host_s_network_is_bound_when_it_cannot_be_mounted()
    {
        // Engines replace the sysfs mount themselves in this case; without that it fails, and leaves nothing.
        var bundle = NewBundle().UserNamespace().WithoutNamespace("network").WithoutMount("/sys").Mount("/sys", "/sys", "none", "rbind", "nosuid", "noexec", "nodev", "ro");
        Assert.That(Look(bundle, "ls /sys")[0], Does.Contain("kernel"));
    }

    internal static JsonArray Map(params (uint Container, uint Host, uint Size)[] ranges) =>
        new([.. ranges.Select(r => new JsonObject { ["containerID"] = r.Container, ["hostID"] = r.Host, ["size"] = r.Size })]);

    private static string Numbers(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
