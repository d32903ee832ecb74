namespace OciSharp.Spec;

/// <summary>Collects the mistakes of a document, in the order in which they were found. Costs nothing while there are none.</summary>
public sealed class DiagnosticBag
{
    /// <summary>How many are kept; a document with more mistakes is no less wrong for the rest.</summary>
    public const int Capacity = 1000;

    private List<Diagnostic>? _diagnostics;

    /// <summary>How many, warnings included.</summary>
    public int Count => _diagnostics?.Count ?? 0;

    /// <summary>How many more were found after <see cref="Capacity"/> was reached.</summary>
    public int Omitted { get; private set; }

    /// <summary>At least one is an error.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>All of them, in the order in which they were found.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics ?? [];

    internal bool IsFull => Count == Capacity;

    internal void Add(Diagnostic diagnostic)
    {
        if (IsFull)
            Omitted++;
        else
            (_diagnostics ??= []).Add(diagnostic);
        HasErrors |= diagnostic.Severity == Severity.Error;
    }

    internal void Remove(int index, int count)
    {
        if (count == 0)
            return;
        _diagnostics!.RemoveRange(index, count);
        HasErrors = _diagnostics.Exists(d => d.Severity == Severity.Error);
    }

    /// <summary>
    /// The value at <paramref name="path"/>, or one that contains it, could not be read: that was reported, and what the model has in
    /// its place says nothing about the document.
    /// </summary>
    internal bool IsUnread(string path)
    {
        foreach (Diagnostic diagnostic in Diagnostics)
        {
            if (IsReadError(diagnostic) && Contains(diagnostic.Path, path))
                return true;
        }
        return false;
    }

    /// <summary>As <see cref="IsUnread"/>, or something inside the value could not be read.</summary>
    internal bool IsIncomplete(string path)
    {
        foreach (Diagnostic diagnostic in Diagnostics)
        {
            if (IsReadError(diagnostic) && (Contains(diagnostic.Path, path) || Contains(path, diagnostic.Path)))
                return true;
        }
        return false;
    }

    private static bool IsReadError(Diagnostic diagnostic) =>
        diagnostic.Severity == Severity.Error && diagnostic.Id.StartsWith("OCI10", StringComparison.Ordinal);

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}
