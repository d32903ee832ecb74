namespace System.Runtime;

/// <summary>
/// Tells the NativeAOT compiler (which knows the attribute by this name) to export a method under a native symbol, without the
/// transition into managed code that <c>UnmanagedCallersOnly</c> makes: the method runs where there is no .NET runtime yet.
/// </summary>
/// <param name="entry">The native symbol.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entry) : Attribute
{
    /// <summary>The native symbol.</summary>
    public string Entry { get; } = entry;
}
