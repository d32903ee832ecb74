using System.Text.RegularExpressions;
using OciSharp.Runtime.Trace;

namespace OciSharp.Runtime.Tests.Trace;

public sealed class TraceReportTests
{
    private static readonly string s_run = Path.Combine(Traced.Folder, "Snapshots", "run.json");

    [TestCase(80, true)]
    [TestCase(80, false)]
    [TestCase(120, true)]
    public void The_table(int width, bool unicode) =>
        Traced.Check($"run-{width}{(unicode ? "" : "-ascii")}.txt", TraceReport.Of(s_run, width, unicode, colour: false));

    [Test]
    public void The_table_of_a_launch_that_failed() => Traced.Check("failed.txt", Failed(80, unicode: true, colour: false));

    [Test]
    public void What_was_traced_does_not_steer_the_terminal()
    {
        string text = Failed(200, unicode: true, colour: false);
        Assert.That(text.Where(c => (char.IsControl(c) && c != '\n') || c == '\u202e'), Is.Empty);
        Assert.That(text, Does.Contain(@"/a\x1b[2J\u202eb"));
    }

    [Test]
    public void Without_unicode_it_is_ascii() => Assert.That(Failed(80, unicode: false, colour: false), Does.Match(@"\A[\x20-\x7e\n]*\z"));

    [Test]
    public void Colours_add_nothing_but_colours()
    {
        string coloured = Failed(80, unicode: true, colour: true);
        Assert.That(coloured, Does.Contain("\x1b[31m"), "what failed is red");
        Assert.That(Regex.Replace(coloured, "\x1b\\[[0-9;]*m", ""), Is.EqualTo(Failed(80, unicode: true, colour: false)));
    }

    [TestCase(1)]
    [TestCase(60)]
    [TestCase(79)]
    [TestCase(500)]
    public void No_line_is_longer_than_the_terminal_is_wide(int width) =>
        Assert.That(TraceReport.Of(s_run, width, unicode: true, colour: false).Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(Math.Max(60, width)));

    [Test]
    public void The_longest_steps_come_first()
    {
        string[] lines = Failed(120, unicode: true, colour: false).Split('\n');
        int at = Array.IndexOf(lines, "The longest steps");
        double[] lengths = [.. lines[(at + 1)..(at + 6)].Select(line => double.Parse(line[..9], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(lengths, Is.Ordered.Descending);
        Assert.That(lengths, Is.EqualTo((double[])[2.000, 1.200, 0.899, 0.450, 0.200]));
    }

    [TestCase(0, 0)]
    [TestCase(1e15, 1e15)]
    public void Times_at_the_edge_are_shown(double begin, double length)
    {
        string text = FormattableString.Invariant($$"""{"traceEvents":[{"name":"a","ph":"X","pid":1,"ts":{{begin}},"dur":{{length}}}]}""");
        Assert.That(TraceReport.Of(TraceDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text), "t"), 80, unicode: true, colour: false), Does.Contain("a\n"));
    }

    private static string Failed(int width, bool unicode, bool colour) =>
        TraceReport.Of(TraceDocument.Parse(Traced.FailedText(), "t"), width, unicode, colour);
}
