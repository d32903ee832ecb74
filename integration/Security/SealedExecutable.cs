using System.Security.Cryptography;

namespace OciSharp.Security;

/// <summary>CVE-2019-5736: what runs in a container never writes to the host's executable of the runtime. What enters a container runs from a read-only clone of it.</summary>
public sealed class SealedExecutable : ContainerFixture
{
    /// <summary>These tests attack a copy: were the attack to succeed, the machine's own runtime would be gone.</summary>
    private string _copy = "", _checksum = "";

    [SetUp]
    public void Copy()
    {
        _copy = $"{Scratch.Path}/{Path.GetFileName(RuntimeUnderTest.Path)}";
        File.Copy(RuntimeUnderTest.Path, _copy);
        _checksum = Checksum();
    }

    [TearDown]
    public void Compare()
    {
        if (_copy.Length > 0 && File.Exists(_copy)) Assert.That(Checksum(), Is.EqualTo(_checksum), "the host's executable has been written to");
    }

    [TestCase("/proc/self/exe", "--version")]
    [TestCase("/proc/1/exe", "init")]
    public void As_the_program_to_be_run(params string[] args)
    {
        // Whatever this executes, it can be opened for writing neither while it runs nor afterwards.
        _ = Execute("run", NewBundle().Args(args));
    }

    [Test]
    public void As_the_interpreter_of_a_script()
    {
        var bundle = NewBundle().File("/script", "#!/proc/self/exe\n").Args("/script");
        _ = Execute("run", bundle);
    }

    [Test]
    public void A_descriptor_of_init_s_executable_that_outlives_it_cannot_be_written_to()
    {
        var bundle = NewBundle("exec sleep 1000").Write();
        var id = Scratch.NewName();
        Execute("create", bundle, id).Succeeded();
        var state = Command("state", id).Execute().Succeeded();
        var pid = (int)System.Text.Json.Nodes.JsonNode.Parse(state.Output)!["pid"]!;
        Assert.That(new FileInfo($"/proc/{pid}/exe").LinkTarget, Is.Not.Null);
        // Even root on the host, who has the descriptor that a process inside could have got, is refused.
        var script = $"exec 5</proc/{pid}/exe; \"$@\" || exit 9; while [ \"$(tr '\\0' ' ' < /proc/{pid}/cmdline)\" != 'sleep 1000 ' ]; do sleep 0.01; done; echo overwritten > /proc/self/fd/5 && echo written";
        var attack = new Command(Scratch, ["/bin/sh", "-c", script, "sh", _copy, "--root", Scratch.StateRoot, "start", id]).Execute();
        Assert.That(attack.Output, Does.Not.Contain("written"), attack.ToString());
        Assert.That(attack.ExitCode, Is.Not.EqualTo(9));
        Command("delete", "--force", id).Execute().Succeeded();
    }

    [Test]
    public void A_process_inside_that_waits_for_init_s_executable_gets_nothing_to_write_to()
    {
        // One container shares its pid namespace with a second one: it sees that one's init while it is still the runtime's.
        var hunter = NewBundle("""
            echo hunting
            while :; do
              for p in /proc/[0-9]*; do
                case "$(readlink $p/exe 2>/dev/null)" in
                  ""|/bin/busybox|*busybox) ;;
                  *) { sleep 0.3; echo overwritten > /proc/self/fd/7 && echo WRITTEN; } 7<$p/exe 2>/dev/null ;;
                esac
              done
            done
            """).WithProcess("noNewPrivileges", false);
        foreach (var set in (string[])["bounding", "effective", "permitted"])
        {
            foreach (var name in (string[])["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN"]) hunter.Process["capabilities"]![set]!.AsArray().Add(name);
        }

        var first = Scratch.NewName();
        using var running = Command("run", "--bundle", hunter.Write().Path, first).Start();
        Wait.Until(() => running.Output.Contains("hunting"), () => running.Error);
        var pid = (int)System.Text.Json.Nodes.JsonNode.Parse(Command("state", first).Execute().Output)!["pid"]!;
        var prey = NewBundle().Namespace("pid", $"/proc/{pid}/ns/pid").Write();
        for (var i = 0; i < 10; i++) Execute("run", prey).Succeeded();
        var second = Scratch.NewName();
        Execute("create", prey, second).Succeeded();
        Thread.Sleep(1000);
        Command("start", second).Execute().Succeeded();
        Thread.Sleep(500);
        Assert.That(running.Output, Does.Not.Contain("WRITTEN"));
        _ = Command("delete", "--force", second).Execute();
        // The kernel ends the first one's pid namespace when all in it are reaped: the prey's init is our child.
        _ = OurProcesses.Living();
        _ = Command("delete", "--force", first).Execute(); // which run, in the foreground, may be doing too
        _ = running.Finish();
    }

    private CommandResult Execute(string command, Bundle bundle, string? id = null) => Command(command, "--bundle", bundle.Write().Path, id ?? Scratch.NewName()).Execute();

    private Command Command(params string[] arguments) => new(Scratch, [_copy, "--root", Scratch.StateRoot, .. arguments]);

    private string Checksum() => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_copy)));
}
