using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>Texts that a container or an image chose, in what we print: they steer no terminal, and make no line that looks like one of ours.</summary>
[Differs("crun", "crun 1.8.1 prints names as they are")]
public sealed class Output : ContainerFixture
{
    /// <summary>Clears the screen, sets the title, goes back to the beginning of the line and begins another one.</summary>
    private const string Evil = "\u001b[2J\u001b]0;owned\u0007\r\u009b31m\u202etime=\"2026\" level=error msg=\"forged\"";

    [Test]
    [Differs("runc", "what turns the direction of text is printed as it is")]
    public void Names_and_arguments_of_processes_in_ps()
    {
        var container = RunDetached(NewBundle("printf '\\033]0;x\\007\\n1 FORGED' > /proc/self/comm; echo ready; sleep 1000; true").Args("/bin/sh", "-c", "printf '\\033[2J' > /proc/self/comm; echo ready; sleep 1000; true", Evil, "line\n  1 forged")).UntilOutput("ready");
        var table = Runtime.Execute("ps", container.Id).Succeeded();
        Harmless(table.Output);
        Assert.That(table.Lines, Has.Length.EqualTo(3), "a header and two processes");
    }

    [TestCase("run")]
    [TestCase("exec")]
    public void The_name_of_a_program_that_is_not_there(string command)
    {
        var result = command == "run" ? Run(NewBundle().Args("/bin/" + Evil)) : Runtime.Execute("exec", RunDetached(NewBundle("exec sleep 1000")).Id, "/bin/" + Evil);
        Assert.That(result.ExitCode, Is.Not.Zero);
        OneLine(result);
    }

    /// <summary>A link of the image's is named in the message by the path of the configuration, or escaped.</summary>
    [Test]
    public void The_name_of_a_file_of_the_image_that_cannot_be_copied()
    {
        var bundle = NewBundle();
        var directory = bundle.Rootfs + "/data/" + Evil.Replace("/", "");
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(directory + "/" + Evil, new byte[1 << 20]);
        var result = Run(bundle.Mount("/data", "tmpfs", "tmpfs", "tmpcopyup", "size=64k"));
        Assert.That(result.ExitCode, Is.Not.Zero);
        OneLine(result);
    }

    [TestCase("mounts")]
    [TestCase("cwd")]
    [TestCase("hostname")]
    [TestCase("cgroupsPath")]
    [Differs("runc", "a cgroup's path is cleaned, not refused")]
    public void What_the_configuration_says(string property)
    {
        var bundle = NewBundle();
        File.CreateSymbolicLink(bundle.Rootfs + "/loop", "loop");
        if (property == "mounts") bundle.Mount("/loop/" + Evil, "tmpfs", "tmpfs");
        if (property == "cwd") bundle.WithProcess("cwd", "/loop/" + Evil);
        if (property == "hostname") bundle.Edit(c => c["hostname"] = Evil + new string('x', 64));
        if (property == "cgroupsPath") bundle.WithLinux("cgroupsPath", $"/{Scratch.Marker}{Evil}/../{Scratch.Marker}");
        OneLine(FailToCreate(bundle).Failed());
    }

    [Test]
    public void What_a_hook_says()
    {
        var hook = Scratch.NewScript("printf '\\033[2J\\r\\ntime=x level=error msg=forged\\n' >&2; exit 1");
        OneLine(FailToCreate(NewBundle().Hook("createRuntime", hook)).Failed());
    }

    [Test]
    [Differs("runc", "annotations are not escaped further than JSON demands, and the bundle in the table of list not at all")]
    public void Annotations_and_the_bundle_in_documents_and_tables()
    {
        var bundle = new Bundle($"{Scratch.Path}/{Evil.Replace("/", "")}\n0 forged").Script("exec sleep 1000").Annotation("a\n" + Evil, Evil + "\n\"}]").Annotation("..", "../../etc").Annotation("/", "/");
        var container = RunDetached(bundle);
        var state = Runtime.Execute("state", container.Id).Succeeded();
        var annotations = JsonNode.Parse(state.Output)!["annotations"]!;
        Assert.That((string)annotations["a\n" + Evil]!, Is.EqualTo(Evil + "\n\"}]"), "a document says what was said");
        Assert.That((string)annotations[".."]!, Is.EqualTo("../../etc"));
        Harmless(state.Output);
        Harmless(Runtime.Execute("list", "--format", "json").Succeeded().Output);
        var table = Runtime.Execute("list").Succeeded();
        Harmless(table.Output);
        Assert.That(table.Lines, Has.Length.EqualTo(2), "a header and one container");
    }

    /// <summary>An error is one line, in the log too, and every line of the log is ours.</summary>
    private static void OneLine(CommandResult result)
    {
        Harmless(result.Error);
        Assert.That(result.Error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1), result.Error);
    }

    private static void Harmless(string text)
    {
        Assert.That(text.Where(c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is '\u202e').Select(c => (int)c).Distinct(), Is.Empty, text.Replace("\u001b", "ESC"));
    }
}
