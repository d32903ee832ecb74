using System.Text.RegularExpressions;

namespace OciSharp.Integration;

/// <summary>runtime.md, "Operations".</summary>
public sealed class Lifecycle : ContainerFixture
{
    [Test]
    public void Created_then_running_then_stopped()
    {
        var container = Create(NewBundle("echo ran; sleep 1000"));
        Assert.That(container.Status, Is.EqualTo("created"));
        Assert.That(container.Output, Is.Empty, "create ran the user's program");
        container.Start().Succeeded();
        container.UntilOutput("ran");
        Assert.That(container.Status, Is.EqualTo("running"));
        container.Kill("KILL").Succeeded();
        container.Until("stopped");
        container.Delete().Succeeded();
        Runtime.Execute("state", container.Id).Failed("does not exist");
    }

    [Test]
    public void Init_is_a_child_of_whoever_adopts_orphans_and_tells_it_its_exit_code()
    {
        var container = Create(NewBundle("exit 23"));
        var pid = container.Pid;
        container.Start().Succeeded();
        int? code = null;
        Wait.Until(() => (code = Libc.TryWait(pid)) is not null, () => "the process is not our child, or did not end");
        Assert.That(code, Is.EqualTo(23));
        Assert.That(container.Status, Is.EqualTo("stopped"));
    }

    [Test]
    public void A_created_container_survives_the_death_of_its_creator()
    {
        var bundle = NewBundle("echo ran").Write();
        var id = Scratch.NewName();
        // The shell and its whole session end before the container is started.
        new Command(Scratch, ["/usr/bin/setsid", "--wait", "/bin/sh", "-c", $"{RuntimeUnderTest.Path} --root {Scratch.StateRoot} create --bundle {bundle.Path} {id} >{Scratch.Path}/out 2>&1; kill -9 0"]).Execute();
        Runtime.Execute("start", id).Succeeded();
        Wait.Until(() => File.ReadAllText(Scratch.Path + "/out") == "ran\n", () => File.ReadAllText(Scratch.Path + "/out"));
    }

    [Test]
    public void Start_of_what_is_not_created_is_refused_and_has_no_effect()
    {
        var container = RunDetached(NewBundle("echo ran; exec sleep 1000")).UntilOutput("ran");
        container.Start().Failed();
        Assert.That((container.Status, container.Output), Is.EqualTo(("running", "ran\n")));
        container.Kill("KILL").Succeeded();
        container.Until("stopped");
        container.Start().Failed();
        Assert.That(container.Status, Is.EqualTo("stopped"));
    }

    [Test]
    public void Kill_of_what_is_stopped_is_refused()
    {
        var container = RunDetached(NewBundle()).Until("stopped");
        container.Kill("TERM").Failed("container not running");
    }

