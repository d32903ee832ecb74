using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OciSharp.Integration;

/// <summary>The script of <c>explain --format sh</c> makes what the runtime makes: both are looked at from inside.</summary>
public sealed partial class ExplainedScript : ContainerFixture
{
    private const int Uid = 4321;

    private const string Looking = """
        echo "pid $$"; hostname; cat /proc/sys/kernel/domainname; pwd; umask
        echo namespaces; for type in mnt pid net ipc uts user cgroup; do echo "$type $(readlink /proc/self/ns/$type)"; done
        echo mounts; cat /proc/self/mountinfo
        echo credentials; grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs)' /proc/self/status
        echo limits; cat /proc/self/limits; cat /proc/self/oom_score_adj; cat /proc/sys/net/ipv4/ip_unprivileged_port_start
        echo environment; env | sort
        echo devices; ls -l /dev | sed 's/ [A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]* / /'
        echo cgroup; cat /proc/self/cgroup
        echo files; ls -d /data /data/* /scratch 2>&1; (echo x >/data/file) 2>&1; true
        """;

    [SetUp]
    public void NeedsIt()
    {
        Require.Command("explain");
        foreach (var program in (string[])["/usr/bin/unshare", "/usr/bin/setpriv", "/usr/bin/env", "/usr/bin/prlimit"]) Require.Program(program);
    }

    [Test]
    public void Root_with_a_few_capabilities() => Compare(NewBundle());

    [Test]
    public void A_user_with_limits_mounts_devices_and_masks()
    {
        var data = Scratch.NewDirectory("data it's");
        File.WriteAllText(data + "/file", "");
        var bundle = NewBundle().Namespace("cgroup").User(1000, 1001)
            .WithProcess("noNewPrivileges", false)
            .WithProcess("oomScoreAdj", 100)
            .WithProcess("rlimits", new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 100, ["hard"] = 200 }, new JsonObject { ["type"] = "RLIMIT_CORE", ["soft"] = 0, ["hard"] = 0 }))
            .Env("PATH=/bin", "HOME=/h", "TEXT=it's $HOME \"quoted\" `x`")
            .Resource("pids", new JsonObject { ["limit"] = 50 })
            .Mount("/data", data, "bind", "rbind", "ro", "nosuid")
            .Mount("/scratch", "scratch", "tmpfs", "mode=700", "uid=1000", "noexec")
            .Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro")
            .WithLinux("maskedPaths", Bundle.Strings("/proc/acpi", "/proc/keys", "/sys/firmware", "/not/there"))
            .WithLinux("readonlyPaths", Bundle.Strings("/proc/sys", "/proc/irq"))
            .WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_unprivileged_port_start"] = "77" })
            .WithLinux("devices", new JsonArray(new JsonObject { ["path"] = "/dev/fuse", ["type"] = "c", ["major"] = 10, ["minor"] = 229, ["fileMode"] = 432, ["uid"] = 1000, ["gid"] = 1001 }));
        var process = (JsonObject)bundle.Process;
        process["cwd"] = "/work";
        var user = (JsonObject)process["user"]!;
        user["additionalGids"] = new JsonArray(5, 6);
        user["umask"] = 63;
        var capabilities = (JsonObject)process["capabilities"]!;
        capabilities["inheritable"] = Bundle.Strings("CAP_KILL");
        capabilities["ambient"] = Bundle.Strings("CAP_KILL");
        bundle.Config["hostname"] = "by-hand";
        bundle.Config["domainname"] = "example";
        bundle.Config["root"]!["readonly"] = true;
        Compare(bundle);
    }

    [Test]
    public void Namespaces_that_are_the_host_s_and_shared_propagation()
    {
        var bundle = NewBundle().WithoutNamespace("network").WithoutNamespace("ipc").WithLinux("rootfsPropagation", "shared").WithoutMount("/sys");
        bundle.Env("PATH=/bin:/usr/bin");
        Compare(bundle);
    }

    [Test]
    public void An_ordinary_user()
    {
        foreach (var path in (string[])[Scratch.StateRoot, Scratch.Temporary]) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        var bundle = NewBundle().Namespace("user").WithLinux("uidMappings", UserNamespaces.Map((0, Uid, 1))).WithLinux("gidMappings", UserNamespaces.Map((0, Uid, 1)))
            .WithoutMount("/dev/pts").Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")
            .WithLinux("maskedPaths", Bundle.Strings("/proc/keys"));
        bundle.Linux.Remove("resources");
        bundle.Config["hostname"] = "by-hand";
        foreach (var path in Directory.GetDirectories(bundle.Path, "*", SearchOption.AllDirectories).Append(bundle.Path)) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        Compare(bundle, "setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups");
    }

    private void Compare(Bundle bundle, params string[] launcher)
    {
        var id = Scratch.NewName();
        bundle.Script(Looking).Write();
        var made = Runtime.Command("run", "--bundle", bundle.Path, id).Through(launcher).Execute().Succeeded();
        var script = Scratch.NewFile("by-hand", Runtime.Command("explain", "--format", "sh", "--bundle", bundle.Path, id).Through(launcher).Execute().Succeeded().Output);
        var byHand = new Command(Scratch, ["sh", script]).Through(launcher).Execute().Succeeded();

        Assert.That(Comparable(byHand.Output), Is.EqualTo(Comparable(made.Output)), $"{byHand.Error}\n{script}");
        Assert.That(Owned(byHand.Output), Is.EqualTo(Owned(made.Output)), "the same namespaces are the container's own");
        Assert.That(Comparable(made.Output), Has.Some.StartsWith("pid 1").And.Some.Contains(" /proc ").And.Some.Contains("CapBnd"), "they were looked at");
    }

    /// <summary>What differs between two containers of the same configuration goes: numbers of namespaces, mounts and devices.</summary>
    private static string[] Comparable(string output) =>
    [
        .. output.Split('\n').Select(line => Namespace().Replace(line, ""))
            .Select(line => MountNumbers().Replace(line, ""))
            .Select(line => PeerGroup().Replace(line, " $1")),
    ];

    /// <summary>The namespaces that are not this process's.</summary>
    private static string[] Owned(string output) =>
    [
        .. output.Split('\n').Select(line => Namespace().Match(line)).Where(found => found.Success)
            .Where(found => new FileInfo($"/proc/self/ns/{found.Groups[1].Value}").LinkTarget != found.Groups[2].Value).Select(found => found.Groups[1].Value),
    ];

    [GeneratedRegex(@"^(mnt|pid|net|ipc|uts|user|cgroup) ([a-z]+:\[\d+\])$")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\d+ \d+ \d+:\d+ ")]
    private static partial Regex MountNumbers();

    [GeneratedRegex(@" (shared|master|propagate_from):\d+")]
    private static partial Regex PeerGroup();
}
