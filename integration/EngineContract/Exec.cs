using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary><c>exec</c>: a second process in a container.</summary>
public sealed class Exec : ContainerFixture
{
    [OneTimeSetUp]
    public void Command()
    {
        if (Suite.Obstacle is null) Require.Command("exec");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(42)]
    [TestCase(255)]
    public void The_exit_code_is_the_process_s(int code) => In(Sleeping(), "/bin/sh", "-c", $"exit {code}").Exited(code);

    [Test]
    public void A_signal_gives_128_and_its_number() => In(Sleeping(), "/bin/sh", "-c", "kill -9 $$").Exited(137);

    [Test]
    public void Namespaces_cgroup_root_and_limits_are_the_container_s()
    {
        var container = Sleeping(NewBundle().Edit(c => c["hostname"] = "inside"));
        const string look = "for n in mnt pid net ipc uts; do readlink /proc/self/ns/$n; done; hostname; grep pids: /proc/self/cgroup || cat /proc/self/cgroup; cat /proc/1/cmdline | tr '\\0' ' '";
        var lines = In(container, "/bin/sh", "-c", look).Succeeded().Lines;
        var expected = ((string[])["mnt", "pid", "net", "ipc", "uts"]).Select(n => new FileInfo($"/proc/{container.Pid}/ns/{n}").LinkTarget);
        Assert.That(lines[..5], Is.EqualTo(expected));
        Assert.That(lines[5], Is.EqualTo("inside"));
        var cgroups = File.ReadAllLines($"/proc/{container.Pid}/cgroup");
        Assert.That(lines[6], Is.EqualTo(cgroups.SingleOrDefault(l => l.Contains(":pids:")) ?? cgroups.Single()));
        Assert.That(lines[7], Is.EqualTo("sleep 1000 "));
    }