    [Test]
    public void Delete_of_what_runs_is_refused_and_has_no_effect()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        container.Delete().Failed($"cannot delete container {container.Id} that is not stopped: running");
        Assert.That(container.Status, Is.EqualTo("running"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Delete_of_what_is_created_ends_it()
    {
        var container = Create(NewBundle());
        var pid = container.Pid;
        container.Delete().Succeeded();
        Assert.That(OurProcesses.Lives(pid), Is.False);
    }

    [TestCase("state")]
    [TestCase("start")]
    [TestCase("kill")]
    [TestCase("delete")]
    public void An_unknown_id_is_an_error(string command) => Runtime.Execute(command, Scratch.NewName()).Failed("does not exist");

    [Test]
    public void Delete_force_of_an_unknown_id_is_none() => Runtime.Execute("delete", "--force", Scratch.NewName()).Succeeded();

    [TestCase("create")]
    [TestCase("run")]
    [TestCase("state")]
    [TestCase("start")]
    [TestCase("kill")]
    [TestCase("delete")]
    public void A_missing_id_is_an_error(string command) => Assert.That(Runtime.Execute(command).ExitCode, Is.EqualTo(1));

    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("../x")]
    [TestCase("a b")]
    [TestCase("a\nb")]
    [TestCase("ü")]
    [TestCase("")]
    public void An_id_that_is_no_name_is_refused(string id)
    {
        Runtime.Execute("create", "--bundle", NewBundle().Write().Path, id).Failed();
        Assert.That(Directory.GetFileSystemEntries(Scratch.StateRoot), Is.Empty);
    }

    [Test]
    public void An_id_may_have_letters_digits_and_some_signs()
    {
        var id = Scratch.NewName() + "_Az09+-.";
        Runtime.Execute("create", "--bundle", NewBundle().Write().Path, id).Succeeded();
        Assert.That(Runtime.Execute("state", id).Succeeded().Output, Does.Contain(id));
        Runtime.Execute("delete", id).Succeeded();
    }

    [Test]
    public void An_id_that_is_taken_is_refused_and_the_container_is_left_alone()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        var pid = container.Pid;
        Runtime.Execute("create", "--bundle", NewBundle().Write().Path, container.Id).Failed("already exists");
        Runtime.Execute("run", "--bundle", NewBundle().Write().Path, container.Id).Failed("already exists");
        Assert.That((container.Status, container.Pid), Is.EqualTo(("running", pid)));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void A_deleted_id_can_be_used_again()
    {
        var bundle = NewBundle().Write();
        var id = Scratch.NewName();
        for (var i = 0; i < 3; i++)
        {
            Runtime.Execute("create", "--bundle", bundle.Path, id).Succeeded();
            Runtime.Execute("delete", id).Succeeded();
        }
    }

    [Test]
    public void Changes_of_the_configuration_after_create_have_no_effect()
    {
        var bundle = NewBundle("echo before").Edit(c => c["hostname"] = "before");
        var container = Create(bundle);
        bundle.Script("echo after").Edit(c => c["hostname"] = "after").Hook("poststop", "/bin/false").Write();
        container.Start().Succeeded();
        container.UntilOutput("before").Until("stopped");
        container.Delete().Succeeded();
    }

    [Test]
    public void The_bundle_may_be_gone_when_it_is_deleted()
    {
        var bundle = NewBundle();
        var container = RunDetached(bundle).Until("stopped");
        Directory.Delete(bundle.Path, recursive: true);
        container.Delete().Succeeded();
    }

    [Test]
    public void Init_that_was_killed_from_outside_is_stopped()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        _ = Libc.kill(container.Pid, 9);
        container.Until("stopped");
        Assert.That((int?)container.State()["pid"] ?? 0, Is.Zero);
        container.Delete().Succeeded();
    }

    [Test]
    public void A_pid_that_was_given_to_another_process_is_not_taken_for_ours()
    {
        var container = RunDetached(NewBundle()).Until("stopped");
        Thread.Sleep(50); // The kernel tells in hundredths of a second when a process began.
        using var stranger = new Command(Scratch, ["/bin/sleep", "1000"]).Start();
        // The record says which process it was, by more than its pid: here another one has got that.
        var edits = 0;
        foreach (var file in Directory.GetFiles($"{Scratch.StateRoot}/{container.Id}", "*.json"))
        {
            var record = File.ReadAllText(file);
            var edited = Regex.Replace(record, "(\"[a-z_]*[pP]id\": *)([2-9]|[0-9]{2,})", $"${{1}}{stranger.Pid}");
            if (edited != record) edits++;
            File.WriteAllText(file, edited);
        }

        Assert.That(edits, Is.Positive, "no pid in the records: the test has to learn its name");
        Assert.That(container.Status, Is.EqualTo("stopped"));
        container.Kill("KILL").Failed();
        container.Delete("--force").Succeeded();
        Assert.That(stranger.HasExited, Is.False, "a process that is not the container's was killed");
    }

    [Test]
    public void Run_deletes_the_container_in_the_end_unless_it_is_to_be_kept()
    {
        var bundle = NewBundle("exit 5").Write();
        var id = Scratch.NewName();
        Runtime.Execute("run", "--bundle", bundle.Path, id).Exited(5);
        Runtime.Execute("state", id).Failed("does not exist");
        Runtime.Execute("run", "--keep", "--bundle", bundle.Path, id).Exited(5);
        Assert.That(Runtime.Execute("state", id).Succeeded().Output, Does.Contain("\"stopped\""));
        Runtime.Execute("delete", id).Succeeded();
    }

