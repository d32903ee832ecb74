using System.Globalization;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary><c>doctor</c> says what is so on this host, to root and to an ordinary user, and changes nothing.</summary>
public sealed class Doctor : ContainerFixture
{
    private const int Uid = 4321;

    /// <summary>Calls that change something or make a process, whatever they answer.</summary>
    private static readonly string[] s_changes =
    [
        "mkdir", "mkdirat", "mknod", "mknodat", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod",
        "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown", "truncate", "utimensat", "mount", "umount2", "fsconfig", "fsmount", "pivot_root", "chroot", "fork",
        "vfork", "execveat", "kill", "tgkill", "pidfd_send_signal", "bind", "sendmsg", "sendto", "keyctl", "sethostname", "setresuid", "setresgid", "setuid", "setgid",
        "capset", "setsid",
    ];

    /// <summary>Calls that would, and so must be refused.</summary>
    private static readonly string[] s_refused = ["clone", "clone3", "fsopen", "move_mount", "mount_setattr", "bpf"];

    [SetUp]
    public void NeedsIt() => Require.Command("doctor");

    [Test]
    public void Root_is_told_what_is_so()
    {
        JsonObject told = Json(Runtime.Execute("doctor", "--format", "json"));
        var mounts = MountInfo.OfThisProcess();
        bool v1 = mounts.Any(m => m.Type == "cgroup");
        bool v2 = mounts.Any(m => m.Type == "cgroup2");
        string capabilities = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("CapEff:", StringComparison.Ordinal))[7..].Trim();
        ulong effective = ulong.Parse(capabilities, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        ulong all = (1UL << (int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), CultureInfo.InvariantCulture) + 1)) - 1;
        Assert.Multiple(() =>
        {
            Assert.That(told["version"]!.ToString(), Is.EqualTo("1.0"));
            Assert.That((bool)told["rootless"]!, Is.False);
            Assert.That(told["kernel"]!.ToString(), Is.EqualTo(File.ReadAllText("/proc/sys/kernel/osrelease").Trim()));
            Assert.That(told["root"]!.ToString(), Is.EqualTo(Scratch.StateRoot));
            Assert.That(told["executable"]!.ToString(), Is.EqualTo(RuntimeUnderTest.Path));
            Assert.That(Of(told, "cgroups.mode").Detail, Does.StartWith(v1 && v2 ? "v1, with" : v1 ? "v1" : "v2, at "));
            foreach (string kind in (string[])["user", "cgroup", "time"])
                Assert.That(Of(told, $"namespaces.{kind}").Status, Is.EqualTo(File.Exists($"/proc/self/ns/{kind}") ? "ok" : "missing"), kind);
            Assert.That(Of(told, "security.capabilities").Status, Is.EqualTo(effective == all ? "ok" : "problem"));
            Assert.That(Of(told, "security.lsm").Status, Is.EqualTo(File.Exists("/sys/kernel/security/lsm") ? "ok" : "not-applicable"));
            Assert.That(Of(told, "security.selinux").Status, Is.EqualTo(File.Exists("/sys/fs/selinux/enforce") ? "problem" : "not-applicable").Or.EqualTo("ok"));
            Assert.That(Of(told, "cgroups.systemd").Status, Is.EqualTo(Directory.Exists("/run/systemd/system") ? "ok" : "not-applicable"));
            Assert.That(Of(told, "runtime.resctrl").Status, Is.EqualTo(mounts.Any(m => m.Type == "resctrl") ? "ok" : "not-applicable").Or.EqualTo("missing"));
            Assert.That(Of(told, "runtime.criu").Status, Is.EqualTo("not-applicable"), "no checkpoints are made");
            Assert.That(Of(told, "runtime.criu").Detail, OnPath("criu") ? Does.EndWith("/criu is not used") : Does.Not.Contain("used"));
            Assert.That(Of(told, "namespaces.newuidmap").Status, Is.EqualTo("not-applicable"));
            Assert.That(Of(told, "namespaces.probe").Status, Is.EqualTo(CanUnshare([]) ? "ok" : "missing").Or.EqualTo("problem"));
            Assert.That(Of(told, "runtime.state").Detail, Does.StartWith(Scratch.StateRoot));
            foreach ((string engine, string program) in ((string, string)[])[("docker", "dockerd"), ("containerd", "containerd"), ("crio", "crio")])
                Assert.That(told["checks"]!.AsArray().Any(check => check!["id"]!.ToString() == $"engines.{engine}"), Is.EqualTo(!OnPath(program)), engine);
        });
    }

    /// <summary>What the tests around this one do with the kernel shows that it has the calls.</summary>
    [Test]
    public void The_kernel_has_what_containers_that_run_need()
    {
        Run(NewBundle("true")).Succeeded();
        JsonObject told = Json(Runtime.Execute("doctor", "--format", "json"));
        Assert.That((bool)told["fit"]!, Is.True, told.ToJsonString());
        foreach (string call in (string[])["clone3", "pidfd", "openat2", "open_tree", "fsopen", "move_mount", "faccessat2", "memfd", "procfs", "filesystems", "seccomp"])
            Assert.That(Of(told, $"kernel.{call}").Status, Is.EqualTo("ok"), call);
    }

    [Test]
    public void An_ordinary_user_is_told_what_is_so_and_can_do_what_they_are_told()
    {
        string home = OwnDirectory("home"), runtimeDirectory = OwnDirectory("run");
        Command As(params string[] words) => Runtime.Bare(words).Through(Become).Environment("HOME", home).Environment("XDG_RUNTIME_DIR", runtimeDirectory).Directory(home);

        CommandResult result = As("doctor", "--format", "json").Execute();
        JsonObject told = Json(result);
        Assert.Multiple(() =>
        {
            Assert.That((bool)told["rootless"]!, Is.True);
            Assert.That((int)told["uid"]!, Is.EqualTo(Uid));
            Assert.That(told["root"]!.ToString(), Is.EqualTo($"{runtimeDirectory}/ocisharp"));
            Assert.That(Of(told, "namespaces.probe").Status, Is.EqualTo(CanUnshare(Become) ? "ok" : "missing").Or.EqualTo("problem"));
            foreach (string tool in (string[])["newuidmap", "newgidmap"])
                Assert.That(Of(told, $"namespaces.{tool}").Status, Is.EqualTo(File.Exists($"/usr/bin/{tool}") ? "ok" : "missing"), tool);
            Assert.That(Of(told, "namespaces.subuid").Status, Is.EqualTo("missing"), $"nobody gave {Uid} a range");
            Assert.That(Of(told, "kernel.idmapped-mounts").Status, Is.EqualTo("not-applicable"));
            Assert.That(Directory.Exists($"{runtimeDirectory}/ocisharp"), Is.False, "it is not made");
        });

        if (!(bool)told["fit"]!)
            Assert.Ignore($"this host is not fit for ordinary users: {result.Output}");
        var bundle = NewBundle();
        string own = OwnDirectory("bundle");
        As("spec", "--rootless", "--bundle", own).Execute().Succeeded();
        JsonNode config = JsonNode.Parse(File.ReadAllText($"{own}/config.json"))!;
        (config["process"]!["terminal"], config["process"]!["args"]) = (false, new JsonArray("/bin/true"));
        config["root"]!["path"] = bundle.Write().Rootfs;
        File.WriteAllText($"{own}/config.json", config.ToJsonString());
        As("run", "--bundle", own, Scratch.NewName()).Execute().Succeeded();
    }

    [Test]
    public void Nothing_is_changed([Values("root", "user")] string who)
    {
        Require.Program("/usr/bin/strace");
        string directory = OwnDirectory("trace");
        string[] through = [.. who == "user" ? Become : [], "strace", "--follow-forks", "--output", $"{directory}/calls"];
        CommandResult result = Runtime.Bare("--root", "/run/ocisharp-is-not-there", "doctor").Through(through).Execute();
        Assert.That(result.Output, Does.StartWith("What this host can do for ").And.Contain("ENGINES"), result.ToString());
        Assert.That(Directory.Exists("/run/ocisharp-is-not-there"), Is.False);

        string[] calls = [.. File.ReadAllLines($"{directory}/calls").Select(line => line[(line.IndexOf(' ') + 1)..].TrimStart())];
        Assert.That(calls, Has.Length.GreaterThan(100), "it was traced");
        Assert.That(calls.Where(call => s_changes.Contains(call.Split('(')[0])), Is.Empty);
        Assert.That(calls.Where(call => s_refused.Contains(call.Split('(')[0]) && !call.Contains(" = -1 ")), Is.Empty);
        Assert.That(calls.Where(call => call.StartsWith("open", StringComparison.Ordinal) && (call.Contains("O_WRONLY") || call.Contains("O_RDWR") || call.Contains("O_CREAT"))), Is.Empty);
        Assert.That(calls.Where(call => call.Contains("OPEN_TREE_CLONE")), Is.Empty, "no mount is made");
        Assert.That(calls.Count(call => call.StartsWith("unshare(CLONE_NEWUSER)", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public void The_exit_code_tells()
    {
        Require.That(!Directory.Exists("/run/systemd/system"), "systemd is here, which is wanted missing");
        Runtime.Execute("doctor").Succeeded();
        CommandResult result = Runtime.Bare("--root", Scratch.StateRoot, "--systemd-cgroup", "doctor").Execute().Exited(1);
        Assert.That(result.Lines[^1], Is.EqualTo("root cannot run containers before this is mended: systemd."));
        Runtime.Execute("doctor", "--format", "yaml").Failed("neither text nor json");
    }

    [Test]
    public void In_a_container_without_proc_and_sys_it_gives_lines()
    {
        var bundle = NewBundle().Args("/doctor", "--root", "/state", "doctor").WithoutMount("/proc").WithoutMount("/sys").Mount("/doctor", RuntimeUnderTest.Path, "bind", "bind", "ro");
        CommandResult result = Run(bundle).Exited(1);
        Assert.That(result.Output, Does.Contain("problem  /proc").And.Contain("cannot run containers before this is mended"), result.ToString());
        Assert.That(result.Error, Is.Empty);
    }

    private string[] Become => ["setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups"];

    private string OwnDirectory(string name)
    {
        string path = Scratch.NewDirectory(name);
        Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        return path;
    }

    private static JsonObject Json(CommandResult result)
    {
        var told = (JsonObject)JsonNode.Parse(result.Output)!;
        result.Exited((bool)told["fit"]! ? 0 : 1);
        Assert.That(result.Error, Is.Empty);
        return told;
    }

    private static (string Status, string Detail) Of(JsonObject told, string id)
    {
        JsonNode check = told["checks"]!.AsArray().Single(check => check!["id"]!.ToString() == id)!;
        return (check["status"]!.ToString(), check["detail"]!.ToString());
    }

    private bool CanUnshare(string[] through) =>
        new Command(Scratch, [.. through, "unshare", "--user", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "true"]).Execute().ExitCode == 0;

    private static bool OnPath(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':').Any(directory => File.Exists($"{directory}/{program}"));
}
