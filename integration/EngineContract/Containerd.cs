using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary>What containerd's shim and Docker do, through go-runc: the order of the arguments, the log, the pid file, the texts.</summary>
public sealed class Containerd : ContainerFixture
{
    private string Log => Scratch.Path + "/log.json";

    [Test]
    public void The_life_of_a_container()
    {
        var id = Scratch.NewName();
        var bundle = NewBundle("exec sleep 1000").Write();
        var pidFile = Scratch.Path + "/init.pid";
        GoRunc("create", "--bundle", bundle.Path, "--pid-file", pidFile, id).Succeeded();
        var pid = int.Parse(File.ReadAllText(pidFile));
        Assert.That((int)State(id)["pid"]!, Is.EqualTo(pid));
        GoRunc("start", id).Succeeded();
        Assert.That((string)State(id)["status"]!, Is.EqualTo("running"));
        var list = JsonNode.Parse(GoRunc("list", "--format=json").Succeeded().Output)!.AsArray();
        Assert.That((string)list.Single()!["id"]!, Is.EqualTo(id));
        GoRunc("kill", id, "9").Succeeded();
        int? code = null;
        Wait.Until(() => (code = Libc.TryWait(pid)) is not null, () => "init is not the caller's child");
        Assert.That(code, Is.EqualTo(137));
        GoRunc("delete", id).Succeeded();
        Assert.That(!File.Exists(Log) || File.ReadAllText(Log).Length == 0, "a life without errors was logged");
    }

    [Test]
    public void Kill_all()
    {
        var id = Scratch.NewName();
        GoRunc("create", "--bundle", NewBundle("sleep 1000 & exec sleep 1001").WithoutNamespace("pid").Write().Path, "--pid-file", Scratch.Path + "/pid", id).Succeeded();
        GoRunc("start", id).Succeeded();
        GoRunc("kill", "--all", id, "9").Succeeded();
        Wait.Until(() => OurProcesses.Living().Count == 0, () => "processes of the container live on");
        GoRunc("delete", "--force", id).Succeeded();
    }

    [TestCase("--rootless=false")]
    [TestCase("--debug")]
    [TestCase("--systemd-cgroup=false")]
    public void Global_flags(string flag) => Runtime.Command(flag, "list").Execute().Succeeded();

    [Test]
    public void Run_takes_detach_and_a_flag_with_a_single_dash()
    {
        var id = Scratch.NewName();
        GoRunc("run", "--bundle", NewBundle("exec sleep 1000").Write().Path, "--detach", "-no-subreaper", "--pid-file", Scratch.Path + "/pid", id).Succeeded();
        GoRunc("delete", "--force", id).Succeeded();
    }

    [Test]
    public void The_error_is_the_last_object_of_the_log()
    {
        GoRunc("create", "--bundle", NewBundle().Args("/no/such/tool").Write().Path, "--pid-file", Scratch.Path + "/pid", Scratch.NewName()).Failed();
        GoRunc("start", "nothing").Failed();
        var entries = File.ReadAllLines(Log).Select(l => JsonNode.Parse(l)!).Where(e => (string)e["level"]! == "error").ToArray();
        Assert.That((string)entries[^1]["msg"]!, Does.Contain("does not exist"));
        Assert.That(entries.Select(e => (string)e["msg"]!), Has.Some.Contain("no such file or directory"));
    }

    [Test]
    public void The_texts_that_are_looked_for()
    {
        GoRunc("delete", Scratch.NewName()).Failed("does not exist");
        GoRunc("kill", Scratch.NewName(), "9").Failed("does not exist");
        GoRunc("delete", "--force", Scratch.NewName()).Succeeded();
        var container = RunDetached(NewBundle()).Until("stopped");
        GoRunc("kill", container.Id, "15").Failed("container not running");
    }

    [Test]
    public void A_container_outlives_the_runtime_though_that_dies_with_its_parent()
    {
        var id = Scratch.NewName();
        var bundle = NewBundle("exec sleep 1000").Write();
        // The shim asks the kernel to kill the runtime when the shim dies; here it dies right after create.
        var create = $"setpriv --pdeathsig KILL {RuntimeUnderTest.Path} --root {Scratch.StateRoot} create --bundle {bundle.Path} {id} >/dev/null 2>&1 </dev/null; kill -9 $$";
        new Command(Scratch, ["/bin/sh", "-c", create]).Execute().Exited(137);
        Thread.Sleep(50);
        Assert.That((string)State(id)["status"]!, Is.EqualTo("created"));
        GoRunc("start", id).Succeeded();
        Thread.Sleep(50);
        Assert.That((string)State(id)["status"]!, Is.EqualTo("running"));
        GoRunc("delete", "--force", id).Succeeded();
    }

    [Test]
    public void Create_returns_when_its_pipes_are_read_to_the_end()
    {
        // With a terminal of its own the container holds none of the caller's streams, and no helper may either.
        using var socket = new ConsoleSocket(Scratch);
        var bundle = NewBundle("exec sleep 1000").WithProcess("terminal", true).Write();
        var id = Scratch.NewName();
        var pipeline = "{ \"$@\" 2>&1; echo \"exit $?\"; } | cat";
        var result = new Command(Scratch, ["/bin/sh", "-c", pipeline, "sh", RuntimeUnderTest.Path, "--root", Scratch.StateRoot, "create", "--bundle", bundle.Path, "--console-socket", socket.Path, id])
            .Within(TimeSpan.FromSeconds(20)).Execute();
        Assert.That(result.Text, Is.EqualTo("exit 0"));
        foreach (var fd in socket.Receive().Descriptors) _ = Libc.close(fd);
        GoRunc("delete", "--force", id).Succeeded();
    }

    [Test]
    public void No_process_but_init_is_left_by_create()
    {
        var container = Create(NewBundle());
        Assert.That(OurProcesses.Living().Select(p => p.Pid), Is.EqualTo((int[])[container.Pid]));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Version_and_features()
    {
        Assert.That(Runtime.Bare("--version").Execute().Succeeded().Lines[0], Does.Match(@"^\S+ version \S+$"));
        Assert.That(Runtime.Bare("--version").Execute().Lines, Has.Some.StartsWith("commit: "));
        Assert.That(JsonNode.Parse(Runtime.Bare("--systemd-cgroup", "features").Execute().Succeeded().Output), Is.Not.Null);
    }

    private CommandResult GoRunc(params string[] arguments) => Runtime.Execute(["--log", Log, "--log-format", "json", .. arguments]);

    private JsonNode State(string id) => JsonNode.Parse(GoRunc("state", id).Succeeded().Output)!;
}
