using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config.md, "Process" (terminal, consoleSize) and the terminals of engines: <c>--console-socket</c>.</summary>
public sealed class Terminal : ContainerFixture
{
    [Test]
    public void In_the_foreground_the_container_has_a_terminal_of_its_own()
    {
        var result = RunOn(out var received, WithTerminal("tty; test -t 0 -a -t 1 -a -t 2 && echo all; stat -c '%F %a' /dev/console; echo by tty > /dev/tty; grep -c ' /dev/console ' /proc/self/mountinfo; exit 7"));
        result.Exited(7);
        Assert.That(received.Split('\n'), Does.Contain("/dev/pts/0").And.Contain("all").And.Contain("by tty").And.Contain("1"));
        Assert.That(received, Does.Match("character special file 6[0-9][0-9]"));
    }

    [Test]
    [Differs("runc", "a terminal in raw mode would show stairs, and one that is not two carriage returns: each line end is translated once; runc 1.1.5 sets that up while the process runs already")]
    public void A_line_feed_becomes_carriage_return_and_line_feed_once_and_in_the_caller_s_terminal()
    {
        using var terminal = new Pty();
        using var running = RunCommand(WithTerminal("echo first; echo second; stty -a")).On(terminal).Start();
        running.Finish().Succeeded();
        terminal.Drain();
        Assert.That(terminal.Received, Does.StartWith("first\r\nsecond\r\n").And.Contain("-onlcr"));
    }

    [Test]
    public void What_is_typed_arrives_and_control_c_is_a_signal_inside()
    {
        using var terminal = new Pty();
        using var running = RunCommand(WithTerminal("trap 'echo interrupted; exit 9' INT; echo ready; read line; echo \"<$line>\"; echo waiting; while :; do sleep 0.05; done")).On(terminal).Start();
        terminal.Until("ready").Type("hello\n");
        terminal.Until("<hello>").Until("waiting").Type("\x03");
        terminal.Until("interrupted");
        running.Finish().Exited(9);
    }

    [Test]
    public void End_of_file_is_passed_on()
    {
        using var terminal = new Pty();
        using var running = RunCommand(WithTerminal("echo ready; cat; echo ended")).On(terminal).Start();
        terminal.Until("ready").Type("x\n\x04");
        running.Finish().Succeeded();
        terminal.Until("ended");
    }

    [Test]
    public void The_size_is_that_of_the_caller_s_terminal_and_follows_it()
    {
        using var terminal = new Pty(rows: 31, columns: 97);
        using var running = RunCommand(WithTerminal("until stty size 2>/dev/null; do sleep 0.02; done; trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done")).On(terminal).Start();
        terminal.Until("ready");
        Assert.That(terminal.Text, Does.Contain("31 97"));
        terminal.Resize(40, 120);
        terminal.Until("40 120");
        running.Finish().Succeeded();
    }

    [Test]
    [Differs("runc", "a program reads the size when it starts; runc 1.1.5 sets it while the process runs already")]
    public void The_size_is_there_from_the_beginning()
    {
        using var terminal = new Pty(rows: 31, columns: 97);
        using var running = RunCommand(NewBundle().WithProcess("terminal", true).Args("/bin/stty", "size")).On(terminal).Start();
        terminal.Until("31 97");
        running.Finish().Succeeded();
    }

    [Test]
    public void The_caller_s_terminal_is_as_before_in_the_end()
    {
        using var terminal = new Pty();
        var before = Settings(terminal);
        using (var running = RunCommand(WithTerminal("echo ready; read line; exit 3")).On(terminal).Start())
        {
            terminal.Until("ready");
            Assert.That(Settings(terminal), Is.Not.EqualTo(before), "while it runs the terminal is raw");
            terminal.Type("\n");
            running.Finish().Exited(3);
        }

        Assert.That(Settings(terminal), Is.EqualTo(before), "after an ordinary end");
        using (var running = RunCommand(WithTerminal("echo again; exec sleep 1000")).On(terminal).Start())
        {
            terminal.Until("again");
            running.Signal(15);
            Thread.Sleep(100);
            Runtime.Execute("kill", Path.GetFileName(Directory.GetDirectories(Scratch.StateRoot).Single()), "KILL");
            running.Finish().Exited(137);
        }

        Assert.That(Settings(terminal), Is.EqualTo(before), "after a signal");
        using (var running = RunCommand(WithTerminal("").Args("/no/such/program")).On(terminal).Start()) running.Finish().Exited(1);
        Assert.That(Settings(terminal), Is.EqualTo(before), "after an error");
    }

    [Test]
    public void A_large_output_is_complete()
    {
        RunOn(out var received, WithTerminal("seq 1 50000")).Succeeded();
        Assert.That(received.Count(c => c == '\n'), Is.EqualTo(50000));
    }

