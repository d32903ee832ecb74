namespace OciSharp.Spec;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; the outcome is the same without it (<c>runtime.md#warnings</c>).</summary>
    Warning,

    /// <summary>The document cannot be used (<c>runtime.md#errors</c>).</summary>
    Error,
}

/// <summary>One mistake in a document.</summary>
public sealed class Diagnostic
{
    internal Diagnostic(Rule rule, string path, string message, string section)
    {
        Id = rule.Id;
        Severity = rule.Severity;
        Path = path;
        Message = message;
        Section = section;
        Remedy = rule.Remedy;
    }

    /// <summary>The rule that was broken: <c>OCI1203</c>. Never reused for another rule; <c>docs/errors.md</c> lists them.</summary>
    public string Id { get; }

    /// <summary>How bad it is.</summary>
    public Severity Severity { get; }

    /// <summary>Where: <c>$.mounts[3].options[1]</c>, <c>$.linux.sysctl['net.core.somaxconn']</c>. The property need not exist.</summary>
    public string Path { get; }

    /// <summary>What is wrong, in lower case, without a full stop.</summary>
    public string Message { get; }

    /// <summary>Where the rule is written: <c>config-linux.md#memory</c>, or a man page.</summary>
    public string Section { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary><c>$.process.cwd: "tmp" is not an absolute path; write … (OCI1203, config.md#process)</c>.</summary>
    public override string ToString() => $"{Path}: {Message}; {Remedy} ({Id}, {Section})";
}
