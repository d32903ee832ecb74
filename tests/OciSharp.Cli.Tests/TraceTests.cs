using System.Text.Json.Nodes;

namespace OciSharp.Cli.Tests;

public class TraceTests
{
    private TemporaryRoot _root = null!;

    [SetUp]
    public void MakeRoot() => _root = new TemporaryRoot();

    [TearDown]
    public void RemoveRoot() => _root.Dispose();

    [TestCase("start")]
    [TestCase("delete")]
    [TestCase("exec", "/bin/true")]
    public void A_command_that_fails_is_traced_up_to_its_failure(string command, params string[] program)
    {
        string file = Path.Combine(_root.Path, "trace.json");
        (int exitCode, _, string error) = Tool.Run(["--root", _root.Path, command, "--trace", file, "no-such-container", .. program]);

        Assert.That(exitCode, Is.Not.Zero);
        JsonNode trace = JsonNode.Parse(File.ReadAllText(file))!;
        string reason = (string)trace["otherData"]!["error"]!;
        Assert.That(error, Does.Contain(reason.Replace("\"", "\\\"")));
        JsonNode last = trace["traceEvents"]!.AsArray()[^1]!;
        Assert.That(((string)last["args"]!["kind"]!, (string)last["args"]!["error"]!), Is.EqualTo(("find-container", reason)));

        (exitCode, string table, error) = Tool.Run("trace", file);
        Assert.That((exitCode, error), Is.EqualTo((0, "")));
        Assert.That(table, Does.StartWith($"ocisharp {command}: ").And.Contain($"\nfailed: {reason}\n").And.Contain("\nruntime, process ").And.Not.Contain("\x1b"));
    }

    [TestCase("")]
    [TestCase("{\"traceEvents\":[]}")]
    [TestCase("no json \u001b[2J")]
    public void What_is_no_trace_is_one_error(string text)
    {
        string file = Path.Combine(_root.Path, "trace.json");
        File.WriteAllText(file, text);
        (int exitCode, string output, string error) = Tool.Run("trace", file);
        Assert.That((exitCode, output), Is.EqualTo((1, "")));
        Assert.That(error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1));
        Assert.That(error, Does.Contain($"{file} is no trace: "));
    }
}