    [Test]
    public void Console_size()
    {
        var bundle = WithTerminal("stty size").WithProcess("consoleSize", new JsonObject { ["height"] = 33, ["width"] = 111 });
        using var socket = new ConsoleSocket(Scratch);
        var container = Create(bundle, "--console-socket", socket.Path);
        using var terminal = Pty.OfMaster(socket.Receive().Descriptors.Single());
        container.Start().Succeeded();
        terminal.Until("33 111");
        container.Until("stopped");
    }

    [Test]
    public void Without_a_terminal_the_console_size_is_ignored() =>
        Run(NewBundle().WithProcess("consoleSize", new JsonObject { ["height"] = 33, ["width"] = 111 })).Succeeded();

    [Test]
    public void The_console_socket_gets_one_message_with_one_descriptor_and_a_name()
    {
        using var socket = new ConsoleSocket(Scratch);
        var container = Create(WithTerminal("echo out; read x; echo \"<$x>\"; for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done"), "--console-socket", socket.Path);
        var message = socket.Receive();
        Assert.That(message.Descriptors, Has.Count.EqualTo(1));
        Assert.That(message.Payload.Length, Is.InRange(1, 4095));
        Assert.That(message.EndOfFileFollows, "more follows the first message");
        using var terminal = Pty.OfMaster(message.Descriptors[0]);
        Assert.That(terminal.Text, Is.Empty);
        container.Start().Succeeded();
        terminal.Until("out\n").Type("typed\n");
        terminal.Until("<typed>\n/dev/pts/0\n/dev/pts/0\n/dev/pts/0\n");
        container.Until("stopped");
    }

    [Test]
    public void With_a_console_socket_nothing_of_the_caller_s_streams_is_held()
    {
        using var socket = new ConsoleSocket(Scratch);
        var container = Create(WithTerminal("exec sleep 1000"), "--console-socket", socket.Path);
        using var terminal = Pty.OfMaster(socket.Receive().Descriptors.Single());
        container.Start().Succeeded();
        Wait.Until(() => OurProcesses.Read(container.Pid)?.CommandLine == "sleep 1000", () => "the process was not started");
        var descriptors = Directory.GetFiles($"/proc/{container.Pid}/fd").Select(f => new FileInfo(f).LinkTarget);
        Assert.That(descriptors, Is.EqualTo((string[])["/dev/pts/0", "/dev/pts/0", "/dev/pts/0"]));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void The_terminal_belongs_to_the_user()
    {
        using var socket = new ConsoleSocket(Scratch);
        var container = Create(WithTerminal("stat -c %u /dev/pts/0; echo x > /dev/stdout && echo opened").User(1000, 1000), "--console-socket", socket.Path);
        using var terminal = Pty.OfMaster(socket.Receive().Descriptors.Single());
        container.Start().Succeeded();
        terminal.Until("1000\nx\nopened");
        container.Until("stopped");
    }

    [Test]
    public void In_a_user_namespace()
    {
        using var socket = new ConsoleSocket(Scratch);
        var container = Create(WithTerminal("tty; stat -c %u /dev/pts/0; echo x > /dev/tty").UserNamespace(), "--console-socket", socket.Path);
        using var terminal = Pty.OfMaster(socket.Receive().Descriptors.Single());
        container.Start().Succeeded();
        terminal.Until("/dev/pts/0\n0\nx\n");
        container.Until("stopped");
    }

    [Test]
    public void A_console_that_the_image_brings_is_not_followed()
    {
        var victim = Scratch.NewFile("victim", "untouched");
        var bundle = WithTerminal("stat -c %F /dev/console").WithoutMount("/dev").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        File.CreateSymbolicLink(bundle.Rootfs + "/dev/console", "../../../../../../../../.." + victim);
        RunOn(out var received, bundle);
        Assert.That(File.ReadAllText(victim), Is.EqualTo("untouched"));
        Assert.That(MountInfo.OfThisProcess().Select(m => m.MountPoint), Does.Not.Contain(victim));
    }

    [Test]
    public void Create_with_a_terminal_and_without_a_socket_is_refused() =>
        FailToCreate(WithTerminal("")).Failed("cannot allocate tty if", "without setting console socket");

    [Test]
    public void A_socket_without_a_terminal_is_refused()
    {
        using var socket = new ConsoleSocket(Scratch);
        FailToCreate(NewBundle(), "--console-socket", socket.Path).Failed("cannot use console socket if");
    }

    [Test]
    public void A_socket_that_nobody_listens_on_is_refused() => FailToCreate(WithTerminal(""), "--console-socket", Scratch.Path + "/nothing").Failed("no such file or directory");

    private Bundle WithTerminal(string script) => NewBundle(script).WithProcess("terminal", true);

    private CommandResult RunOn(out string received, Bundle bundle)
    {
        using var terminal = new Pty();
        using var running = RunCommand(bundle).On(terminal).Start();
        var result = running.Finish();
        terminal.Drain();
        received = terminal.Text;
        return result;
    }

    private string Settings(Pty terminal) => new Command(Scratch, ["/bin/stty", "-g"]).InputFrom(terminal.Path).Execute().Succeeded().Text;
}
