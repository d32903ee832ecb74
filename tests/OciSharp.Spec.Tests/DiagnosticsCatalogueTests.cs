using System.Reflection;
using System.Text.RegularExpressions;

namespace OciSharp.Spec.Tests;

/// <summary>The ids of diagnostics are an interface: each is documented as it is, and shown by a document.</summary>
public class DiagnosticsCatalogueTests
{
    private static readonly Type RuleType = typeof(Config).Assembly.GetType("OciSharp.Spec.Rule")!;

    private static IEnumerable<object> Rules => typeof(Config).Assembly.GetTypes()
        .SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(property => property.PropertyType == RuleType)
        .Select(property => property.GetValue(null)!);

    private static IEnumerable<string> Ids => Rules.Select(rule => Get(rule, "Id"));

    [Test]
    public void No_id_is_used_twice() => Assert.That(Ids, Is.Not.Empty.And.Unique);

    [Test]
    public void Each_rule_is_documented_as_it_is()
    {
        string[] documented = File.ReadAllLines(Fixture.RepositoryPath("docs", "diagnostics.md"))
            .Where(line => line.StartsWith("| OCI", StringComparison.Ordinal))
            .Select(line => Regex.Replace(line, @"^(\| OCI\d+ \| \w+ \| )[^|]+\| ", "$1"))
            .ToArray();
        IEnumerable<string> rules = Rules.Select(rule =>
        {
            string section = Get(rule, "Section") is { Length: > 0 } text ? text : "the property's";
            return $"| {Get(rule, "Id")} | {Get(rule, "Severity").ToLowerInvariant()} | {section} | {Get(rule, "Remedy")} |";
        });

        Assert.That(documented, Is.EqualTo(rules.Order(StringComparer.Ordinal)));
    }

    [Test]
    public void Each_rule_is_broken_by_a_document()
    {
        IEnumerable<string> shown = Fixture.All("config/bad").SelectMany(fixture => fixture.Expected).Select(line => line[..7]);

        // A document of more than 8 MiB is not kept; DocumentReaderTests makes one.
        Assert.That(Ids.Except(shown), Is.EqualTo(new[] { "OCI1001" }));
    }

    private static string Get(object rule, string property) => RuleType.GetProperty(property)!.GetValue(rule)?.ToString() ?? "";
}
