namespace OciSharp.Integration;

/// <summary>runtime-linux.md, "File descriptors": the three standard ones, and those that are passed on purpose.</summary>
public sealed class Stdio : ContainerFixture
{
    [Test]
    public void Standard_input_output_and_error_are_the_caller_s()
    {
        var result = RunCommand(NewBundle("cat; echo error >&2; exit 4")).Input("from the caller").Execute();
        Assert.That((result.Output, result.Error, result.ExitCode), Is.EqualTo(("from the caller", "error\n", 4)));
    }

    [Test]
    public void Through_pipes_a_large_amount_is_complete()
    {
        var pipeline = $"seq 1 200000 | \"$@\" | md5sum";
        var bundle = NewBundle("cat").Write();
        var sum = new Command(Scratch, ["/bin/sh", "-c", pipeline, "sh", RuntimeUnderTest.Path, "--root", Scratch.StateRoot, "run", "--bundle", bundle.Path, Scratch.NewName()]).Execute();
        Assert.That(sum.Text, Is.EqualTo(new Command(Scratch, ["/bin/sh", "-c", "seq 1 200000 | md5sum"]).Execute().Text));
    }

    [Test]
    public void Closed_ones_do_not_break_anything()
    {
        var mark = Scratch.NewFile("mark");
        File.SetUnixFileMode(mark, (UnixFileMode)0x1b6);
        foreach (var closed in (string[])["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
        {
            var bundle = NewBundle("echo ran >> /mark").Mount("/mark", mark, null, "bind");
            Assert.That(RunCommand(bundle).Redirect(closed).Execute().ExitCode, Is.Zero, closed);
        }

        Assert.That(File.ReadAllLines(mark), Has.Length.EqualTo(4));
    }

    /// <summary>Else the next descriptor that is opened takes the number: the runtime's own sockets and files.</summary>
    [Test]
    [Differs("runc", "a descriptor that the caller closed is /dev/null for the process; runc 1.1.5 makes a pipe of which it holds the other end")]
    public void Closed_ones_are_the_null_device()
    {
        var mark = Scratch.NewFile("mark");
        File.SetUnixFileMode(mark, (UnixFileMode)0x1b6);
        foreach (var closed in (string[])["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
        {
            File.WriteAllText(mark, "");
            var bundle = NewBundle("exec 9>>/mark; for fd in 0 1 2; do is=$(stat -L -c %t:%T /proc/$$/fd/$fd); echo $is >&9; done; all=$(ls /proc/$$/fd); echo $all >&9")
                .User(1000, 1000).Mount("/mark", mark, null, "bind");
            RunCommand(bundle).Redirect(closed).Execute().Succeeded();
            var lines = File.ReadAllLines(mark);
            foreach (var fd in closed.Split(' ').Select(c => c[0] - '0')) Assert.That(lines[fd], Is.EqualTo("1:3"), $"{closed}: {fd}");
            Assert.That(lines[3], Does.Match("^0 1 2 .*9$"), closed);
        }
    }

    [Test]
    public void Output_that_nobody_takes_goes_nowhere_else()
    {
        var container = Create(NewBundle());
        foreach (var command in (string[])["state", "ps", "delete"])
        {
            Runtime.Command(command, container.Id).Redirect("0<&- 1>&- 2>&-").Execute().Succeeded();
        }

        Assert.That(Runtime.Execute("state", container.Id).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void A_user_may_open_them_again()
    {
        var result = RunCommand(NewBundle("echo one >> /dev/stdout; echo two >> /dev/stderr").User(1000, 1000)).Execute().Succeeded();
        Assert.That(result.Output + result.Error, Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public void The_host_s_null_device_keeps_its_owner()
    {
        var before = OfNull();
        RunCommand(NewBundle().User(1000, 1000)).Execute().Succeeded();
        Assert.That(OfNull(), Is.EqualTo(before));

        string OfNull() => new Command(Scratch, ["/usr/bin/stat", "-c", "%u %g %a %t:%T", "/dev/null"]).Execute().Succeeded().Text;
    }

    [Test]
    public void No_other_descriptor_is_passed()
    {
        var file = Scratch.NewFile("leak");
        var result = RunCommand(ListDescriptors()).Redirect($"3<{file} 5<{file} 9<{file}").Execute().Succeeded();
        Assert.That(result.Lines, Is.EqualTo((string[])["0", "1", "2", "3"]), "3 is that of ls");
    }

    [Test]
    public void The_waiting_init_of_a_created_container_keeps_none_of_the_caller_s()
    {
        var file = Scratch.NewFile("leak");
        var bundle = NewBundle("exec sleep 1000").Write();
        var id = Scratch.NewName();
        Runtime.Command("create", "--bundle", bundle.Path, id).Redirect($"5<{file}").Execute().Succeeded();
        var pid = (int)System.Text.Json.Nodes.JsonNode.Parse(Runtime.Execute("state", id).Output)!["pid"]!;
        Assert.That(Directory.GetFiles($"/proc/{pid}/fd").Select(f => new FileInfo(f).LinkTarget), Does.Not.Contain(file));
        Runtime.Execute("start", id).Succeeded();
        Wait.Until(() => OurProcesses.Read(pid)?.CommandLine == "sleep 1000", () => "the process was not started");
        Assert.That(Directory.GetFiles($"/proc/{pid}/fd").Select(Path.GetFileName).Order(), Is.EqualTo((string[])["0", "1", "2"]));
        Runtime.Execute("delete", "--force", id).Succeeded();
    }

    [TestCase("/proc/self/fd")]
    [TestCase("/dev/fd")]
    public void A_directory_of_the_host_cannot_be_reached_by_a_descriptor(string directory) =>
        Assert.That(Look($"for fd in {directory}/*; do [ -d $fd/ ] && readlink $fd; done")[0], Is.EqualTo("").Or.StartsWith("/proc/"));

    [Test]
    public void Preserved_ones()
    {
        var one = Scratch.NewFile("one", "first");
        var two = Scratch.NewFile("two", "second");
        string[] flags = ["--preserve-fds", "2"];
        Assert.That(RunCommand(ListDescriptors(), flags).Redirect($"3<{one} 4<{two} 5<{one}").Execute().Succeeded().Lines, Has.Length.EqualTo(6), "0 to 4, and that of ls");
        Assert.That(RunCommand(NewBundle("cat <&3; cat <&4"), flags).Redirect($"3<{one} 4<{two} 5<{one}").Execute().Succeeded().Output, Is.EqualTo("firstsecond"));
    }

    [Test]
    [Differs("runc", "a descriptor that the caller has not opened cannot be passed; runc 1.1.5 passes one of its own")]
    public void One_to_be_preserved_that_is_not_open_is_refused() => Run(NewBundle(), "--preserve-fds", "1").Failed();

    [TestCase(0, "")]
    [TestCase(1, "second")]
    public void Socket_activation(int preserved, string content)
    {
        var one = Scratch.NewFile("one", "first");
        var two = Scratch.NewFile("two", "second");
        string[] flags = ["--preserve-fds", $"{preserved}"];
        const string listen = "export LISTEN_FDS=1 LISTEN_PID=$$;";
        Assert.That(RunCommand(ListDescriptors(), flags).After(listen).Redirect($"3<{one} 4<{two}").Execute().Succeeded().Lines, Has.Length.EqualTo(5 + preserved));
        var result = RunCommand(NewBundle("echo $LISTEN_FDS $LISTEN_PID $$; cat <&3; [ -e /dev/fd/4 ] && cat <&4"), flags).After(listen).Redirect($"3<{one} 4<{two}").Execute();
        Assert.That(result.Output, Is.EqualTo("1 1 1\nfirst" + content));
    }

    private Bundle ListDescriptors() => NewBundle().Args("/bin/ls", "/proc/self/fd");
}
