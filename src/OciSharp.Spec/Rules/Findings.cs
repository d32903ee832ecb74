namespace OciSharp.Spec;

/// <summary>Where checks put what they find. What could not be read is not judged again.</summary>
/// <param name="bag">Takes the diagnostics.</param>
/// <param name="origin">Where the root of the document would be in a whole configuration.</param>
internal sealed class Findings(DiagnosticBag bag, string origin)
{
    public void Add(Rule rule, string path, string message)
    {
        if (bag.IsFull || !bag.IsUnread(path))
            bag.Add(new Diagnostic(rule, path, message, rule.Section ?? Sections.Of(string.Concat(origin, path.AsSpan(1)))));
    }

    /// <summary>Something at, around or in <paramref name="path"/> could not be read: rules about all of it cannot be judged.</summary>
    public bool IsIncomplete(string path) => bag.HasErrors && bag.IsIncomplete(path);
}
