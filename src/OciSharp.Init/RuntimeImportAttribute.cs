namespace System.Runtime;

/// <summary>
/// The compiler calls a native function of this name as if it were managed: without a look whether a collection waits for the caller, which
/// would be for ever where the collection itself calls.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string library, string entry) : Attribute
{
    /// <summary>What it is linked from; <c>*</c> for all.</summary>
    public string Library { get; } = library;

    /// <summary>Its name.</summary>
    public string Entry { get; } = entry;
}
