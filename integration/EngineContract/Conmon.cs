using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OciSharp.EngineContract;

/// <summary>What conmon, podman, CRI-O and buildah do.</summary>
public sealed class Conmon : ContainerFixture
{
    [Test]
    public void Create_as_conmon_writes_it()
    {
        using var socket = new ConsoleSocket(Scratch);
        var id = Scratch.NewName();
        var bundle = NewBundle("echo out").WithProcess("terminal", true).Write();
        var pidFile = Scratch.Path + "/pidfile";
        Runtime.Execute("create", "--bundle", bundle.Path, "--pid-file", pidFile, "--no-new-keyring", "--console-socket", socket.Path, id).Succeeded();
        Assert.That(File.ReadAllText(pidFile), Does.Match("^[0-9]+$"));
        using var terminal = Pty.OfMaster(socket.Receive().Descriptors.Single());
        Runtime.Execute("start", id).Succeeded();
        terminal.Until("out\n");
        Wait.Until(() => Runtime.Execute("state", id).Output.Contains("\"stopped\""), () => "it does not stop");
        Runtime.Execute("delete", "--force", id).Succeeded();
    }

    [Test]
    public void State_and_others_with_an_empty_environment()
    {
        var container = Create(NewBundle("exec sleep 1000"));
        foreach (var arguments in (string[][])[["state", container.Id], ["start", container.Id], ["kill", container.Id, "KILL"], ["delete", "--force", container.Id]])
        {
            Runtime.Command(arguments).Through("env", "-i", $"XDG_RUNTIME_DIR={Scratch.Temporary}").Execute().Succeeded();
        }
    }

    [TestCase("/no/such/tool", 127)]
    [TestCase("nosuchtool", 127)]
    [TestCase("/etc/passwd", 126)]
    [TestCase("/", 126)]
    public void Podman_reads_the_whole_log_as_one_object_and_finds_its_exit_code_in_the_text(string program, int code)
    {
        var log = Scratch.Path + "/oci-log";
        var bundle = NewBundle().Args(program);
        File.SetUnixFileMode(bundle.Rootfs + "/etc/passwd", UnixFileMode.UserRead);
        Runtime.Execute("--log-format=json", "--log", log, "create", "--bundle", bundle.Write().Path, "--pid-file", Scratch.Path + "/pid", Scratch.NewName()).Failed();
        var message = (string)JsonNode.Parse(File.ReadAllText(log))!["msg"]!;
        var denied = Regex.IsMatch(message, "(?i)permission denied|operation not permitted");
        var missing = Regex.IsMatch(message, "(?i)executable file not found in|no such file or directory");
        Assert.That(denied ? 126 : missing ? 127 : 0, Is.EqualTo(code), message);
    }

    [Test]
    public void A_warning_does_not_spoil_the_one_object()
    {
        var log = Scratch.Path + "/oci-log";
        var bundle = NewBundle().Args("/no/such/tool");
        bundle.Process["capabilities"]!["bounding"]!.AsArray().Add("CAP_SYS_ADMIN");
        Runtime.Execute("--log-format=json", "--log", log, "create", "--bundle", bundle.Write().Path, Scratch.NewName()).Failed();
        Assert.That(File.ReadAllLines(log), Has.Length.EqualTo(1));
    }

    [TestCase("SIGTERM")]
    [TestCase("TERM")]
    [TestCase("15")]
    public void Cri_o_names_signals(string signal)
    {
        var container = RunDetached(NewBundle("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done")).UntilOutput("ready");
        container.Kill(signal).Succeeded();
        container.Until("stopped");
    }

    [Test]
    public void Cri_o_kills_all_with_a_short_flag()
    {
        var container = RunDetached(NewBundle("sleep 1000 & exec sleep 1001"));
        Runtime.Execute("kill", "-a", container.Id, "9").Succeeded();
        container.Until("stopped");
    }

    [Test]
    public void Buildah_polls_after_start_and_sees_running_or_stopped_only()
    {
        for (var i = 0; i < 5; i++)
        {
            var container = Create(NewBundle("sleep 0.05; exit 3"));
            var pid = container.Pid;
            container.Start().Succeeded();
            var seen = new HashSet<string>();
            while (!seen.Contains("stopped")) seen.Add(container.Status);
            Assert.That(seen, Is.SubsetOf((string[])["running", "stopped"]));
            int? code = null;
            Wait.Until(() => (code = Libc.TryWait(pid)) is not null, () => "init is not the caller's child");
            Assert.That(code, Is.EqualTo(3));
            container.Delete().Succeeded();
        }
    }

    [Test]
    public void Flags_may_be_written_with_an_equals_sign_or_a_single_dash()
    {
        var id = Scratch.NewName();
        var bundle = NewBundle("exec sleep 1000").Write();
        Runtime.Execute("create", $"--bundle={bundle.Path}", $"-pid-file={Scratch.Path}/pid", "--no-pivot=false", id).Succeeded();
        Runtime.Execute("delete", "-f", id).Succeeded();
    }
}
