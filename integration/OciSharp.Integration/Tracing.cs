using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary><c>--trace</c>: what each process of a command did, and when.</summary>
public sealed class Tracing : ContainerFixture
{
    [OneTimeSetUp]
    public void NeedsIt() => Require.Command("trace");

    [Test]
    public void Run_has_all_steps_of_the_plan()
    {
        var bundle = NewBundle("exit 7").Resource("pids", new JsonObject { ["limit"] = 20 }).WithLinux("seccomp", Profile()).Mount("/data", "/tmp", "bind", "bind", "ro");
        var id = Scratch.NewName();
        var file = NewTrace();
        Runtime.Execute("run", "--trace", file, "--bundle", bundle.Write().Path, id).Exited(7);
        var trace = Trace.Read(file);

        Assert.That(trace.Processes, Is.EqualTo((string[])["runtime", "helper", "init"]));
        Assert.That(trace.Steps("helper", "init"), Is.EqualTo(Plan(bundle, id).Where(step => !step.StartsWith("await-start ", StringComparison.Ordinal))));
        Assert.That(trace.Kinds("helper").Take(4), Is.EqualTo((string[])["execute-clone", "prepare", "foresee", "await-plan"]));
        Assert.That(trace.Of("helper", "foresee").Does, Is.EqualTo("make namespaces ahead of the plan: mount, network, ipc, uts"));
        Assert.That(
            trace.Kinds("runtime"),
            Is.SupersetOf((string[])
            [
                "begin", "start-runtime", "read-options", "read-config", "check-config", "make-state", "find-cgroups", "plan", "record-creating", "go", "make-cgroup", "send-cgroups",
                "limit-cgroup", "keep-config", "compile-seccomp", "wait", "record-init", "running", "supervise", "end-processes", "remove-cgroup", "remove-state",
            ]));
        trace.IsInOrder();
    }

