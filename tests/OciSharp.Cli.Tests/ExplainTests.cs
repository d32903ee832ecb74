namespace OciSharp.Cli.Tests;

public class ExplainTests
{
    private string _bundle = null!;

    [SetUp]
    public void MakeBundle()
    {
        _bundle = Directory.CreateTempSubdirectory("ocisharp-test-").FullName;
        Assert.That(Tool.Run("spec", "--bundle", _bundle).ExitCode, Is.Zero);
    }

    [TearDown]
    public void RemoveBundle() => Directory.Delete(_bundle, recursive: true);

    [Test]
    public void The_plan_goes_to_standard_output_without_colours_when_that_is_no_terminal()
    {
        (int exitCode, string output, string error) = Tool.Run("--rootless=false", "explain", "--bundle", _bundle, "my-container");
        Assert.That((exitCode, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith("What create and start would do").And.Contain("_ses.my-container").And.Not.Contain("\x1b"));
        Assert.That(output, Does.Contain("It would fail\n  - cannot take \"" + _bundle + "/rootfs\" from the host: no such file or directory; "), "there is none");
    }

    [TestCase("--for", "start")]
    [TestCase("--format", "yaml")]
    [TestCase("--process", "file")]
    public void Words_that_mean_nothing_are_refused(string flag, string value)
    {
        (int exitCode, string output, string error) = Tool.Run("explain", "--bundle", _bundle, flag, value);
        Assert.That((exitCode, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain(flag == "--process" ? "--for exec" : value));
    }

    [Test]
    public void A_bundle_that_is_not_there_is_refused_as_by_create()
    {
        string nowhere = $"{_bundle}/nowhere";
        string explained = Tool.Run("explain", "--bundle", nowhere).Error;
        Assert.That(explained, Does.Contain($"JSON specification file {nowhere}/config.json not found"));
    }
}
