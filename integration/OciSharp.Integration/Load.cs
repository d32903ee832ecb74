using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>
/// Much at once, and much one after the other: no loss, no leak, no hang, no wrong answer. <c>make load</c> (<c>LOAD=all</c>) takes the numbers that
/// docs/reliability.md tells of; otherwise they are small.
/// </summary>
[Category("Load")]
public sealed class Load : ContainerFixture
{
    private static readonly bool s_all = Environment.GetEnvironmentVariable("LOAD") == "all";
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(20);

    private static int Containers => Number("LOAD_CONTAINERS", 50, 500);

    private static int Lifecycles => Number("LOAD_LIFECYCLES", 200, 5000);

    private static int Execs => Number("LOAD_EXECS", 50, 50);

    private static int Deletes => Number("LOAD_DELETES", 64, 64);

    private static int Seconds => Number("LOAD_SECONDS", 5, 60);

    private string Ocisharp => $"{RuntimeUnderTest.Path} --root {Scratch.StateRoot}";

    [Test]
    public void Containers_at_once()
    {
        var bundle = Sleeper();
        string[] ids = [.. Enumerable.Range(0, Containers).Select(_ => Scratch.NewName())];
        var started = Timed(() => All(ids, $"{Ocisharp} run --detach --bundle {bundle} $id"));
        JsonArray list = [];
        var listed = Timed(() => list = (JsonArray)JsonNode.Parse(Runtime.Execute("list", "--format", "json").Succeeded().Output)!);
        Assert.That(list.Select(c => (string)c!["id"]!), Is.EquivalentTo(ids));
        Assert.That(list.Select(c => (string)c!["status"]!), Is.All.EqualTo("running"));
        int[] pids = [.. list.Select(c => (int)c!["pid"]!)];
        Assert.That(pids, Is.Unique);
        Assert.That(pids.Select(pid => OurProcesses.Read(pid)?.CommandLine), Is.All.EqualTo("/bin/sleep 100000"));
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker).Select(Path.GetFileName).Distinct(), Is.EquivalentTo(ids));
        var killed = Timed(() => All(ids, $"{Ocisharp} kill $id KILL"));
        var deleted = Timed(() => All(ids, $"until {Ocisharp} delete $id 2>/dev/null; do sleep 0.1; done"));
        Assert.That(Runtime.Execute("list", "-q").Succeeded().Output, Is.Empty);
        Tell($"{ids.Length} containers: run in {started:F1} s, listed in {listed * 1000:F0} ms, killed in {killed:F1} s, deleted in {deleted:F1} s");
    }

    [Test]
    public void Lifecycles_one_after_the_other()
    {
        var bundle = NewBundle("true").Write().Path;
        var script = $"i=0; while [ $i -lt {Lifecycles} ]; do id={Scratch.Marker}$i; {Ocisharp} create --bundle {bundle} $id && {Ocisharp} start $id && {Ocisharp} state $id >/dev/null && {Ocisharp} delete --force $id || exit 1; i=$((i+1)); done";
        var time = Timed(() => Reaping(new Command(Scratch, ["/bin/sh", "-c", script]).Within(s_bound)).Succeeded());
        Tell($"{Lifecycles} times create, start, state and delete: {time:F1} s, {time * 1000 / Lifecycles:F1} ms each");
    }

    [Test]
    public void Execs_into_one_container()
    {
        var id = Scratch.NewName();
        Runtime.Execute("run", "--detach", "--bundle", Sleeper(), id).Succeeded();
        CommandResult[] results = [];
        var time = Timed(() =>
        {
            RunningCommand[] running = [.. Enumerable.Range(0, Execs).Select(i => Runtime.Command("exec", id, "/bin/sh", "-c", $"echo {i} of $(cat | wc -c); exit {i % 100}").Input(new string('x', i)).Within(s_bound).Start())];
            results = [.. running.Select(r => r.Finish())];
            foreach (var command in running) command.Dispose();
        });
        for (var i = 0; i < Execs; i++) Assert.That((results[i].ExitCode, results[i].Output, results[i].Error), Is.EqualTo((i % 100, $"{i} of {i}\n", "")));
        Assert.That(Runtime.Execute("ps", "--format", "json", id).Succeeded().Output.Split(',').Length, Is.EqualTo(1), "processes stay");
        Tell($"{Execs} executions at once: {time:F1} s");
    }

    /// <summary>Of many who delete a container one does; to the others it does not exist, which <c>--force</c> makes a success.</summary>
    [TestCase("delete", true)]
    [TestCase("delete", false)]
    [TestCase("delete --force", true)]
    [TestCase("delete --force", false)]
    [Differs("runc", "runc takes no lock: several succeed")]
    [Differs("crun", "crun takes no lock: it fails on what another has half removed")]
    public void Deletes_of_one_container(string command, bool started)
    {
        var id = Scratch.NewName();
        Runtime.Execute("create", "--bundle", NewBundle("true").Write().Path, id).Succeeded();
        if (started)
        {
            Runtime.Execute("start", id).Succeeded();
            Wait.Until(() => Runtime.Execute("state", id).Output.Contains("\"stopped\""), () => "it does not end");
        }

        RunningCommand[] running = [.. Enumerable.Range(0, Deletes).Select(_ => Runtime.Command([.. command.Split(' '), id]).Within(s_bound).Start())];
        CommandResult[] results = [.. running.Select(r => r.Finish())];
        foreach (var one in running) one.Dispose();
        var succeeded = results.Count(r => r.ExitCode == 0);
        Assert.That(succeeded, Is.EqualTo(command == "delete" ? 1 : Deletes));
        foreach (var result in results.Where(r => r.ExitCode != 0)) Assert.That(result.Failed().Error, Does.Match("^time=\"[^\"]*\" level=error msg=\"container does not exist: [^\"]*\"\n$"));
        foreach (var result in results.Where(r => r.ExitCode == 0)) Assert.That(result.Error, Is.Empty);
        Tell($"{Deletes} times {command} of one container at once: {succeeded} succeed");
    }

    /// <summary>Whoever looks while containers come and go sees each as it is, or not at all; those that stay are always seen.</summary>
    [Test]
    [Differs("runc", "list complains of a container that is half there")]
    [Differs("crun", "state fails on a container that is half there")]
    public void Looks_while_containers_come_and_go()
    {
        var bundle = Sleeper();
        string[] staying = [.. Enumerable.Range(0, 3).Select(_ => Scratch.NewName())];
        All(staying, $"{Ocisharp} run --detach --bundle {bundle} $id");
        string[] coming = [.. Enumerable.Range(0, 4).Select(_ => Scratch.NewName())];
        RunningCommand[] churn = [.. coming.Select(id => new Command(Scratch, ["/bin/sh", "-c",
            $"i=0; end=$(($(date +%s)+{Seconds})); while [ $(date +%s) -lt $end ]; do {Ocisharp} create --bundle {bundle} {id} && {Ocisharp} start {id} && {Ocisharp} delete --force {id} || exit 1; i=$((i+1)); done; echo $i"]).Within(s_bound).Start())];
        try
        {
            var (lists, states, seen) = Look(staying, coming, () => churn.All(c => c.HasExited));
            var rounds = churn.Sum(c => int.Parse(c.Finish().Succeeded().Text));
            Assert.That(seen, Is.Positive.And.LessThan(states), "the test does not look at the right moments");
            Tell($"{lists} times list and {states} times state ({seen} found the container) while {rounds} containers came and went");
        }
        finally
        {
            foreach (var command in churn) command.Dispose();
        }
    }

    private (int Lists, int States, int Seen) Look(string[] staying, string[] coming, Func<bool> done)
    {
        string[] possible = ["creating", "created", "running", "stopped"];
        int lists = 0, states = 0, seen = 0;
        while (!done())
        {
            _ = OurProcesses.Living();
            var list = Runtime.Execute("list", "--format", "json").Succeeded();
            lists++;
            Assert.That(list.Error, Is.Empty);
            var containers = (JsonNode.Parse(list.Output) as JsonArray ?? []).ToDictionary(c => (string)c!["id"]!, c => (string)c!["status"]!);
            foreach (var id in staying) Assert.That(containers.GetValueOrDefault(id), Is.EqualTo("running"), list.Output);
            Assert.That(containers.Keys, Is.SubsetOf(staying.Concat(coming)));
            Assert.That(containers.Values.Distinct(), Is.SubsetOf(possible));
            foreach (var id in coming)
            {
                var state = Runtime.Execute("state", id);
                states++;
                if (state.ExitCode != 0)
                {
                    state.Failed("does not exist");
                    continue;
                }

                seen++;
                Assert.That(state.Error, Is.Empty);
                var document = JsonNode.Parse(state.Output)!;
                Assert.That(possible, Has.Member((string)document["status"]!));
                if ((string)document["status"]! is "created" or "running") Assert.That((int)document["pid"]!, Is.Positive);
            }
        }

        return (lists, states, seen);
    }

    private string Sleeper() => NewBundle().Args("/bin/sleep", "100000").Write().Path;

    /// <summary>Runs a command of the shell for each id, 32 at a time; each has to succeed.</summary>
    private void All(string[] ids, string command) =>
        Reaping(new Command(Scratch, ["/usr/bin/xargs", "-P", "32", "-I", "ID", "/bin/sh", "-c", $"id=ID; {command} </dev/null || exit 255"]).Input(string.Join('\n', ids)).Within(s_bound)).Succeeded();

    /// <summary>Runs a command, and meanwhile reaps what it leaves, as an engine's monitor does.</summary>
    private static CommandResult Reaping(Command command)
    {
        using var running = command.Start();
        while (!running.HasExited)
        {
            _ = OurProcesses.Living();
            Thread.Sleep(20);
        }

        return running.Finish();
    }

    private static double Timed(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static void Tell(string figures) => TestContext.Out.WriteLine(figures);

    private static int Number(string name, int small, int all) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : s_all ? all : small;
}
