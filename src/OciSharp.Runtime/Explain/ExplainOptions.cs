namespace OciSharp.Runtime.Explain;

/// <summary>The command that is explained.</summary>
public enum ExplainedVerb
{
    /// <summary><c>create</c></summary>
    Create,

    /// <summary><c>exec</c></summary>
    Exec,
}

/// <summary>The options of <c>explain</c>.</summary>
public sealed class ExplainOptions
{
    /// <summary>The command that is explained.</summary>
    public ExplainedVerb Verb { get; init; }

    /// <summary>The container's id, from which paths and names are made.</summary>
    public required string Id { get; init; }

    /// <summary>The bundle's directory. Relative to the working directory unless it is absolute.</summary>
    public required string Bundle { get; init; }

    /// <summary>The configuration, if it is not <c>config.json</c> of the bundle.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>For <see cref="ExplainedVerb.Exec"/>: the file with the process; without one it is that of the configuration.</summary>
    public string? ProcessFile { get; init; }

    /// <summary>As for <c>create</c>.</summary>
    public bool NoPivot { get; init; }

    /// <summary>As for <c>create</c>.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>As for <c>create</c>.</summary>
    public int PreserveFds { get; init; }
}
