namespace OciSharp.Linux.Tests;

[TestFixture]
public sealed class PosixRegexTests
{
    [TestCase("web-[0-9]+", "my-web-12", true)]
    [TestCase("^web-[0-9]+$", "my-web-12", false)]
    [TestCase("^(a|b){2}$", "ab", true)]
    [TestCase("", "anything", true)]
    [TestCase("a.c", "ac", false)]
    public void Matches_anywhere_unless_it_is_anchored(string pattern, string text, bool matches)
    {
        using PosixRegex? regex = PosixRegex.TryCompile(pattern, out string problem);
        Assert.That(problem, Is.Empty);
        Assert.That(regex!.IsMatch(text), Is.EqualTo(matches));
    }

    [TestCase("(", "unmatched ( or \\(")]
    [TestCase("[a", "unmatched [, [^, [:, [., or [=")]
    [TestCase("a{2,1}", "invalid content of \\{\\}")]
    public void What_is_none_has_a_reason(string pattern, string reason)
    {
        Assert.That(PosixRegex.TryCompile(pattern, out string problem), Is.Null);
        Assert.That(problem, Is.EqualTo(reason));
    }
}
