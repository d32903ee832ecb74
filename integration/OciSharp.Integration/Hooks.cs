using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config.md, "POSIX-platform Hooks"; runtime.md, "Lifecycle".</summary>
public sealed class Hooks : ContainerFixture
{
    private static readonly string[] s_atCreate = ["prestart", "createRuntime", "createContainer"];
    private static readonly string[] s_kinds = [.. s_atCreate, "startContainer", "poststart", "poststop"];

    private const string Poststart = "config.md, Poststart: \"MUST be called after the user-specified process is executed but before the start operation returns\"; runc 1.1.5 calls them in create";

    private string Log => Scratch.Path + "/log";

    [SetUp]
    public void MakeLog() => File.WriteAllText(Log, "");

    [Test]
    [Differs("runc", Poststart)]
    public void They_run_in_order_and_at_their_time()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000"));
        foreach (var kind in s_kinds.Reverse())
        {
            foreach (var n in (string[])["1", "2"]) AddHook(bundle, kind, $"echo {kind}{n} >> $LOG");
        }

        var container = Create(bundle);
        Assert.That(Lines(), Is.EqualTo(Twice(s_atCreate)));
        container.Start().Succeeded();
        Assert.That(Lines(), Is.EqualTo(Twice(s_kinds[..5])));
        container.Kill("KILL").Succeeded();
        container.Until("stopped");
        container.Delete().Succeeded();
        Assert.That(Lines(), Is.EqualTo(Twice(s_kinds)));

