using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>A mount beyond the root (<c>config.md#mounts</c>).</summary>
public sealed record Mount : SpecObject
{
    /// <summary>Where in the container; a relative path is relative to <c>/</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>The type of the file system; a dummy for bind mounts.</summary>
    public string? Type { get; init; }

    /// <summary>A device, a directory or a file; for bind mounts absolute or relative to the bundle.</summary>
    public string? Source { get; init; }

    /// <summary>Options of <see cref="MountOptions"/>; others are the file system's own.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>The uid mapping of an idmapped mount; given together with <see cref="GidMappings"/>.</summary>
    public IReadOnlyList<LinuxIdMapping>? UidMappings { get; init; }

    /// <summary>The gid mapping of an idmapped mount; given together with <see cref="UidMappings"/>.</summary>
    public IReadOnlyList<LinuxIdMapping>? GidMappings { get; init; }
}

/// <summary>A range of ids of a user namespace or an idmapped mount (<c>config-linux.md#user-namespace-mappings</c>).</summary>
public sealed record LinuxIdMapping : SpecObject
{
    /// <summary>The first id inside.</summary>
    [JsonPropertyName("containerID")]
    public required uint ContainerId { get; init; }

    /// <summary>The first id outside.</summary>
    [JsonPropertyName("hostID")]
    public required uint HostId { get; init; }

    /// <summary>How many ids.</summary>
    public required uint Size { get; init; }
}
