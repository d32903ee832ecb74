namespace OciSharp.Integration;

/// <summary>runtime.md, "Kill"; signals that the runtime passes on, and the state in which they reach the process.</summary>
public sealed class Signals : ContainerFixture
{
    [TestCase("TERM", 15)]
    [TestCase("INT", 2)]
    [TestCase("HUP", 1)]
    [TestCase("QUIT", 3)]
    [TestCase("USR1", 10)]
    [TestCase("USR2", 12)]
    [TestCase("CONT", 18)]
    public void One_that_is_sent_to_run_reaches_the_process(string name, int number)
    {
        using var running = RunCommand(NewBundle($"trap 'echo got {name}; exit 42' {name}; echo ready; while :; do sleep 0.05; done")).Start();
        Wait.Until(() => running.Output.Contains("ready"), () => running.Error);
        running.Signal(number);
        Assert.That(running.Finish().Exited(42).Output, Does.Contain("got " + name));
    }

    [Test]
    public void A_caller_that_ignores_the_end_of_children_gets_the_exit_code()
    {
        RunCommand(NewBundle("exit 7")).After("trap '' CHLD;").Execute().Exited(7);
        var hook = Scratch.NewScript("exit 3");
        var failed = Runtime.Command("create", "--bundle", NewBundle().Hook("createRuntime", hook).Write().Path, Scratch.NewName()).After("trap '' CHLD;").Execute();
        failed.Failed("exit status 3");
        var container = RunDetached(NewBundle("exec sleep 1000"));
        Runtime.Command("exec", container.Id, "/bin/sh", "-c", "exit 8").After("trap '' CHLD;").Execute().Exited(8);
        container.Delete("--force").Succeeded();
    }

    [TestCase("TERM")]
    [TestCase("SIGUSR1")]
    [TestCase("usr2")]
    [TestCase("1")]
    [TestCase("15")]
    [TestCase("40")]
    public void Kill_takes_names_and_numbers(string signal)
    {
        var container = RunDetached(NewBundle("for s in 1 10 12 15 40; do trap \"echo got $s; exit 0\" $s; done; echo ready; while :; do sleep 0.05; done")).UntilOutput("ready");
        container.Kill(signal).Succeeded();
        container.UntilOutput("got ").Until("stopped");
    }

    [Test]
    public void Kill_sends_term_when_no_signal_is_named()
    {
        var container = RunDetached(NewBundle("trap 'echo got; exit 0' TERM; echo ready; while :; do sleep 0.05; done")).UntilOutput("ready");
        Runtime.Execute("kill", container.Id).Succeeded();
        container.UntilOutput("got").Until("stopped");
    }

    [TestCase("NONSENSE")]
    [TestCase("0x10")]
    [TestCase("-1")]
    [TestCase("99")]
    public void An_unknown_signal_is_refused(string signal)
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        Assert.That(Runtime.Execute("kill", container.Id, signal).ExitCode, Is.Not.Zero);
        Assert.That(container.Status, Is.EqualTo("running"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Kill_reaches_a_created_container()
    {
        var container = Create(NewBundle());
        container.Kill("KILL").Succeeded();
        container.Until("stopped");
        container.Delete().Succeeded();
    }

    [Test]
    public void None_is_ignored_or_blocked_inside()
    {
        var status = Inside.Parse(["s"], RunCommand(NewBundle(Inside.Script(["cat /proc/self/status"]))).After("trap '' HUP INT QUIT PIPE TERM USR1 USR2 CHLD;").Execute().Succeeded().Output).Status(0);
        Assert.That((status["SigIgn"], status["SigBlk"]), Is.EqualTo(("0000000000000000", "0000000000000000")));
    }

    [Test]
    public void Killing_run_does_not_kill_the_container()
    {
        var bundle = NewBundle("echo ready; exec sleep 1000").Write();
        var id = Scratch.NewName();
        using var running = Runtime.Command("run", "--bundle", bundle.Path, id).Start();
        Wait.Until(() => running.Output.Contains("ready"), () => running.Error);
        running.Signal(9);
        running.Finish().Exited(137);
        Assert.That(Runtime.Execute("state", id).Succeeded().Output, Does.Contain("\"running\""));
        Runtime.Execute("delete", "--force", id).Succeeded();
    }
}
