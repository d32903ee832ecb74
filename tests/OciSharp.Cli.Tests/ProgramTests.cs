using System.Text.Json;
using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Tests;

[Parallelizable(ParallelScope.All)]
public class ProgramTests
{
    [TestCase("--version")]
    [TestCase("-v")]
    [TestCase("-version")]
    [TestCase("--root", "/nonexistent", "--version", "list")]
    public void The_version_has_the_lines_that_engines_parse(params string[] words)
    {
        (int code, string output, string error) = Tool.Run(words);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match(@"^ocisharp version \d+\.\d+\.\d+\S*\ncommit: \S+\nspec: 1\.3\.0\n$"));
        Assert.That(error, Is.Empty);
    }

    [TestCase]
    [TestCase("--help")]
    [TestCase("-h")]
    [TestCase("help")]
    public void Without_a_command_there_is_help(params string[] words)
    {
        Assert.That(Tool.Run(words), Is.EqualTo((0, HelpText.OfProgram(new GlobalFlags()), "")));
    }

    [TestCase("spec", "--help")]
    [TestCase("spec", "-h")]
    [TestCase("help", "spec")]
    [TestCase("--debug", "spec", "too", "many", "--help")]
    public void A_command_has_help(params string[] words)
    {
        Assert.That(Tool.Run(words), Is.EqualTo((0, HelpText.OfCommand(CommandTable.Find("spec")!), "")));
    }

    [TestCase("Incorrect Usage. flag needs an argument: -root\n", "flag needs an argument: -root", "--root")]
    [TestCase("Incorrect Usage. flag provided but not defined: -bogus\n", "flag provided but not defined: -bogus", "--bogus", "list")]
    [TestCase("Incorrect Usage: flag needs an argument: -bundle\n", "flag needs an argument: -bundle", "spec", "--bundle")]
    [TestCase("Incorrect Usage.\n", "ocisharp: \\\"features\\\" requires exactly 0 argument(s)", "features", "x")]
    [TestCase("", "unknown command \\\"checkpointt\\\": see ocisharp --help", "checkpointt", "--help")]
    [TestCase("", "invalid log-format: xml", "--log-format", "xml", "features")]
    [TestCase("", "cannot open the log /nonexistent/log: no such file or directory: name another with --log, or leave it out", "--log", "/nonexistent/log", "features")]
    public void A_mistake_shows_the_help_and_is_logged(string output, string message, params string[] words)
    {
        (int code, string actual, string error) = Tool.Run(words);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(actual, output.Length == 0 ? Is.Empty : Does.StartWith(output).And.Contain("\nUSAGE:\n"));
        Assert.That(error, Does.Match("^time=\"[^\"]*\" level=error msg=").And.EndWith($"\"{message}\"\n"));
    }

    [Test]
    public void An_error_in_a_log_file_is_one_object_and_also_a_line_on_standard_error()
    {
        string log = Path.GetTempFileName();
        try
        {
            (int code, string output, string error) = Tool.Run("--log", log, "--log-format", "json", "spec", "--bundle", "/nonexistent");
            Assert.That((code, output, error), Is.EqualTo((1, "", "make /nonexistent/config.json: no such file or directory\n")));
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(log));
            Assert.That(json.RootElement.GetProperty("level").GetString(), Is.EqualTo("error"));
            Assert.That(json.RootElement.GetProperty("msg").GetString(), Is.EqualTo("make /nonexistent/config.json: no such file or directory"));
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Test]
    public void State_is_printed_as_runc_prints_it()
    {
        using var root = new TemporaryRoot();
        root.Add("one", new("org.example.b", "<&>"), new("org.example.a", ""));
        const string Expected = """
            {
              "ociVersion": "1.3.0",
              "id": "one",
              "pid": 0,
              "status": "stopped",
              "bundle": "/bundles/größer",
              "rootfs": "/bundles/größer/rootfs",
              "created": "2026-01-02T03:04:05.6789012Z",
              "annotations": {
                "org.example.b": "<&>",
                "org.example.a": ""
              },
              "owner": ""
            }
            """;
        Assert.That(Tool.Run("--root", root.Path, "state", "one"), Is.EqualTo((0, Expected, "")));
    }

    [Test]
    public void An_unknown_container_does_not_exist()
    {
        using var root = new TemporaryRoot();
        (int code, string output, string error) = Tool.Run("--root", root.Path, "state", "nope");
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain("container does not exist")); // podman and go-runc look for "does not exist"
    }

    [Test]
    public void A_mistake_of_ours_is_called_one()
    {
        Assert.That(Program.Reason(new InvalidOperationException("x")), Is.EqualTo("internal error: InvalidOperationException: x"));
        Assert.That(Program.Reason(new InsufficientMemoryException()), Does.StartWith("there is not enough memory: ").And.Contain("ulimit"));
        Assert.That(Program.Reason(new ContainerException("container does not exist: x")), Is.EqualTo("container does not exist: x"));
    }

    [TestCase("cgroup-manager", "--cgroup-manager", "cgroups")]
    [TestCase("-rootless", "--rootless", "maybe")]
    [TestCase("-root", "--root", "")]
    public void A_global_flag_with_a_value_that_there_is_not_is_an_error(string expected, params string[] words)
    {
        (int code, string output, string error) = Tool.Run([.. words, "state", "x"]);
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain("invalid ").And.Contain(expected));
    }

    [Test]
    public void Spec_writes_a_configuration_and_never_over_another()
    {
        DirectoryInfo bundle = Directory.CreateTempSubdirectory("ocisharp-spec-");
        try
        {
            Assert.That(Tool.Run("spec", "--bundle", bundle.FullName), Is.EqualTo((0, "", "")));
            string config = Path.Combine(bundle.FullName, "config.json");
            string written = File.ReadAllText(config);
            Assert.That(written, Does.StartWith("{\n\t\"ociVersion\": \"1.3.0\",\n"));
            (int code, _, string error) = Tool.Run("spec", "--bundle", bundle.FullName, "--rootless");
            Assert.That(code, Is.EqualTo(1));
            Assert.That(error, Does.Contain("the file exists; remove it first"));
            Assert.That(File.ReadAllText(config), Is.EqualTo(written));
            Assert.That(Tool.Run("spec", "-b", bundle.FullName, "-f", "other.json", "--rootless").ExitCode, Is.Zero);
            Assert.That(File.ReadAllText(Path.Combine(bundle.FullName, "other.json")), Does.Contain("\"user\""));
        }
        finally
        {
            bundle.Delete(recursive: true);
        }
    }
}
