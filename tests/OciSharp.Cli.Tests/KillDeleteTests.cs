namespace OciSharp.Cli.Tests;

[Parallelizable(ParallelScope.All)]
public class KillDeleteTests
{
    [Test]
    public void Delete_of_an_unknown_container_is_an_error_unless_forced()
    {
        using var root = new TemporaryRoot();
        (int code, _, string error) = Tool.Run("--root", root.Path, "delete", "nope");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("does not exist"));
        Assert.That(Tool.Run("--root", root.Path, "delete", "--force", "nope"), Is.EqualTo((0, "", "")));
        Assert.That(Tool.Run("--root", root.Path, "delete", "nope", "-f"), Is.EqualTo((0, "", "")));
    }

    [Test]
    public void Delete_by_regular_expression_takes_those_that_match()
    {
        using var root = new TemporaryRoot();
        foreach (string id in new[] { "web-1", "web-22", "db-1" })
            root.Add(id);
        Assert.That(Tool.Run("--root", root.Path, "delete", "--regex", "^web-[0-9]+$|^none$"), Is.EqualTo((0, "", "")));
        Assert.That(Tool.Run("--root", root.Path, "list", "-q").Output, Is.EqualTo("db-1\n"));
        Assert.That(Tool.Run("--root", root.Path, "delete", "--regex", "none"), Is.EqualTo((0, "", "")));
    }

    [Test]
    public void A_broken_regular_expression_is_an_error()
    {
        (int code, _, string error) = Tool.Run("delete", "--regex", "(");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("is no regular expression: unmatched ( or"));
    }

    [TestCase("is stopped, or never was: \"container not running\"", "one")]
    public void Kill_of_a_stopped_container_says_what_engines_look_for(string why, string id)
    {
        using var root = new TemporaryRoot();
        root.Add(id);
        (int code, _, string error) = Tool.Run("--root", root.Path, "kill", id, "KILL");
        Assert.That(code, Is.EqualTo(1), why);
        Assert.That(error, Does.Contain("container not running"));
    }

    [Test]
    public void Kill_by_regular_expression_tells_each_failure()
    {
        using var root = new TemporaryRoot();
        root.Add("one");
        root.Add("two");
        (int code, _, string error) = Tool.Run("--root", root.Path, "kill", "--regex", "o", "KILL");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Match("one: .*container not running.*; two: .*container not running"));
    }

    [TestCase("FOO")]
    [TestCase("65")]
    public void An_unknown_signal_is_an_error(string signal)
    {
        using var root = new TemporaryRoot();
        root.Add("one");
        (int code, _, string error) = Tool.Run("--root", root.Path, "kill", "one", signal);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain($"unknown signal \\\"{signal}\\\""));
    }
}
