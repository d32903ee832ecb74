using System.Text.RegularExpressions;

namespace OciSharp.Architecture.Tests;

/// <summary>docs/conformance-rules.md speaks of this repository: what it names is there, and it names every test that others do not pass.</summary>
[TestFixture]
public sealed partial class ConformanceRulesTests
{
    private const int Rule = 5, Beyond = 3; // columns of the two kinds of table

    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs/conformance-rules.md"));

    private static readonly string[][] Rows = [.. Document.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.EndsWith("| others |", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    private static readonly (HashSet<string> All, HashSet<string> Differing) Tests = ReadTests();

    [Test]
    public void Every_row_is_whole()
    {
        Assert.That(Rows.Where(row => row.Length is not (Rule or Beyond)).Select(row => string.Join('|', row)), Is.Empty);
        Assert.That(Rows.Count(row => row.Length == Rule), Is.GreaterThan(100), "the tables are not found any more");
        Assert.That(Rows.Count(row => row.Length == Beyond), Is.GreaterThan(10), "the last table is not found any more");
    }

    [Test]
    public void Every_section_has_its_link()
    {
        IEnumerable<string> defined = Document.Split('\n').Where(line => line.Contains("]: https://", StringComparison.Ordinal)).Select(line => line[..(line.IndexOf(']') + 1)]);
        Assert.That(Rows.Where(row => row.Length == Rule).Select(row => row[0]).Distinct(), Is.EquivalentTo(defined));
    }

    [Test]
    public void Every_file_and_every_diagnostic_exists()
    {
        HashSet<string> ids = [.. Id().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/errors.md"))).Select(match => match.Value)];
        foreach (string[] row in Rows.Where(row => row.Length == Rule))
        {
            string[] files = Quoted(row[2]), named = [.. Id().Matches(row[2]).Select(match => match.Value)];
            Assert.That(files.Length + named.Length, Is.Positive, $"nothing is named: {row[1]}");
            Assert.That(files.Where(file => !File.Exists(Path.Combine(Repository.Root, "src/OciSharp." + file))), Is.Empty, row[1]);
            Assert.That(named, Is.SubsetOf(ids), row[1]);
        }
    }

    [Test]
    public void Every_test_exists()
    {
        string[][] shown = [.. Rows.Where(row => !row[^2].StartsWith("none: ", StringComparison.Ordinal))];
        Assert.That(shown.Where(row => Quoted(row[^2]).Length == 0).Select(row => row[^3]), Is.Empty, "no test is named");
        Assert.That(shown.SelectMany(row => Quoted(row[^2])).Except(Tests.All), Is.Empty);
    }

    [Test]
    public void Every_test_that_others_do_not_pass_is_named() =>
        Assert.That(Tests.Differing.Except(Rows.SelectMany(row => Quoted(row[^2]))), Is.Empty, "[Differs]: a line of the table says how");

    /// <summary>Class.Method of all tests, by the text of their sources; and of those that have [Differs] on themselves.</summary>
    private static (HashSet<string> All, HashSet<string> Differing) ReadTests()
    {
        HashSet<string> all = [], differing = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "integration"), "*.cs", SearchOption.AllDirectories)))
        {
            string type = "";
            bool differs = false;
            foreach (string line in File.ReadLines(file))
            {
                differs |= line.StartsWith("    [Differs(", StringComparison.Ordinal);
                if (Class().Match(line) is { Success: true } found)
                    type = found.Groups[1].Value;
                if (Method().Match(line) is not { Success: true } method)
                    continue;
                string name = $"{type}.{method.Groups[1].Value}";
                all.Add(name);
                if (differs)
                    differing.Add(name);
                differs = false;
            }
        }

        return (all, differing);
    }

    private static string[] Quoted(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("OCI[0-9]{4}")]
    private static partial Regex Id();

    [GeneratedRegex(@"^(?:public |internal )?(?:sealed |abstract |static |partial )*class (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^    public void (\w+)\(")]
    private static partial Regex Method();
}
