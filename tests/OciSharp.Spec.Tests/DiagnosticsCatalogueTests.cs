using System.Reflection;

namespace OciSharp.Spec.Tests;

/// <summary>The ids of diagnostics are an interface: each is used once, and shown by a document. (That docs/errors.md has them is a test of OciSharp.Runtime.)</summary>
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
    public void Each_rule_is_broken_by_a_document()
    {
        IEnumerable<string> shown = Fixture.All("config/bad").SelectMany(fixture => fixture.Expected).Select(line => line[..7]);

        // A document of more than 8 MiB is not kept; DocumentReaderTests makes one.
        Assert.That(Ids.Except(shown), Is.EqualTo(new[] { "OCI1001" }));
    }

    private static string Get(object rule, string property) => RuleType.GetProperty(property)!.GetValue(rule)?.ToString() ?? "";
}