    [Test]
    public void The_bundle_is_the_working_directory_by_default()
    {
        var bundle = NewBundle("echo ran").Write();
        Assert.That(Runtime.Command("run", Scratch.NewName()).Directory(bundle.Path).Execute().Succeeded().Text, Is.EqualTo("ran"));
        Assert.That(Runtime.Command("run", "-b", Path.GetFileName(bundle.Path), Scratch.NewName()).Directory(Scratch.Path).Execute().Succeeded().Text, Is.EqualTo("ran"));
    }

    [Test]
    [Differs("runc", "runtime.md, Start: \"Attempting to start a container that is not created … MUST generate an error\"; the second of two at the same time hangs in runc 1.1.5")]
    public void Commands_at_the_same_time_are_serialised()
    {
        for (var round = 0; round < 5; round++)
        {
            var container = Create(NewBundle("exec sleep 1000"));
            using var first = Runtime.Command("start", container.Id).Start();
            using var second = Runtime.Command("start", container.Id).Start();
            using var third = Runtime.Command("state", container.Id).Start();
            int[] codes = [first.Finish().ExitCode, second.Finish().ExitCode];
            Assert.That(codes.Order(), Is.EqualTo((int[])[0, 1]), "one of two starts has to fail");
            third.Finish().Succeeded();
            using var delete = Runtime.Command("delete", "--force", container.Id).Start();
            using var again = Runtime.Command("delete", "--force", container.Id).Start();
            using var kill = Runtime.Command("kill", container.Id, "KILL").Start();
            delete.Finish().Succeeded();
            again.Finish().Succeeded();
            _ = kill.Finish();
            Runtime.Execute("state", container.Id).Failed("does not exist");
        }
    }

    [Test]
    [Differs("runc", "runtime.md, Create: if the id is not unique, \"a new container MUST NOT be created\"; in runc 1.1.5 the loser removes the state of the winner")]
    public void Of_two_creates_of_one_id_at_the_same_time_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var bundles = (Bundle[])[NewBundle("echo 1").Write(), NewBundle("echo 2").Write()];
            var id = Scratch.NewName();
            var commands = bundles.Select(b => Runtime.Command("create", "--bundle", b.Path, id).Start()).ToArray();
            var codes = commands.Select(c => c.Finish().ExitCode).ToArray();
            foreach (var command in commands) command.Dispose();
            Assert.That(codes.Order(), Is.EqualTo((int[])[0, 1]));
            Assert.That(Runtime.Execute("state", id).Succeeded().Output, Does.Contain(bundles[Array.IndexOf(codes, 0)].Path));
            Runtime.Execute("delete", "--force", id).Succeeded();
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("{ \"id\": ")]
    [Differs("runc", "what a crash left cannot be used, and has to be removable; runc 1.1.5 keeps a state.json that it cannot read")]
    public void What_a_crash_left_of_the_state_is_removed_by_delete_force(string? state)
    {
        var id = Scratch.NewName();
        var directory = Directory.CreateDirectory($"{Scratch.StateRoot}/{id}").FullName;
        if (state is not null) File.WriteAllText(directory + "/state.json", state);
        _ = Runtime.Execute("list").Succeeded();
        _ = Runtime.Execute("delete", "--force", id);
        Assert.That(Directory.Exists(directory), Is.False);
        Runtime.Execute("create", "--bundle", NewBundle().Write().Path, id).Succeeded();
        Runtime.Execute("delete", "--force", id).Succeeded();
    }

    [Test]
    [Differs("runc", "not a matter of the specification: its init keeps some megabytes")]
    public void A_container_that_waits_for_its_start_has_next_to_no_memory_of_its_own()
    {
        var container = Create(NewBundle("exec sleep 1000"));
        var kibibytes = File.ReadLines($"/proc/{container.Pid}/smaps_rollup").Where(line => line.StartsWith("Private_"))
            .Sum(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.That(kibibytes, Is.LessThanOrEqualTo(512));
    }
}
