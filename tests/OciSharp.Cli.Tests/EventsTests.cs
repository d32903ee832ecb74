using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

[Parallelizable(ParallelScope.All)]
public class EventsTests
{
    [TestCase("5s", 5_000)]
    [TestCase("300ms", 300)]
    [TestCase("1m30s", 90_000)]
    [TestCase("1.5h", 5_400_000)]
    [TestCase("+2s", 2_000)]
    [TestCase("-2s", -2_000)]
    [TestCase("1us", 1)]
    [TestCase("1ns", 1)]
    [TestCase("0", 0)]
    [TestCase("0s", 0)]
    public void Durations_are_spelled_as_in_Go(string text, long milliseconds) => Assert.That(GoDuration.ParseMilliseconds(text), Is.EqualTo(milliseconds));

    [TestCase("")]
    [TestCase("5")]
    [TestCase("s")]
    [TestCase("5x")]
    [TestCase("5s3")]
    [TestCase("1.2.3s")]
    [TestCase("5 s")]
    [TestCase("9999999999999999999999h")]
    public void What_is_no_duration(string text) => Assert.That(GoDuration.ParseMilliseconds(text), Is.Null);

    [TestCase("--interval", "x", "invalid value \\\"x\\\" for flag -interval: parse error")]
    [TestCase("--interval", "0s", "duration interval must be greater than 0")]
    [TestCase("--interval", "-1s", "duration interval must be greater than 0")]
    [TestCase("--interval", "1s", "container with id one is not running")]
    [TestCase("--stats", "true", "container with id one is not running")]
    public void Errors_are_those_of_runc(string flag, string value, string text)
    {
        using var root = new TemporaryRoot();
        root.Add("one");
        (int code, _, string error) = Tool.Run("--root", root.Path, "events", $"{flag}={value}", "one");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain(text));
    }
}
