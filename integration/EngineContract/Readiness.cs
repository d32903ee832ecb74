namespace OciSharp.EngineContract;

/// <summary>NOTIFY_SOCKET: systemd, and podman with <c>--sdnotify=container</c>, want to be told when the container's program is ready.</summary>
public sealed class Readiness : ContainerFixture
{
    private NotifyReceiver _manager = null!;

    [SetUp]
    public void Listen() => _manager = new NotifyReceiver(Scratch);

    [TearDown]
    public void Close() => _manager.Dispose();

    [Test]
    public void The_program_has_a_socket_of_its_own() => AssertSocket("022");

    [Test]
    [Differs("runc", "the program is not the user whose umask the runtime has; runc 1.1.5 shuts it out")]
    public void The_caller_s_umask_shuts_nobody_out() => AssertSocket("077");

    private void AssertSocket(string umask)
    {
        const string look = "echo $NOTIFY_SOCKET; stat -c '%F %a' $NOTIFY_SOCKET; stat -c %a /run/notify; grep ' /run/notify ' /proc/self/mountinfo | cut -d' ' -f6; echo done; exec sleep 1000";
        var id = Scratch.NewName();
        using var running = Runtime.Command("run", "--bundle", NewBundle(look).User(12, 34).Write().Path, id).Environment("NOTIFY_SOCKET", _manager.Variable).After($"umask {umask};").Start();
        Wait.Until(() => running.Output.Contains("done"), () => running.Output + running.Error);
        var lines = running.Output.Split('\n');
        Assert.That(lines[..3], Is.EqualTo((string[])["/run/notify/notify.sock", "socket 777", "755"]));
        Assert.That(lines[3].Split(','), Is.SupersetOf((string[])["ro", "nosuid", "nodev", "noexec"]));
        NotifyReceiver.Say(new Container(Runtime, id, running.Streams).Pid, "READY=1");
        AssertTold(running.Pid);
        Runtime.Execute("delete", "--force", id).Succeeded();
        running.Finish().Exited(137);
    }