        static string[] Twice(string[] kinds) => [.. kinds.SelectMany(k => (string[])[k + "1", k + "2"])];
    }

    [Test]
    [Differs("runc", Poststart)]
    public void With_run_they_all_run()
    {
        var bundle = WithLog(NewBundle("echo process >> /log; sleep 0.2"));
        foreach (var kind in s_kinds) AddHook(bundle, kind, $"echo {kind} >> $LOG");
        Run(bundle).Succeeded();
        Assert.That(Lines().Except(["process"]), Is.EqualTo(s_kinds));
    }

    [Test]
    public void Each_gets_the_state_on_its_standard_input()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000")).Annotation("org.example.key", "value");
        var kinds = s_kinds.Except(["poststart"]).ToArray();
        foreach (var kind in kinds) AddHook(bundle, kind, $"cat | tr -d '\\n' >> $LOG; echo >> $LOG");
        var container = Create(bundle);
        var pid = container.Pid;
        container.Start().Succeeded();
        container.Delete("--force").Succeeded();
        var states = Lines().Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.That(states, Has.Length.EqualTo(5));
        Assert.Multiple(() =>
        {
            foreach (var (kind, state) in kinds.Zip(states))
            {
                Assert.That((string)state["id"]!, Is.EqualTo(container.Id), kind);
                Assert.That((string)state["bundle"]!, Is.EqualTo(bundle.Path), kind);
                Assert.That((string)state["ociVersion"]!, Does.Match(@"^1\.\d+\.\d+"), kind);
                Assert.That((string)state["annotations"]!["org.example.key"]!, Is.EqualTo("value"), kind);
            }

            foreach (var state in states[..2]) Assert.That((int)state["pid"]!, Is.EqualTo(pid));
        });
    }

    [Test]
    [Differs("runc", "runtime.md, State: `creating` is step 2 of the lifecycle, `created` is \"after step 2\", and hooks are steps 3 to 5; runc says creating")]
    public void Hooks_of_create_are_told_that_it_is_created()
    {
        var bundle = WithLog(NewBundle());
        foreach (var kind in s_atCreate.Append("startContainer")) AddHook(bundle, kind, "sed 's/.*\"status\": *\"\\([a-z]*\\)\".*/\\1/' >> $LOG; echo >> $LOG");
        Run(bundle).Succeeded();
        Assert.That(Lines().Where(l => l.Length > 0), Is.EqualTo(Enumerable.Repeat("created", 4)));
    }

    [Test]
    [Differs("runc", Poststart)]
    public void Poststart_hooks_are_told_that_it_runs()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000"));
        AddHook(bundle, "poststart", "cat >> $LOG");
        var container = RunDetached(bundle);
        var state = JsonNode.Parse(File.ReadAllText(Log))!;
        Assert.That(((string)state["status"]!, (int)state["pid"]!), Is.EqualTo(("running", container.Pid)));
        container.Delete("--force").Succeeded();
    }

    [Test]
    [Differs("crun", PidInside)]
    public void Hooks_of_the_container_namespace_are_told_its_pid()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000"));
        foreach (var kind in (string[])["createContainer", "startContainer"]) AddHook(bundle, kind, $"cat | tr -d '\\n' >> $LOG; echo >> $LOG");
        var container = Create(bundle);
        container.Start().Succeeded();
        container.Delete("--force").Succeeded();
        Assert.That(Lines().Select(l => (int)JsonNode.Parse(l)!["pid"]!), Is.EqualTo((int[])[1, 1]));
    }

    private const string PidInside = "runtime.md, State: \"For hooks executed in the container namespace, it is the pid as seen by the container\"; it is the runtime's view";

    [Test]
    public void Namespaces_of_the_runtime()
    {
        var ours = string.Join(' ', ((string[])["mnt", "pid", "net", "uts", "ipc"]).Select(n => new FileInfo("/proc/self/ns/" + n).LinkTarget));
        var bundle = WithLog(NewBundle());
        foreach (var kind in (string[])["prestart", "createRuntime", "poststart", "poststop"]) AddHook(bundle, kind, "cd /proc/self/ns; echo $(readlink mnt pid net uts ipc) >> $LOG");
        Run(bundle).Succeeded();
        Assert.That(Lines(), Is.EqualTo(Enumerable.Repeat(ours, 4)));
    }

    [Test]
    public void CreateContainer_runs_in_the_container_s_namespaces_before_pivot_root()
    {
        var bundle = WithLog(NewBundle());
        AddHook(bundle, "createContainer", $"echo $$ >> $LOG; ip -o link | wc -l >> $LOG; [ -d {Scratch.Path} ] && echo host >> $LOG; ls -d {bundle.Rootfs}/proc/1 | wc -l >> $LOG");
        Run(bundle).Succeeded();
        var lines = Lines();
        Assert.That(int.Parse(lines[0]), Is.LessThan(20), "the pid in the new namespace");
        Assert.That(lines[1..], Is.EqualTo((string[])["1", "host", "1"]));
    }

    [Test]
    public void StartContainer_runs_inside()
    {
        var bundle = WithLog(NewBundle().Edit(c => c["hostname"] = "inside")).File("/hook", "#!/bin/sh\nhostname >> /log; ls -d /proc/1 >> /log; ls / | grep -c rootfs >> /log; true");
        bundle.Hook("startContainer", "/hook");
        Run(bundle).Succeeded();
        Assert.That(Lines(), Is.EqualTo((string[])["inside", "/proc/1", "0"]));
    }

    [Test]
    [Differs("runc", Poststart)]
    public void Poststart_runs_after_the_process_was_executed()
    {
        for (var i = 0; i < 5; i++)
        {
            File.WriteAllText(Log, "");
            var bundle = WithLog(NewBundle().Args("/bin/sleep", "1000"));
            AddHook(bundle, "poststart", "pid=$(tr -d '\\n' | sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); tr '\\0' ' ' < /proc/$pid/cmdline > $LOG");
            var container = RunDetached(bundle);
            Assert.That(File.ReadAllText(Log), Is.EqualTo("/bin/sleep 1000 "));
            container.Delete("--force").Succeeded();
        }
    }

    [Test]
    public void Poststop_runs_when_the_container_is_gone()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000"));
        AddHook(bundle, "poststop", $"find /sys/fs/cgroup -type d -name '*{Scratch.Marker}*' >> $LOG; for f in $(grep -l {Scratch.Marker} /proc/[0-9]*/cgroup); do grep -q ') Z' ${{f%cgroup}}stat || echo $f; done >> $LOG; echo done >> $LOG");
        RunDetached(bundle).Delete("--force").Succeeded();
        Assert.That(Lines(), Is.EqualTo((string[])["done"]));
    }

    [Test]
    public void Arguments_and_environment()
    {
        var script = Scratch.NewScript("{ echo \"$0\" \"$@\"; env; ls /proc/self/fd | tr '\\n' ' '; } > " + Log);
        var bundle = NewBundle().Hook("createRuntime", new JsonObject { ["path"] = script, ["args"] = Bundle.Strings("name", "a b", ""), ["env"] = Bundle.Strings("KEY=value=x") });
        RunCommand(bundle).Environment("LEAKED", "1").Execute().Succeeded();
        var lines = Lines();
        Assert.That(lines[0], Does.EndWith(" a b "));
        Assert.That(lines, Does.Contain("KEY=value=x").And.Not.Contain("LEAKED=1"));
        Assert.That(lines[^1], Is.EqualTo("0 1 2 3 "), "the hook got descriptors besides 0, 1 and 2 (3 is that of ls)");
    }

    [Test]
    public void A_hook_that_takes_too_long_is_aborted()
    {
        var bundle = WithLog(NewBundle());
        bundle.Hook("createRuntime", new JsonObject { ["path"] = Scratch.NewScript($"echo $$ > {Log}; exec sleep 30"), ["timeout"] = 1 });
        var clock = Stopwatch.StartNew();
        FailToCreate(bundle).Failed();
        Assert.That(clock.Elapsed.TotalSeconds, Is.InRange(1, 15));
        Assert.That(OurProcesses.Lives(int.Parse(Lines()[0])), Is.False, "the hook still runs");
    }

    [Test]
    public void A_hook_that_leaves_a_child_with_its_output_does_not_block()
    {
        var bundle = NewBundle().Hook("createRuntime", Scratch.NewScript("sleep 1000 > /dev/null 2>&1 < /dev/null & echo $! > " + Log));
        Run(bundle).Succeeded();
        _ = Libc.kill(int.Parse(Lines()[0]), 9);
    }

    [TestCase("prestart")]
    [TestCase("createRuntime")]
    [TestCase("createContainer")]
    public void A_hook_of_create_that_fails_fails_it(string kind)
    {
        var bundle = WithLog(NewBundle());
        AddHook(bundle, kind, "echo first >> $LOG; echo the reason >&2; exit 3");
        AddHook(bundle, kind, "echo second >> $LOG");
        AddHook(bundle, "poststop", "echo poststop >> $LOG");
        FailToCreate(bundle).Failed("the reason");
        Assert.That(Lines(), Is.EqualTo((string[])["first", "poststop"]));
    }

    [Test]
    public void A_startContainer_hook_that_fails_fails_start_and_the_process_does_not_run()
    {
        var bundle = WithLog(NewBundle("echo process >> /log"));
        AddHook(bundle, "startContainer", "exit 3");
        AddHook(bundle, "poststop", "echo poststop >> $LOG");
        var container = Create(bundle);
        container.Start();
        Wait.Until(() => !Runs(container), () => "the container still runs");
        container.Delete("--force").Succeeded();
        Assert.That(Lines(), Is.EqualTo((string[])["poststop"]));
    }

    [Test]
    [Differs("runc", "runtime.md, Lifecycle: if a startContainer hook fails \"the runtime MUST generate an error\"; start of runc 1.1.5 succeeds")]
    public void A_startContainer_hook_that_fails_is_an_error_of_start()
    {
        var bundle = WithLog(NewBundle());
        AddHook(bundle, "startContainer", "exit 3");
        Create(bundle).Start().Failed();
    }

    [Test]
    [Differs("runc", Poststart)]
    public void A_poststart_hook_that_fails_fails_start_and_stops_the_container()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000"));
        AddHook(bundle, "poststart", "echo first >> $LOG; exit 3");
        AddHook(bundle, "poststop", "echo poststop >> $LOG");
        var container = Create(bundle);
        container.Start().Failed();
        Wait.Until(() => !Runs(container), () => "the container still runs");
        container.Delete("--force").Succeeded();
        Assert.That(Lines(), Is.EqualTo((string[])["first", "poststop"]));
    }

    [Test]
    [Differs("runc", "runtime.md, Lifecycle: if a poststop hook fails, \"log a warning, but the remaining hooks and lifecycle continue as if the hook had succeeded\"; runc 1.1.5 stops there")]
    public void A_poststop_hook_that_fails_is_a_warning()
    {
        var bundle = WithLog(NewBundle("exec sleep 1000"));
        AddHook(bundle, "poststop", "exit 3");
        AddHook(bundle, "poststop", "echo second >> $LOG");
        var result = RunDetached(bundle).Delete("--force").Succeeded();
        Assert.That(result.Error, Does.Contain("warn").IgnoreCase);
        Assert.That(Lines(), Is.EqualTo((string[])["second"]));
    }

    [Test]
    public void A_hook_that_does_not_exist_fails_create() => FailToCreate(NewBundle().Hook("createRuntime", Scratch.Path + "/nothing")).Failed("nothing");

    [Test]
    [Differs("runc", "config.md, Hooks: \"`path` MUST be absolute\"; runc 1.1.5 takes a relative one")]
    [Differs("crun", "config.md, Hooks: \"`path` MUST be absolute\"; crun 1.8.1 takes a relative one")]
    public void A_relative_path_is_refused() => FailToCreate(NewBundle().Hook("poststop", "bin/true")).Failed();

    [TestCase(0)]
    [TestCase(-1)]
    [Differs("runc", "config.md, Hooks: \"If set, `timeout` MUST be greater than zero\"; runc 1.1.5 takes any")]
    [Differs("crun", "config.md, Hooks: \"If set, `timeout` MUST be greater than zero\"; crun 1.8.1 takes any")]
    public void A_timeout_that_is_not_positive_is_refused(int timeout) =>
        FailToCreate(NewBundle().Hook("poststop", new JsonObject { ["path"] = "/bin/true", ["timeout"] = timeout })).Failed("timeout");

    private Bundle WithLog(Bundle bundle) => bundle.Mount("/log", Log, null, "bind");

    /// <summary>Adds a hook with this shell script; $LOG is the log, wherever the hook runs.</summary>
    private void AddHook(Bundle bundle, string kind, string script)
    {
        var inside = kind == "startContainer";
        var body = script.Replace("$LOG", inside ? "/log" : Log);
        if (!inside)
        {
            bundle.Hook(kind, Scratch.NewScript(body));
            return;
        }

        var name = "/" + Scratch.NewName();
        bundle.File(name, "#!/bin/sh\n" + body + "\n").Hook(kind, name);
    }

    private bool Runs(Container container) =>
        Runtime.Execute("state", container.Id) is { ExitCode: 0 } state && (string)JsonNode.Parse(state.Output)!["status"]! is not "stopped";

    private string[] Lines() => File.ReadAllLines(Log);
}