    [Test]
    public void The_process_of_a_file()
    {
        var process = new JsonObject
        {
            ["args"] = Bundle.Strings("/bin/sh", "-c", "id -u; id -g; pwd; echo $A; grep CapEff /proc/self/status; ulimit -n"),
            ["cwd"] = "/home/user",
            ["env"] = Bundle.Strings("A=of the file", "PATH=/bin"),
            ["noNewPrivileges"] = true,
            ["user"] = new JsonObject { ["uid"] = 12, ["gid"] = 34 },
            ["capabilities"] = new JsonObject { ["bounding"] = Bundle.Strings("CAP_KILL") },
            ["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 77, ["hard"] = 88 }),
        };
        var file = Scratch.NewFile("process.json", process.ToJsonString());
        var lines = Runtime.Execute("exec", "--process", file, Sleeping().Id).Succeeded().Lines;
        Assert.That(lines, Is.EqualTo((string[])["12", "34", "/home/user", "of the file", "CapEff:\t0000000000000000", "77"]));
    }

    /// <summary>config.md, "process": <c>execCPUAffinity</c>; final holds in the cgroup, and what was initial if it is absent.</summary>
    [TestCase(null, null, "0-1")]
    [TestCase("1", null, "1")]
    [TestCase(null, "0", "0")]
    [TestCase("1", "0", "0")]
    [Differs("runc", Affinity)]
    [Differs("crun", Affinity)]
    public void Processors(string? initial, string? final, string expected)
    {
        Require.That(Environment.ProcessorCount > 1, "this machine has one processor");
        var affinity = new JsonObject();
        if (initial is not null) affinity["initial"] = initial;
        if (final is not null) affinity["final"] = final;
        var process = new JsonObject
        {
            ["args"] = Bundle.Strings("/bin/sh", "-c", "grep Cpus_allowed_list /proc/self/status"),
            ["cwd"] = "/",
            ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
            ["execCPUAffinity"] = affinity,
        };
        var file = Scratch.NewFile("process.json", process.ToJsonString());
        var command = Runtime.Command("exec", "--process", file, Sleeping().Id).After("taskset -pc 0-1 $$ > /dev/null;");
        Assert.That(command.Execute().Succeeded().Text, Is.EqualTo($"Cpus_allowed_list:\t{expected}"));
    }

    private const string Affinity = "config.md, Process: execCPUAffinity is of runtime-spec 1.2.1, which this version does not know";

    [Test]
    public void Flags()
    {
        var container = Sleeping();
        var result = Runtime.Execute("exec", "--user", "12:34", "--additional-gids", "56", "--cwd", "/tmp", "-e", "A=1", "-e", "B=2", "--no-new-privs", container.Id,
            "/bin/sh", "-c", "id -u; id -g; id -G; pwd; echo $A$B; grep NoNewPrivs /proc/self/status");
        Assert.That(result.Succeeded().Lines, Is.EqualTo((string[])["12", "34", "34 56", "/tmp", "12", "NoNewPrivs:\t1"]));
    }

    [TestCase("1", "1")]
    [TestCase("1:2", "1")]
    public void A_user_is_a_number_and_perhaps_a_group(string user, string uid) => Assert.That(Runtime.Execute("exec", "--user", user, Sleeping().Id, "/bin/id", "-u").Succeeded().Text, Is.EqualTo(uid));

    [TestCase(":")]
    [TestCase("1:")]
    [TestCase(":1")]
    [TestCase("-1")]
    [TestCase("x")]
    [TestCase("1:2:3")]
    public void A_wrong_user_is_refused(string user) => Assert.That(Runtime.Execute("exec", "--user", user, Sleeping().Id, "/bin/id", "-u").ExitCode, Is.Not.Zero);

    [TestCase("4294967296")]
    [TestCase("99999999999")]
    [Differs("runc", "a user that is no 32-bit number is none; runc 1.1.5 takes the lower bits, and 4294967296 is root")]
    public void A_user_that_is_too_large_is_refused(string user) => A_wrong_user_is_refused(user);

    [Test]
    [Differs("runc", "config.md, POSIX-platform User: `umask`; runc 1.1.5 has it for the first process only")]
    public void The_umask_of_a_file()
    {
        var process = new JsonObject { ["args"] = Bundle.Strings("/bin/sh", "-c", "umask"), ["cwd"] = "/", ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0, ["umask"] = 0x3f } };
        Assert.That(Runtime.Execute("exec", "--process", Scratch.NewFile("process.json", process.ToJsonString()), Sleeping().Id).Succeeded().Text, Is.EqualTo("0077"));
    }

    [Test]
    public void A_capability_by_flag_is_never_inheritable()
    {
        var result = Runtime.Execute("exec", "--cap", "CAP_NET_RAW", Sleeping().Id, "/bin/grep", "Cap", "/proc/self/status").Succeeded();
        Assert.That(result.Output, Does.Contain("CapInh:\t0000000000000000").And.Contain("CapAmb:\t0000000000000000"));
        Assert.That(Convert.ToUInt64(result.Lines.Single(l => l.StartsWith("CapEff", StringComparison.Ordinal)).Split('\t')[1], 16) >> 13 & 1, Is.EqualTo(1));
    }

