namespace OciSharp.Runtime.Hooks;

/// <summary>The files that the output of hooks is appended to, where annotations name them; otherwise it is kept for the message of a failure.</summary>
/// <param name="Output">Absolute path of the file for the standard output, or null.</param>
/// <param name="Errors">The same for the standard error.</param>
public readonly record struct HookFiles(string? Output, string? Errors);
