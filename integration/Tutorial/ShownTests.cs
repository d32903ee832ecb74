namespace OciSharp.Tutorial;

/// <summary>The convention for what differs from time to time.</summary>
public sealed class ShownTests
{
    [TestCase("a", "a", true)]
    [TestCase("a", "ab", false)]
    [TestCase("box …  running", "box     1234 running", true)]
    [TestCase("box …  running", "box     1234 stopped", false)]
    [TestCase("… sleep", "  12 sleep", true)]
    [TestCase("a … b … c", "a 1 b 2 c", true)]
    [TestCase("a … b … c", "a 1 c 2 b", false)]
    [TestCase("ab…ba", "aba", false)]
    public void Within_a_line(string wanted, string seen, bool matches) => Assert.That(Shown.LineMatches(wanted, seen), Is.EqualTo(matches));

    [TestCase("a|…|c", "a|b|b|c", null)]
    [TestCase("a|…|c", "a|c", null)]
    [TestCase("a|…", "a", null)]
    [TestCase("…|b|c", "b|b|c", null)]
    [TestCase("a|…|c", "a|b", 2)]
    [TestCase("a|b", "a", 1)]
    [TestCase("a", "a|b", 1)]
    [TestCase("a|b|c", "a|x|c", 1)]
    public void Alone_on_a_line(string wanted, string seen, int? difference) =>
        Assert.That(Shown.FirstDifference(wanted.Split('|'), seen.Split('|')), Is.EqualTo(difference));
}
