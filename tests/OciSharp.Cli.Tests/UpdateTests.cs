using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

[Parallelizable(ParallelScope.All)]
public class UpdateTests
{
    [TestCase("0", 0)]
    [TestCase("4096", 4096)]
    [TestCase("1b", 1)]
    [TestCase("2k", 2048)]
    [TestCase("64M", 64L << 20)]
    [TestCase("64mb", 64L << 20)]
    [TestCase("64MiB", 64L << 20)]
    [TestCase("64 MB", 64L << 20)]
    [TestCase("1.5g", 3L << 29)]
    [TestCase(".5k", 512)]
    [TestCase("2T", 2L << 40)]
    [TestCase("1p", 1L << 50)]
    public void Sizes_are_spelled_as_for_runc(string text, long bytes) => Assert.That(ByteSize.Parse(text), Is.EqualTo(bytes));

    [TestCase("")]
    [TestCase("k")]
    [TestCase("-5")]
    [TestCase("-2m")]
    [TestCase(" 5m")]
    [TestCase("12x")]
    [TestCase("12kk")]
    [TestCase("12bb")]
    [TestCase("12ib")]
    [TestCase("12  k")]
    [TestCase("1.2.3")]
    [TestCase("1,5g")]
    [TestCase("9999999999999999999999")]
    [TestCase("8192p")]
    public void What_is_no_size(string text) => Assert.That(ByteSize.Parse(text), Is.Null);

    [TestCase("--memory", "12x", "invalid value for memory: invalid size: '12x'")]
    [TestCase("--memory-swap", "-2", "invalid value for memory-swap: invalid size: '-2'")]
    [TestCase("--cpu-quota", "abc", "invalid value for cpu-quota: parsing \\\"abc\\\": invalid syntax")]
    [TestCase("--cpu-period", "-1", "invalid value for cpu-period: parsing \\\"-1\\\": invalid syntax")]
    [TestCase("--cpu-share", "0x100", "invalid value for cpu-share")]
    [TestCase("--pids-limit", "x", "invalid value \\\"x\\\" for flag -pids-limit: parse error")]
    [TestCase("--blkio-weight", "-1", "invalid value for blkio-weight")]
    [TestCase("--resources", "/no/such/file", "no such file or directory")]
    public void A_wrong_value_is_refused_by_its_name(string flag, string value, string text)
    {
        using var root = new TemporaryRoot();
        root.Add("one");
        (int code, _, string error) = Tool.Run("--root", root.Path, "update", $"{flag}={value}", "one");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain(text));
    }

    [Test]
    public void Standard_input_without_a_document_is_refused()
    {
        using var root = new TemporaryRoot();
        root.Add("one");
        (int code, _, string error) = Tool.Run("--root", root.Path, "update", "--resources", "-", "one");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("standard input cannot be used"));
    }

    [Test]
    public void A_stopped_container_is_refused_in_the_words_of_runc()
    {
        using var root = new TemporaryRoot();
        root.Add("one");
        (int code, _, string error) = Tool.Run("--root", root.Path, "update", "--memory", "1g", "one");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("container not running"));
    }
}
