namespace OciSharp.Spec;

/// <summary>What is the same in all diagnostics of a rule. Made when the rule is broken, never before.</summary>
/// <param name="Id">The stable id.</param>
/// <param name="Severity">How bad a breach is.</param>
/// <param name="Section">Where the rule is written; null: the section that describes the property.</param>
/// <param name="Remedy">What to do about a breach.</param>
internal readonly record struct Rule(string Id, Severity Severity, string? Section, string Remedy)
{
    public static Rule Error(string id, string? section, string remedy) => new(id, Severity.Error, section, remedy);

    public static Rule Warning(string id, string? section, string remedy) => new(id, Severity.Warning, section, remedy);
}
