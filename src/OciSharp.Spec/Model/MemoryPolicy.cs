namespace OciSharp.Spec;

/// <summary>NUMA memory policy of set_mempolicy(2) (<c>config-linux.md#memory-policy</c>).</summary>
public sealed record LinuxMemoryPolicy : SpecObject
{
    /// <summary>One of <see cref="MemoryPolicyModes"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>Memory nodes, as <c>0-3,7</c>.</summary>
    public string? Nodes { get; init; }

    /// <summary>Of <see cref="MemoryPolicyFlags"/>.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>Values of <see cref="LinuxMemoryPolicy.Mode"/>, explained in set_mempolicy(2).</summary>
public static class MemoryPolicyModes
{
    /// <summary>The system's default; takes no nodes.</summary>
    public const string MPOL_DEFAULT = "MPOL_DEFAULT";

    /// <summary>Only these nodes.</summary>
    public const string MPOL_BIND = "MPOL_BIND";

    /// <summary>Round these nodes.</summary>
    public const string MPOL_INTERLEAVE = "MPOL_INTERLEAVE";

    /// <summary>Round these nodes by weight.</summary>
    public const string MPOL_WEIGHTED_INTERLEAVE = "MPOL_WEIGHTED_INTERLEAVE";

    /// <summary>This node first.</summary>
    public const string MPOL_PREFERRED = "MPOL_PREFERRED";

    /// <summary>These nodes first.</summary>
    public const string MPOL_PREFERRED_MANY = "MPOL_PREFERRED_MANY";

    /// <summary>The node of the CPU; takes no nodes.</summary>
    public const string MPOL_LOCAL = "MPOL_LOCAL";
}

/// <summary>Values of <see cref="LinuxMemoryPolicy.Flags"/>, explained in set_mempolicy(2).</summary>
public static class MemoryPolicyFlags
{
    /// <summary>The kernel may move pages (with MPOL_BIND).</summary>
    public const string MPOL_F_NUMA_BALANCING = "MPOL_F_NUMA_BALANCING";

    /// <summary>Nodes are relative to the allowed set.</summary>
    public const string MPOL_F_RELATIVE_NODES = "MPOL_F_RELATIVE_NODES";

    /// <summary>Nodes are kept when the allowed set changes.</summary>
    public const string MPOL_F_STATIC_NODES = "MPOL_F_STATIC_NODES";
}
