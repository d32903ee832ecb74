using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>A bundle's <c>config.json</c>: the container to make (<c>config.md</c>). Absent properties are null.</summary>
public sealed record Config : SpecObject
{
    /// <summary>The version of the specification that the document is for, in SemVer (<c>config.md#specification-version</c>).</summary>
    public required string OciVersion { get; init; }

    /// <summary>The process to run; may be absent until the container is started (<c>config.md#process</c>).</summary>
    public Process? Process { get; init; }

    /// <summary>The root file system; required on Linux (<c>config.md#root</c>).</summary>
    public Root? Root { get; init; }

    /// <summary>The host name inside the container (<c>config.md#hostname</c>).</summary>
    public string? Hostname { get; init; }

    /// <summary>The NIS domain name inside the container (<c>config.md#domainname</c>).</summary>
    public string? Domainname { get; init; }

    /// <summary>Mounts beyond the root, in the order in which they are made (<c>config.md#mounts</c>).</summary>
    public IReadOnlyList<Mount>? Mounts { get; init; }

    /// <summary>Programs to run at the steps of the container's life (<c>config.md#posix-platform-hooks</c>).</summary>
    public Hooks? Hooks { get; init; }

    /// <summary>Arbitrary metadata (<c>config.md#annotations</c>).</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What only Linux has (<c>config-linux.md</c>).</summary>
    public LinuxConfig? Linux { get; init; }
}

/// <summary>The container's root file system (<c>config.md#root</c>).</summary>
public sealed record Root : SpecObject
{
    /// <summary>A directory on the host: absolute, or relative to the bundle.</summary>
    public required string Path { get; init; }

    /// <summary>The root is read-only inside the container.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Readonly { get; init; }
}