    [Test]
    public void Detached_with_a_pid_file()
    {
        var container = Sleeping();
        var pidFile = Scratch.Path + "/exec.pid";
        var process = Scratch.NewFile("process.json", new JsonObject { ["args"] = Bundle.Strings("/bin/sleep", "777"), ["cwd"] = "/", ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 } }.ToJsonString());
        Runtime.Execute("exec", "--process", process, "--detach", "--pid-file", pidFile, container.Id).Succeeded();
        var pid = int.Parse(File.ReadAllText(pidFile));
        Wait.Until(() => OurProcesses.Read(pid)?.CommandLine == "/bin/sleep 777", () => $"{pid} is {OurProcesses.Read(pid)}");
        Assert.That(new FileInfo($"/proc/{pid}/ns/pid").LinkTarget, Is.EqualTo(new FileInfo($"/proc/{container.Pid}/ns/pid").LinkTarget));
    }

    [Test]
    public void Standard_streams()
    {
        var result = Runtime.Command("exec", Sleeping().Id, "/bin/sh", "-c", "cat; echo error >&2").Input("typed").Execute().Succeeded();
        Assert.That((result.Output, result.Error), Is.EqualTo(("typed", "error\n")));
    }

    [Test]
    public void A_terminal_in_the_foreground()
    {
        using var terminal = new Pty(rows: 31, columns: 97);
        using var running = Runtime.Command("exec", "--tty", Sleeping().Id, "/bin/sh", "-c", "stty size; tty; read x; echo \"<$x>\"; exit 5").On(terminal).Start();
        terminal.Until("31 97").Until("/dev/pts/0").Type("hello\n");
        terminal.Until("<hello>");
        running.Finish().Exited(5);
    }

    [Test]
    public void A_terminal_through_a_console_socket()
    {
        using var socket = new ConsoleSocket(Scratch);
        Runtime.Execute("exec", "--pid-file", Scratch.Path + "/pid", "--tty", "--detach", "--console-socket", socket.Path, Sleeping().Id, "/bin/echo", "out").Succeeded();
        using var terminal = Pty.OfMaster(socket.Receive().Descriptors.Single());
        terminal.Until("out\n");
    }

    [Test]
    public void Descriptors()
    {
        var one = Scratch.NewFile("one", "first");
        var container = Sleeping();
        Assert.That(Runtime.Command("exec", container.Id, "/bin/ls", "/proc/self/fd").Redirect($"3<{one} 5<{one}").Execute().Succeeded().Lines, Is.EqualTo((string[])["0", "1", "2", "3"]));
        Assert.That(Runtime.Command("exec", "--preserve-fds", "1", container.Id, "/bin/sh", "-c", "cat <&3").Redirect($"3<{one}").Execute().Succeeded().Text, Is.EqualTo("first"));
    }

    [TestCase("/no/such/tool", "no such file or directory")]
    [TestCase("nosuchtool", "executable file not found in")]
    public void An_error_of_its_own_is_255(string program, string text)
    {
        var result = In(Sleeping(), program);
        Assert.That(result.ExitCode, Is.EqualTo(255), result.ToString());
        Assert.That(result.Error, Does.Contain(text));
    }

    [Test]
    public void In_a_container_that_is_not_there_or_does_not_run()
    {
        Runtime.Execute("exec", "nothing", "/bin/true").Exited(255);
        Runtime.Execute("exec", RunDetached(NewBundle()).Until("stopped").Id, "/bin/true").Exited(255);
    }

    [Test]
    public void In_a_created_container() => Assert.That(In(Create(NewBundle()), "/bin/echo", "ran").Succeeded().Text, Is.EqualTo("ran"));

    [Test]
    public void In_a_paused_container_it_is_refused()
    {
        var container = Sleeping();
        Runtime.Execute("pause", container.Id).Succeeded();
        Assert.That(container.Status, Is.EqualTo("paused"));
        var result = In(container, "/bin/true");
        Runtime.Execute("resume", container.Id).Succeeded();
        Assert.That(result.ExitCode, Is.EqualTo(255), result.ToString());
        In(container, "/bin/true").Succeeded();
    }

    [Test]
    public void In_a_user_namespace() => Assert.That(In(Sleeping(NewBundle().UserNamespace()), "/bin/sh", "-c", "id -u; cat /proc/self/uid_map").Succeeded().Output, Does.Match(@"^0\n\s+0\s+100000\s+65536"));

    private Container Sleeping(Bundle? bundle = null) => RunDetached((bundle ?? NewBundle()).Args("sleep", "1000"));

    private CommandResult In(Container container, params string[] arguments) => Runtime.Execute(["exec", container.Id, .. arguments]);
}