    [Test]
    public void Create_and_start_have_their_parts_of_the_plan()
    {
        var script = Scratch.NewScript("exit 0");
        var bundle = NewBundle("exec sleep 1000").Hook("createRuntime", script).Hook("startContainer", "/bin/true").Hook("startContainer", "/bin/true").Hook("poststart", script).Hook("poststop", script)
            .WithLinux("seccomp", Profile());
        var (created, started, deleted) = (NewTrace(), NewTrace(), NewTrace());
        var container = Create(bundle, "--trace", created);
        Runtime.Execute("start", "--trace", started, container.Id).Succeeded();
        var pid = container.Pid;
        Runtime.Execute("delete", "--force", "--trace", deleted, container.Id).Succeeded();
        var (create, start, delete) = (Trace.Read(created), Trace.Read(started), Trace.Read(deleted));

        string[] plan = [.. Plan(bundle, container.Id)];
        var at = Array.FindIndex(plan, step => step.StartsWith("await-start ", StringComparison.Ordinal));
        Assert.That(create.Steps("helper", "init"), Is.EqualTo(plan[..(at + 1)]));
        Assert.That(start.Steps("init").Select(KindAndOrigin), Is.EqualTo(plan[(at + 1)..].Select(KindAndOrigin)), "start does not have the plan, and so leaves out the operands");
        Assert.That(
            create.Kinds("runtime").Concat(start.Kinds("runtime")),
            Is.SupersetOf(Explain(bundle, container.Id).Where(step => (string)step["by"]! == "runtime" && (string)step["group"]! != "cgroup").Select(step => (string)step["kind"]!)),
            "so do those of the runtime, but that the limits of the cgroup are one step");
        Assert.That((create.Pid("init"), start.Pid("init")), Is.EqualTo((pid, pid)));
        Assert.That(create.Of("runtime", "run-hook").Config, Is.EqualTo("$.hooks.createRuntime[0]"));
        Assert.That(start.Of("runtime", "run-hook").Config, Is.EqualTo("$.hooks.poststart[0]"));
        Assert.That(delete.Of("runtime", "run-hook").Config, Is.EqualTo("$.hooks.poststop[0]"));
        Assert.That(delete.Kinds("runtime").Skip(3), Is.EqualTo((string[])["find-container", "end-processes", "lock", "end-processes", "remove-cgroup", "run-hook", "remove-state"]));
        foreach (var trace in (Trace[])[create, start, delete]) trace.IsInOrder();
        Assert.That(start.Begin, Is.GreaterThan(create.End), "all have the same clock");
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public void Create_and_start_need_not_both_be_traced(bool create, bool start)
    {
        var file = NewTrace();
        var container = Create(NewBundle("exec sleep 1000").Hook("startContainer", "/bin/true"), create ? ["--trace", file] : []);
        Runtime.Execute(["start", .. start ? (string[])["--trace", file] : [], container.Id]).Succeeded();
        var trace = Trace.Read(file);
        Assert.That(trace.Kinds("init")[^1], Is.EqualTo(create ? "await-start" : "execute"));
        trace.IsInOrder();
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Exec_has_all_steps_of_its_plan([Values] bool pidNamespace)
    {
        var bundle = NewBundle("exec sleep 1000").WithLinux("seccomp", Profile());
        if (!pidNamespace) bundle.WithoutNamespace("pid");
        var container = RunDetached(bundle);
        var process = bundle.Process.DeepClone();
        process["args"] = Harness.Bundle.Strings("/bin/sh", "-c", "exit 3");
        var (document, file) = (Scratch.NewFile("process.json", process.ToJsonString()), NewTrace());
        Runtime.Execute("exec", "--trace", file, "--process", document, container.Id).Exited(3);
        var trace = Trace.Read(file);

        Assert.That(trace.Processes, Is.EqualTo(pidNamespace ? (string[])["runtime", "helper", "process"] : ["runtime", "process"]));
        Assert.That(trace.Steps("helper", "process"), Is.EqualTo(Plan(bundle, container.Id, "--for", "exec", "--process", document)));
        trace.IsInOrder();
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void A_time_namespace_does_not_shift_it()
    {
        Require.That(File.Exists("/proc/self/timens_offsets"), "this kernel has no time namespaces");
        var bundle = NewBundle("exec sleep 1000").Namespace("time").WithLinux("timeOffsets", new JsonObject { ["monotonic"] = new JsonObject { ["secs"] = 172800 } });
        var (created, started, executed) = (NewTrace(), NewTrace(), NewTrace());
        var container = Create(bundle, "--trace", created);
        Runtime.Execute("start", "--trace", started, container.Id).Succeeded();
        Runtime.Execute("exec", "--trace", executed, container.Id, "/bin/true").Succeeded();
        foreach (var file in (string[])[created, started, executed]) Trace.Read(file).IsInOrder();
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void A_user_namespace_is_in_it()
    {
        var file = NewTrace();
        Run(NewBundle().UserNamespace(), "--trace", file).Succeeded();
        var trace = Trace.Read(file);
        Assert.That(trace.Kinds("runtime"), Does.Contain("map-ids"));
        Assert.That(trace.Kinds("helper"), Is.SupersetOf((string[])["settle", "make-user-namespace", "make-init"]));
        trace.IsInOrder();
    }

    /// <summary>The helper looks for the first array of that name, which is not the right one here.</summary>
    [Test]
    public void Another_helper_is_in_it()
    {
        var bundle = NewBundle().WithoutNamespace("network").WithoutMount("/sys");
        var config = new JsonObject { ["unknown"] = new JsonObject { ["namespaces"] = new JsonArray(new JsonObject { ["type"] = "network" }) } };
        foreach (var (name, value) in bundle.Config) config[name] = value?.DeepClone();
        var file = NewTrace();
        Run(bundle.Raw(config.ToJsonString()), "--trace", file).Succeeded();
        var trace = Trace.Read(file);
        Assert.That(trace.Kinds("runtime"), Does.Contain("fork-again"));
        Assert.That(trace.Kinds("init")[^1], Is.EqualTo("execute"));
        trace.IsInOrder();
    }

    /// <summary>The clock is read after the filter is in force: that must be no system call, or not be done.</summary>
    [Test]
    public void A_seccomp_profile_need_not_allow_the_clock()
    {
        var profile = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = Harness.Bundle.Strings("clock_gettime", "gettimeofday", "time"), ["action"] = "SCMP_ACT_KILL_PROCESS" }),
        };
        var file = NewTrace();
        Run(NewBundle().WithLinux("seccomp", profile), "--trace", file).Succeeded();
        Assert.That(Trace.Read(file).Kinds("init")[^2..], Is.EqualTo((string[])["seccomp", "execute"]));
    }

    [TestCase("find-executable", "no such file or directory", "/no/such/program")]
    [TestCase("execute", "exec format error", "/bad")]
    public void A_step_that_fails_is_the_last_one_and_says_why(string kind, string reason, string program)
    {
        var file = NewTrace();
        var bundle = NewBundle().File("/bad", "\x7f").Args(program);
        var result = Run(bundle, "--trace", file).Exited(1);
        var trace = Trace.Read(file);

        Assert.That(trace.Of("init", kind), Is.EqualTo(trace.All("init")[^1]));
        Assert.That(trace.All("init")[^1].Error, Is.EqualTo(reason));
        Assert.That(trace.Kinds("runtime")[^2..], Is.EqualTo((string[])["wait", "undo"]));
        Assert.That(trace.Of("runtime", "wait", last: true).Error, Is.EqualTo(trace.Error));
        Assert.That(result.Error, Does.Contain(trace.Error!.Replace("\"", "\\\"")));
        trace.IsInOrder();
    }

    [Test]
    public void A_hook_that_fails_is_marked()
    {
        var file = NewTrace();
        FailToCreate(NewBundle().Hook("createRuntime", Scratch.NewScript("exit 3")), "--trace", file).Failed();
        var trace = Trace.Read(file);
        Assert.That(trace.Of("runtime", "run-hook").Error, Does.Contain("exit status 3"));
        Assert.That(trace.All("init")[^1].Kind, Is.EqualTo("ask"), "init was waiting");
        Assert.That(trace.All("init")[^1].Error, Is.EqualTo("it did not come to its end"));
    }

    [Test]
    public void An_exec_that_fails_is_marked()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        var file = NewTrace();
        Runtime.Execute("exec", "--trace", file, container.Id, "/no/such/program").Exited(255);
        Assert.That(Trace.Read(file).Of("process", "find-executable").Error, Is.EqualTo("no such file or directory"));
        Runtime.Execute("start", "--trace", file, container.Id).Exited(1);
        Assert.That(Trace.Read(file).Of("runtime", "find-container").Error, Does.Contain("already running"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void A_configuration_that_is_refused_leaves_the_trace_of_that()
    {
        var file = NewTrace();
        FailToCreate(NewBundle().WithProcess("cwd", "relative"), "--trace", file).Failed();
        var trace = Trace.Read(file);
        Assert.That(trace.Processes, Is.EqualTo((string[])["runtime"]));
        Assert.That(trace.Of("runtime", "check-config").Error, Does.Contain("$.process.cwd"));
    }

    [Test]
    public void Nothing_of_it_is_in_the_container()
    {
        const string Look = "ls -l /proc/self/fd";
        var hook = Scratch.NewFile("seen");
        var bundle = NewBundle(Look).Mount("/seen", hook, null, "bind").Hook("startContainer", "/bin/sh", "-c", $"{Look} > /seen");
        var file = NewTrace();
        var output = Run(bundle, "--trace", file).Succeeded().Output;
        var container = Create(bundle, "--trace", file);
        Runtime.Execute("start", "--trace", file, container.Id).Succeeded();
        container.Until("stopped");
        var executing = RunDetached(NewBundle("exec sleep 1000"));
        var executed = Runtime.Execute("exec", "--trace", file, executing.Id, "/bin/sh", "-c", Look).Succeeded().Output;
        foreach (var seen in (string[])[output, container.Output, executed, File.ReadAllText(hook)])
        {
            Assert.That(seen, Does.Contain(" 0 ->").And.Not.Contain("trace").And.Not.Contain("memfd:ocisharp"));
            Assert.That(seen.Split('\n').Count(line => line.StartsWith('l')), Is.EqualTo(4), $"stdio, and the directory that is listed: {seen}");
        }

        container.Delete().Succeeded();
        executing.Delete("--force").Succeeded();
    }

    [Test]
    public void A_file_that_cannot_be_opened_is_an_error_before_anything_is_done()
    {
        var target = Scratch.NewFile("precious", "precious");
        var link = target + ".link";
        File.CreateSymbolicLink(link, target);
        foreach (var (file, reason) in ((string, string)[])[("/is/not/there", "no such file or directory"), ("/tmp", "is a directory"), (link, "it is a symbolic link, which is not followed")])
        {
            var id = Scratch.NewName();
            foreach (var command in (string[][])[["create", "--bundle", NewBundle().Write().Path], ["run", "--bundle", NewBundle().Write().Path], ["start"], ["delete"], ["exec"]])
            {
                string[] program = command[0] == "exec" ? ["/bin/true"] : [];
                var result = Runtime.Execute([.. command, "--trace", file, id, .. program]);
                Assert.That(result.ExitCode, Is.EqualTo(command[0] == "exec" ? 255 : 1), result.ToString());
                Assert.That(result.Error, Does.Contain($"cannot open the trace {file}: {reason}: name another with --trace, or leave it out"));
            }

            Assert.That(Directory.Exists($"{Scratch.StateRoot}/{id}"), Is.False);
        }

        Assert.That(File.ReadAllText(target), Is.EqualTo("precious"));
    }

    [Test]
    public void An_old_trace_is_replaced()
    {
        var file = NewTrace();
        File.WriteAllText(file, new string('x', 1 << 20));
        Run(NewBundle(), "--trace", file).Succeeded();
        Trace.Read(file).IsInOrder();
    }

    [Test]
    public void The_command_shows_it()
    {
        var file = NewTrace();
        Run(NewBundle(), "--trace", file).Succeeded();
        var table = Runtime.Execute("trace", file).Succeeded();
        Assert.That(table.Output, Does.StartWith("ocisharp run: ").And.Contain("\nThe longest steps\n").And.Contain("\ninit, process ").And.Contain("mount a file system"));
        Assert.That(table.Output, Does.Not.Contain("\x1b"));
        Assert.That(table.Output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
        Runtime.Execute("trace", "/is/not/there").Exited(1);
    }

    private string NewTrace() => $"{Scratch.NewDirectory("trace")}/trace.json";

    /// <summary>The steps of helper and init that <c>explain</c> shows: kind, place in the configuration, words.</summary>
    private IEnumerable<string> Plan(Bundle bundle, string id, params string[] flags) =>
        Explain(bundle, id, flags).Where(step => (string)step["by"]! != "runtime").Select(step => $"{step["kind"]} {step["config"]} {step["does"]}");

    private IEnumerable<JsonNode> Explain(Bundle bundle, string id, params string[] flags)
    {
        var plan = JsonNode.Parse(Runtime.Execute(["explain", "--format", "json", "--bundle", bundle.Path, .. flags, id]).Succeeded().Output)!;
        return plan["steps"]!.AsArray().Select(step => step!);
    }

    private static string KindAndOrigin(string step) => string.Join(' ', step.Split(' ')[..2]);

    private static JsonObject Profile() => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["syscalls"] = new JsonArray(new JsonObject { ["names"] = Harness.Bundle.Strings("mount", "umount2"), ["action"] = "SCMP_ACT_ERRNO" }),
    };

    /// <summary>A trace that was written.</summary>
    private sealed class Trace
    {
        private static readonly string[] s_beforePlan = ["execute-clone", "prepare", "foresee", "await-plan"];

        private readonly Dictionary<string, List<Step>> _steps = [];
        private readonly Dictionary<string, Step> _wholes = [];

        public string[] Processes { get; private init; } = [];

        public string? Error { get; private init; }

        public double Begin => _wholes["runtime"].Begin;

        public double End => _wholes["runtime"].End;

        public static Trace Read(string file)
        {
            var document = JsonNode.Parse(File.ReadAllText(file))!;
            var events = document["traceEvents"]!.AsArray();
            var names = events.Where(e => (string)e!["name"]! == "process_name").ToDictionary(e => (int)e!["pid"]!, e => (string)e!["args"]!["name"]!);
            var trace = new Trace { Processes = [.. names.Values], Error = (string?)document["otherData"]!["error"] };
            foreach (var e in events.Where(e => (string)e!["ph"]! == "X"))
            {
                var arguments = e!["args"]!;
                var step = new Step(
                    (int)e["pid"]!, (string?)arguments["kind"], (string?)arguments["does"], (string?)arguments["config"], (string?)arguments["error"], (double)e["ts"]!, (double)e["ts"]! + (double)e["dur"]!);
                if (step.Kind is null) trace._wholes[names[step.Pid]] = step;
                else trace.All(names[step.Pid]).Add(step);
            }

            return trace;
        }

        public List<Step> All(string process)
        {
            if (!_steps.TryGetValue(process, out var steps)) _steps[process] = steps = [];
            return steps;
        }

        public string[] Kinds(string process) => [.. All(process).Select(step => step.Kind!)];

        public int Pid(string process) => All(process)[0].Pid;

        public Step Of(string process, string kind, bool last = false)
        {
            var found = All(process).Where(step => step.Kind == kind);
            return last ? found.Last() : found.First();
        }

        /// <summary>The steps of the plan that these processes took, as <see cref="Plan"/> has them.</summary>
        public IEnumerable<string> Steps(params string[] processes) =>
            processes.SelectMany(All).Where(step => !s_beforePlan.Contains(step.Kind)).Select(step => $"{step.Kind} {step.Config} {step.Does}");

        /// <summary>The steps of a process follow each other and lie in it; and all processes lie in the runtime's time.</summary>
        public void IsInOrder()
        {
            const double Rounding = 0.01;
            foreach (var process in Processes)
            {
                var (whole, steps) = (_wholes[process], All(process));
                Assert.That(steps, Is.Not.Empty);
                Assert.That(whole.Begin, Is.EqualTo(steps[0].Begin).Within(Rounding));
                Assert.That(whole.End, Is.EqualTo(steps[^1].End).Within(Rounding));
                Assert.That(whole.Begin, Is.GreaterThanOrEqualTo(Begin - Rounding), process);
                Assert.That(whole.End, Is.LessThanOrEqualTo(End + Rounding), process);
                for (var i = 0; i < steps.Count; i++)
                {
                    Assert.That(steps[i].End, Is.GreaterThanOrEqualTo(steps[i].Begin), $"{process} {steps[i]}");
                    if (i > 0) Assert.That(steps[i].Begin, Is.GreaterThanOrEqualTo(steps[i - 1].End - Rounding), $"{process} {steps[i]}");
                }
            }

            Assert.That(End - Begin, Is.LessThan(60e6), "a minute");
        }
    }

    private sealed record Step(int Pid, string? Kind, string? Does, string? Config, string? Error, double Begin, double End);
}
