using System.Globalization;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary><c>--log</c>, <c>--log-format</c>, <c>--debug</c>: go-runc, conmon and podman read these files.</summary>
public sealed class Logging : ContainerFixture
{
    [Test]
    public void An_error_in_json_is_one_object_and_on_standard_error_too()
    {
        var log = Scratch.Path + "/log.json";
        var result = Runtime.Execute("--log", log, "--log-format", "json", "state", "nothing").Failed("does not exist");
        var entry = JsonNode.Parse(File.ReadAllText(log))!;
        Assert.That((string)entry["level"]!, Is.EqualTo("error"));
        Assert.That((string)entry["msg"]!, Does.Contain("does not exist"));
        Assert.That(DateTimeOffset.TryParseExact((string)entry["time"]!, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), (string)entry["time"]!);
        Assert.That(result.Error, Does.Contain((string)entry["msg"]!));
    }

    [Test]
    public void An_error_in_text()
    {
        var log = Scratch.Path + "/log";
        Runtime.Execute("--log", log, "state", "nothing").Failed();
        Assert.That(File.ReadAllText(log), Does.Match("^time=\"[^\"]+\" level=error msg=\".*does not exist.*\"\n$"));
    }

    [Test]
    public void Without_a_file_the_log_is_standard_error()
    {
        Assert.That(Runtime.Execute("state", "nothing").Failed().Error, Does.Match("^time=\"[^\"]+\" level=error msg=\".*does not exist.*\"\n$"));
        Assert.That((string)JsonNode.Parse(Runtime.Execute("--log-format", "json", "state", "nothing").Failed().Error)!["level"]!, Is.EqualTo("error"));
    }

    [Test]
    public void The_file_is_appended_to()
    {
        var log = Scratch.NewFile("log", "before\n");
        Runtime.Execute("--log", log, "state", "nothing").Failed();
        Runtime.Execute("--log", log, "state", "nothing").Failed();
        Assert.That(File.ReadAllLines(log), Has.Length.EqualTo(3).And.Contain("before"));
    }

    [Test]
    public void Success_logs_nothing()
    {
        var log = Scratch.Path + "/log";
        Runtime.Execute("--log", log, "--log-format", "json", "run", "--bundle", NewBundle().Write().Path, Scratch.NewName()).Succeeded();
        Assert.That(!File.Exists(log) || File.ReadAllText(log).Length == 0, "a successful run logged something");
    }

    [Test]
    public void Debug_logs_more_and_each_line_is_an_object()
    {
        var log = Scratch.Path + "/log";
        Runtime.Execute("--debug", "--log", log, "--log-format", "json", "run", "--bundle", NewBundle().Write().Path, Scratch.NewName()).Succeeded();
        var levels = File.ReadAllLines(log).Select(l => (string)JsonNode.Parse(l)!["level"]!).ToList();
        Assert.That(levels, Is.Not.Empty.And.All.EqualTo("debug").Or.All.EqualTo("info"));
    }

    [Test]
    public void What_is_odd_in_a_message_is_escaped()
    {
        var result = Runtime.Execute("--log-format", "json", "create", "--bundle", NewBundle().Args("/no/\"such\"\n\ttool\u0001").Write().Path, Scratch.NewName());
        Assert.That(JsonNode.Parse(result.Failed().Error), Is.Not.Null);
    }

    [Test]
    public void An_unknown_format_is_refused() => Assert.That(Runtime.Execute("--log-format", "xml", "list").ExitCode, Is.EqualTo(1));

    [Test]
    public void A_file_that_cannot_be_opened_is_an_error() => Assert.That(Runtime.Execute("--log", Scratch.Path + "/no/such/log", "list").ExitCode, Is.EqualTo(1));
}
