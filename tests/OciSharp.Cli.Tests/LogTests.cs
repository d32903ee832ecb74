using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OciSharp.Runtime;
using OciSharp.Runtime.Logging;

namespace OciSharp.Cli.Tests;

public class LogTests
{
    private string _file = "";

    [SetUp]
    public void MakeFile() => _file = Path.Combine(Path.GetTempPath(), $"ocisharp-log-{Guid.NewGuid():N}");

    [TearDown]
    public void RemoveFile() => File.Delete(_file);

    [Test]
    public void A_line_of_text_is_as_logrus_writes_it()
    {
        Write(LogFormat.Text, log => log.Failed("container \"a\"\\b does not exist"));
        Assert.That(File.ReadAllText(_file), Does.Match("""^time="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ" level=error msg="container \\"a\\"\\\\b does not exist"\n$"""));
    }

    [Test]
    public void A_word_is_not_quoted()
    {
        Write(LogFormat.Text, log => log.Failed("/a/b-c"));
        Assert.That(File.ReadAllText(_file), Does.EndWith(" level=error msg=/a/b-c\n"));
    }

    [Test]
    public void A_line_of_JSON_is_one_object_with_the_three_keys_of_runc()
    {
        const string Reason = "a \"quoted\" path\\with\n\t\e[31mé\u202e<&>\ud83d\ude00";
        Write(LogFormat.Json, log => log.Failed(Reason));
        string line = File.ReadAllText(_file);
        Assert.That(line, Does.Match("""^\{"level":"error","msg":"[^\n\x1b]*","time":"[^"]*"\}\n$"""));
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.That(json.RootElement.GetProperty("msg").GetString(), Is.EqualTo(Reason));
        Assert.That(json.RootElement.GetProperty("time").GetDateTime(), Is.EqualTo(DateTime.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void What_a_container_chose_cannot_steer_a_terminal_nor_forge_a_line()
    {
        Assert.That(LogEscape.Line("a\e]0;x\a\nb\r\tc\x7f\u0085\u202ed"), Is.EqualTo(@"a\x1b]0;x\x07\nb\r\tc\x7f\u0085\u202ed"));
        Write(LogFormat.Text, log => log.Failed("x\ntime=now level=error msg=forged"));
        Assert.That(File.ReadAllLines(_file), Has.Length.EqualTo(1));
    }

    [Test]
    public void Lines_are_appended_to_what_is_there()
    {
        File.WriteAllText(_file, "before\n");
        Write(LogFormat.Text, log => log.Failed("after"));
        Assert.That(File.ReadAllText(_file), Does.Match("^before\ntime=.* msg=after\n$"));
    }

    [Test]
    public void A_prefix_names_the_kind_of_target()
    {
        using (RuntimeLog log = RuntimeLog.Open($"file:{_file}", LogFormat.Text, LogLevel.Information))
            log.Failed("x");
        Assert.That(File.Exists(_file), Is.True);
        Assert.That(() => RuntimeLog.Open("/nonexistent/log", LogFormat.Text, LogLevel.Information), Throws.TypeOf<ContainerException>().With.Message.StartsWith("cannot open the log /nonexistent/log: no such file or directory"));
    }

    [TestCase(LogLevel.Error, 1)]
    [TestCase(LogLevel.Warning, 2)]
    [TestCase(LogLevel.Information, 3)]
    [TestCase(LogLevel.Debug, 4)]
    public void Messages_below_the_level_are_left_out(LogLevel level, int lines)
    {
        Write(LogFormat.Json, LogOneOfEach, level);
        Assert.That(File.ReadAllLines(_file), Has.Length.EqualTo(lines));
    }

    [Test]
    public void The_logging_library_is_not_touched_before_there_is_something_to_log()
    {
        FieldInfo factory = typeof(RuntimeLog).GetField("_factory", BindingFlags.Instance | BindingFlags.NonPublic)!;
        using RuntimeLog log = RuntimeLog.Open(_file, LogFormat.Json, LogLevel.Information);
        log.FailedAt("a debug message");
        Assert.That(factory.GetValue(log), Is.Null);
        log.Failed("an error");
        Assert.That(factory.GetValue(log), Is.Not.Null);
    }

    [Test]
    public void Levels_have_the_names_of_logrus()
    {
        Write(LogFormat.Text, LogOneOfEach, LogLevel.Debug);
        Assert.That(File.ReadAllLines(_file).Select(line => Regex.Match(line, "level=([a-z]+)").Groups[1].Value), Is.EqualTo(new[] { "error", "warning", "info", "debug" }));
    }

    [Test]
    public void A_terminal_gets_the_short_form_in_colour()
    {
        using var terminal = new PseudoTerminal();
        using (RuntimeLog log = RuntimeLog.Open(terminal.Path, LogFormat.Text, LogLevel.Information))
            log.Failed("container does not exist\e[2J");
        Assert.That(terminal.ReadLine(), Is.EqualTo("\e[31mERRO\e[0m[0000] container does not exist\\x1b[2J              \r\n"));
    }

#pragma warning disable CA2254 // The messages of these tests are constants.
    private static void LogOneOfEach(ILogger log)
    {
        log.LogError("e");
        log.LogWarning("w");
        log.LogInformation("i");
        log.LogDebug("d");
    }
#pragma warning restore CA2254

    private void Write(LogFormat format, Action<ILogger> write, LogLevel level = LogLevel.Information)
    {
        using RuntimeLog log = RuntimeLog.Open(_file, format, level);
        write(log);
    }
}
