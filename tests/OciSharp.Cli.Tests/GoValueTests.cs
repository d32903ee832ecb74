using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

public class GoValueTests
{
    [TestCase("0", 0)]
    [TestCase("+12", 12)]
    [TestCase("-12", -12)]
    [TestCase("0x1F", 31)]
    [TestCase("0b101", 5)]
    [TestCase("0o17", 15)]
    [TestCase("017", 15)]
    [TestCase("2147483647", int.MaxValue)]
    public void Integers_are_spelled_as_in_Go(string text, int value) => Assert.That(GoValue.ParseInt(text, out _), Is.EqualTo(value));

    [TestCase("", "parse error")]
    [TestCase("-", "parse error")]
    [TestCase("0x", "parse error")]
    [TestCase("08", "parse error")]
    [TestCase("1 ", "parse error")]
    [TestCase("ten", "parse error")]
    [TestCase("1e3", "parse error")]
    [TestCase("99999999999999999999999", "value out of range")]
    public void What_is_no_integer_has_a_reason(string text, string reason)
    {
        Assert.That(GoValue.ParseInt(text, out string problem), Is.Null);
        Assert.That(problem, Is.EqualTo(reason));
    }

    [TestCase("t", true)]
    [TestCase("TRUE", true)]
    [TestCase("1", true)]
    [TestCase("False", false)]
    [TestCase("yes", null)]
    [TestCase("", null)]
    [TestCase("tRUE", null)]
    public void Booleans_are_spelled_as_in_Go(string text, bool? value) => Assert.That(GoValue.ParseBool(text), Is.EqualTo(value));
}
