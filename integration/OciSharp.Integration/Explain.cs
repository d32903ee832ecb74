using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary><c>explain</c> does nothing but read, whoever calls it.</summary>
public sealed class Explain : ContainerFixture
{
    private const int Uid = 4321;

    /// <summary>Calls that change something, or make a process or reach one. Descriptors that are opened for writing are looked for apart.</summary>
    private static readonly string[] s_changes =
    [
        "mkdir", "mkdirat", "mknod", "mknodat", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod",
        "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown", "truncate", "utimensat", "mount", "umount2", "move_mount", "open_tree", "fsopen", "fsconfig",
        "fsmount", "mount_setattr", "pivot_root", "chroot", "unshare", "setns", "fork", "vfork", "execveat", "kill", "tgkill", "pidfd_open", "connect", "bind", "sendmsg",
        "sendto", "keyctl", "sethostname", "setresuid", "setresgid", "setuid", "setgid", "capset", "bpf", "setsid",
    ];

    [SetUp]
    public void NeedsIt() => Require.Command("explain");

    [Test]
    public void An_ordinary_user_changes_nothing([Values("create", "exec")] string verb, [Values("false", "true")] string rootless)
    {
        Require.Program("/usr/bin/strace");
        var bundle = Bundle(rootless == "true").Write();
        var before = Listing(bundle.Path);
        var directory = Scratch.NewDirectory("trace");
        Libc.Check(Libc.chown(directory, Uid, Uid), "chown");
        var trace = $"{directory}/calls";
        var command = Runtime.Bare("--root", "/run/ocisharp-is-not-there", $"--rootless={rootless}", "explain", "--bundle", bundle.Path, "--for", verb, "--verbose")
            .Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups", "strace", "--follow-forks", "--output", trace);
        var result = command.Execute().Succeeded();

        Assert.That(result.Output, Does.Contain("execute the program").And.Not.Contain("It would"), result.ToString());
        Assert.That(Listing(bundle.Path), Is.EqualTo(before));
        Assert.That(Directory.Exists("/run/ocisharp-is-not-there"), Is.False);
        string[] calls = [.. File.ReadAllLines(trace).Select(line => line[(line.IndexOf(' ') + 1)..].TrimStart())];
        Assert.That(calls, Has.Length.GreaterThan(50), "it was traced");
        Assert.That(calls.Where(call => s_changes.Contains(call.Split('(')[0])), Is.Empty);
        Assert.That(calls.Where(call => call.StartsWith("open") && (call.Contains("O_WRONLY") || call.Contains("O_RDWR") || call.Contains("O_CREAT"))), Is.Empty);
        Assert.That(calls.Where(call => (call.StartsWith("clone(") || call.StartsWith("clone3(")) && !call.Contains("CLONE_THREAD")), Is.Empty, "no process is made");
    }

    [Test]
    public void Root_is_shown_the_steps_and_nothing_is_left()
    {
        var bundle = Bundle(rootless: false).Resource("pids", new JsonObject { ["limit"] = 20 }).Write();
        var before = Listing(bundle.Path);
        var result = Runtime.Execute("explain", "--bundle", bundle.Path, Scratch.NewName()).Succeeded();

        Assert.That(result.Output, Does.Contain("pids.max = 20"));
        Assert.That(result.Output, Does.Not.Contain("It would"), "all that it needs is there");
        Assert.That(Listing(bundle.Path), Is.EqualTo(before));
    }

    [Test]
    public void What_create_refuses_is_refused_in_the_same_words()
    {
        var bundle = Bundle(rootless: false).WithProcess("cwd", "relative").WithLinux("namespaces", new JsonArray(new JsonObject { ["type"] = "nonsense" }));
        var refused = FailToCreate(bundle);
        var explained = Runtime.Execute("explain", "--bundle", bundle.Path);

        explained.Exited(1);
        Assert.That(Message(explained), Is.EqualTo(Message(refused)));
        Assert.That(explained.Output, Is.Empty);
    }

    [Test]
    public void What_would_fail_is_said_in_the_words_of_create()
    {
        var bundle = Bundle(rootless: false).Mount("/data", "/is/not/there", "bind", "bind");
        var refused = FailToCreate(bundle);
        var explained = Runtime.Execute("explain", "--bundle", bundle.Path).Succeeded();

        Assert.That(explained.Output, Does.Contain("It would fail\n  - cannot take \"/is/not/there\" from the host"));
        string said = explained.Lines.Single(line => line.StartsWith("  - ", StringComparison.Ordinal))[4..];
        Assert.That(Message(refused), Does.Contain(said.Replace("\"", "\\\"")).Or.Contain(said));
    }

    private Bundle Bundle(bool rootless)
    {
        var bundle = NewBundle("true");
        if (rootless)
        {
            bundle.Namespace("user").WithLinux("uidMappings", UserNamespaces.Map((0, Uid, 1))).WithLinux("gidMappings", UserNamespaces.Map((0, Uid, 1)))
                .WithoutMount("/dev/pts").Mount("/dev/pts", "devpts", "devpts", "newinstance", "ptmxmode=0666", "mode=0620");
            bundle.Linux.Remove("resources");
        }

        return bundle;
    }

    private static string Message(CommandResult result) => result.Error[result.Error.IndexOf("msg=", StringComparison.Ordinal)..];

    /// <summary>All files below, with when they were changed.</summary>
    private static string[] Listing(string directory) =>
    [
        .. Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Append(directory).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {(File.GetAttributes(path).HasFlag(FileAttributes.Directory) ? 0 : new FileInfo(path).Length)}"),
    ];
}
