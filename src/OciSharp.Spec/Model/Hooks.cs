namespace OciSharp.Spec;

/// <summary>Programs to run at the steps of a container's life, each list in order (<c>config.md#posix-platform-hooks</c>).</summary>
public sealed record Hooks : SpecObject
{
    /// <summary>Deprecated by the three that follow; in the runtime's namespaces, before <see cref="CreateRuntime"/>.</summary>
    public IReadOnlyList<Hook>? Prestart { get; init; }

    /// <summary>At create, in the runtime's namespaces, before pivot_root.</summary>
    public IReadOnlyList<Hook>? CreateRuntime { get; init; }

    /// <summary>At create, in the container's namespaces, before pivot_root.</summary>
    public IReadOnlyList<Hook>? CreateContainer { get; init; }

    /// <summary>At start, in the container, before the user's program.</summary>
    public IReadOnlyList<Hook>? StartContainer { get; init; }

    /// <summary>At start, in the runtime's namespaces, after the user's program began.</summary>
    public IReadOnlyList<Hook>? Poststart { get; init; }

    /// <summary>At delete, in the runtime's namespaces, after the container is gone.</summary>
    public IReadOnlyList<Hook>? Poststop { get; init; }
}

/// <summary>One hook (<c>config.md#posix-platform-hooks</c>).</summary>
public sealed record Hook : SpecObject
{
    /// <summary>The program: an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>argv, the name included; absent: <see cref="Path"/> alone.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The environment, <c>NAME=value</c> each.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds until the hook is aborted, greater than 0; absent: never.</summary>
    public int? Timeout { get; init; }
}
