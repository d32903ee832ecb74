namespace OciSharp.Runtime.Explain;

/// <summary>What a <see cref="PlannedMount"/> is made from.</summary>
internal enum MountKind
{
    /// <summary>The container's root.</summary>
    Root,

    /// <summary>A file system that is mounted anew.</summary>
    FileSystem,

    /// <summary>A file or directory of the host.</summary>
    Bind,

    /// <summary>A path that the container sees empty.</summary>
    Mask,

    /// <summary>A path that the container may only read.</summary>
    Readonly,
}

/// <summary>A mount of the container, as it is after all steps.</summary>
internal sealed class PlannedMount
{
    /// <summary>What it is made from.</summary>
    public required MountKind Kind { get; init; }

    /// <summary>Where it is attached, from the container's root.</summary>
    public required string Target { get; init; }

    /// <summary>The type of the file system; empty for a bind mount.</summary>
    public string Type { get; init; } = "";

    /// <summary>The file system's source, or the path on the host.</summary>
    public string Source { get; init; } = "";

    /// <summary>With everything mounted below the source.</summary>
    public bool Recursive { get; init; }

    /// <summary>Options of the file system: <c>mode=755</c>.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>MOUNT_ATTR_* of the mount.</summary>
    public ulong Attributes { get; set; }

    /// <summary>MOUNT_ATTR_* that are taken from the mount and keep nothing of what its source has.</summary>
    public ulong Cleared { get; set; }

    /// <summary>MOUNT_ATTR_* of the mount and all below.</summary>
    public ulong RecursiveAttributes { get; set; }

    /// <summary>MS_SHARED and its like; 0 keeps what is.</summary>
    public ulong Propagation { get; set; }

    /// <summary>It becomes a copy of what the image has there.</summary>
    public bool CopiesUp { get; set; }

    /// <summary>Owners are mapped.</summary>
    public bool MapsIds { get; set; }

    /// <summary>The part of config.json that it comes from.</summary>
    public required string Origin { get; init; }
}