    [Test]
    public void Start_waits_until_the_program_is_ready()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        using var start = Starting(container);
        NotifyReceiver.Say(container.Pid, "STATUS=not yet");
        Thread.Sleep(200);
        Assert.That((start.HasExited, _manager.IsEmpty), Is.EqualTo((false, true)));
        NotifyReceiver.Say(container.Pid, "READY=1\nSTATUS=now");
        AssertTold(container.Pid);
        _ = Barrier();
        start.Finish().Succeeded();
        Assert.That(container.Status, Is.EqualTo("running"));
    }

    [Test]
    public void Run_detached_waits_too()
    {
        var id = Scratch.NewName();
        using var run = Runtime.Command("run", "--detach", "--bundle", NewBundle("exec sleep 1000").Write().Path, id).Environment("NOTIFY_SOCKET", _manager.Variable).Start();
        var container = new Container(Runtime, id, run.Streams);
        Wait.Until(() => Runtime.Execute("state", id).Output.Contains("\"running\""), () => run.Error);
        var pid = container.Pid;
        Assert.That(run.HasExited, Is.False);
        NotifyReceiver.Say(pid, "READY=1");
        AssertTold(pid);
        _ = Barrier();
        run.Finish().Succeeded();
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Run_in_the_foreground_stays()
    {
        var id = Scratch.NewName();
        using var run = Runtime.Command("run", "--bundle", NewBundle("while [ ! -e /go ]; do sleep 0.02; done; exit 7").Write().Path, id).Environment("NOTIFY_SOCKET", _manager.Variable).Start();
        Wait.Until(() => Runtime.Execute("state", id).Output.Contains("\"running\""), () => run.Error);
        var pid = new Container(Runtime, id, run.Streams).Pid;
        NotifyReceiver.Say(pid, "READY=1");
        AssertTold(run.Pid); // the service manager's own child, which ends as the container does
        File.WriteAllText($"/proc/{pid}/root/go", "");
        run.Finish().Exited(7);
    }

    [Test]
    [Differs("runc", "a container whose init has ended is stopped; runc 1.1.5 waits until somebody has reaped it")]
    public void A_program_that_ends_without_being_ready_ends_the_waiting()
    {
        var container = Created(NewBundle("sleep 0.3"));
        using var start = Starting(container);
        start.Finish().Succeeded();
        Assert.That(_manager.IsEmpty);
    }

    [Test]
    [Differs("runc", "as above")]
    public void A_container_that_is_not_ready_is_open_to_other_commands()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        using var start = Starting(container);
        Wait.Until(() => container.Status == "running", () => start.Error);
        Runtime.Command("pause", container.Id).Within(TimeSpan.FromSeconds(10)).Execute().Succeeded();
        Runtime.Command("resume", container.Id).Within(TimeSpan.FromSeconds(10)).Execute().Succeeded();
        container.Kill("KILL").Succeeded();
        start.Finish().Succeeded();
    }

    [Test]
    public void In_a_user_namespace()
    {
        var container = Created(NewBundle("stat -c %F $NOTIFY_SOCKET; exec sleep 1000").UserNamespace());
        using var start = Starting(container);
        NotifyReceiver.Say(container.Pid, "READY=1");
        AssertTold(container.Pid);
        _ = Barrier();
        start.Finish().Succeeded();
        container.UntilOutput("socket");
    }

    [Test]
    public void A_manager_with_an_abstract_address()
    {
        using var manager = new NotifyReceiver(Scratch, isAbstract: true);
        var container = Create(NewBundle("exec sleep 1000"), manager.Variable);
        using var start = Runtime.Command("start", container.Id).Environment("NOTIFY_SOCKET", manager.Variable).Start();
        NotifyReceiver.Say(container.Pid, "READY=1");
        Assert.That(manager.Receive().TrimEnd('\n'), Is.EqualTo("READY=1"));
        Assert.That(manager.Receive().TrimEnd('\n'), Is.EqualTo($"MAINPID={container.Pid}"));
        if (RuntimeUnderTest.Name == "ocisharp") Assert.That(manager.Receive(), Is.EqualTo("BARRIER=1"));
        start.Finish().Succeeded();
    }

    /// <summary>The manager looks up who sent a message: a sender that has ended is nobody.</summary>
    [Test]
    [Differs("runc", "sd_notify_barrier(3); runc 1.1.5 ends at once, later ones wait as we do")]
    public void Start_ends_when_the_manager_has_taken_the_message()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        using var start = Starting(container);
        NotifyReceiver.Say(container.Pid, "READY=1");
        Wait.Until(() => !_manager.IsEmpty, () => start.Error);
        Thread.Sleep(300);
        Assert.That(start.HasExited, Is.False);
        AssertTold(container.Pid);
        Assert.That(_manager.Receive(), Is.EqualTo("BARRIER=1"));
        start.Finish().Succeeded();
    }

    [Test]
    [Differs("runc", "sd_notify(3): a message is a list of lines in any order; runc 1.1.5 looks at its start")]
    public void Ready_may_stand_on_any_line()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        using var start = Starting(container);
        NotifyReceiver.Say(container.Pid, "STATUS=now\nREADY=1\n");
        AssertTold(container.Pid);
        _ = Barrier();
        start.Finish().Succeeded();
    }

    /// <summary>Neither what is no message, nor what only the manager's own may say: another main process, descriptors to be stored.</summary>
    [Test]
    [Differs("runc", "runc 1.1.5 passes all of a message on that begins with READY=")]
    public void Nothing_else_that_the_program_says_is_passed_on()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        using var start = Starting(container);
        foreach (var message in (string[])["", "\n", "\0", "READY", new string('x', 100_000), "MAINPID=1\nFDSTORE=1\nBARRIER=1\nERRNO=5\nSTOPPING=1\n\nready=1"]) NotifyReceiver.Say(container.Pid, message);
        for (var i = 0; i < 1000; i++) NotifyReceiver.Say(container.Pid, $"STATUS={i}");
        NotifyReceiver.Say(container.Pid, "READY=1\nMAINPID=1\nSTOPPING=1\n");
        AssertTold(container.Pid);
        _ = Barrier();
        start.Finish().Succeeded();
        Assert.That(_manager.IsEmpty);
    }

    [Test]
    [Differs("runc", "runtime.md, Errors: a failed start has no effect; runc 1.1.5 fails after the program has begun")]
    public void Without_a_manager_start_fails_and_the_container_stays_created()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        Runtime.Command("start", container.Id).Environment("NOTIFY_SOCKET", Scratch.Path + "/nobody.sock").Execute().Failed("nobody.sock");
        Assert.That(container.Status, Is.EqualTo("created"));
        container.Start().Succeeded();
    }

    [Test]
    public void Nobody_who_wants_to_be_told_is_not_waited_for() => Created(NewBundle("exec sleep 1000")).Start().Succeeded();

    [Test]
    public void A_further_process_has_no_socket()
    {
        var container = Created(NewBundle("exec sleep 1000"));
        container.Start().Succeeded();
        Assert.That(Runtime.Command("exec", container.Id, "/bin/sh", "-c", "echo \"<$NOTIFY_SOCKET>\"").Execute().Succeeded().Text, Is.EqualTo("<>"));
    }

    private Container Created(Bundle bundle) => Create(bundle, _manager.Variable);

    private Container Create(Bundle bundle, string variable)
    {
        var id = Scratch.NewName();
        using var create = Runtime.Command("create", "--bundle", bundle.Write().Path, id).Environment("NOTIFY_SOCKET", variable).Start();
        create.Finish().Succeeded();
        return new Container(Runtime, id, create.Streams);
    }

    private RunningCommand Starting(Container container) => Runtime.Command("start", container.Id).Environment("NOTIFY_SOCKET", _manager.Variable).Start();

    private void AssertTold(int pid)
    {
        Assert.That(_manager.Receive().TrimEnd('\n'), Is.EqualTo("READY=1"));
        Assert.That(_manager.Receive().TrimEnd('\n'), Is.EqualTo($"MAINPID={pid}"));
    }

    /// <summary>Takes the barrier, for which only some runtimes wait.</summary>
    private string Barrier() => RuntimeUnderTest.Name == "runc" ? "" : _manager.Receive();
}
