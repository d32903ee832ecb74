namespace OciSharp.Runtime.Failures;

/// <summary>
/// What is the same in all failures of a kind that the kernel, or the host, has a launch end with. Made when it is met, never before. What it
/// means stands in <c>docs/errors.md</c>.
/// </summary>
/// <param name="Id">The stable id; never given to another class.</param>
/// <param name="Section">Where the rule is written: a section of the specification, or a man page.</param>
/// <param name="Remedy">What to do about it.</param>
internal readonly record struct FailureClass(string Id, string Section, string Remedy)
{
    /// <summary>The failure as one line: what was being done and why it failed, the remedy, the place in config.json, the id.</summary>
    /// <param name="what">The step, the file and the reason.</param>
    /// <param name="origin">The JSON path; null where there is none.</param>
    /// <param name="inner">What made it fail.</param>
    public ContainerException Failure(string what, string? origin = null, Exception? inner = null) =>
        Told($"{what}; {Remedy}", origin, inner);

    /// <summary>The same, for words that have a remedy of their own in them.</summary>
    public ContainerException Told(string what, string? origin = null, Exception? inner = null) =>
        new(origin is null ? $"{what} ({Id})" : $"{what} ({origin}, {Id})", inner);
}

/// <summary>A failure that has been understood.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Why">What goes behind the kernel's reason, or null if that says it all.</param>
/// <param name="Origin">A more exact place than that of the step, or null.</param>
internal readonly record struct Finding(FailureClass Class, string? Why = null, string? Origin = null);
