namespace OciSharp.Spec;

/// <summary>What the runtime was told beside the document, as far as rules depend on it.</summary>
public readonly record struct ValidationContext
{
    /// <summary>The runtime is not root on the host: it maps ids with newuidmap, and owns little.</summary>
    public bool Rootless { get; init; }

    /// <summary>cgroups are made by systemd, so that <see cref="LinuxConfig.CgroupsPath"/> is <c>slice:prefix:name</c>.</summary>
    public bool SystemdCgroup { get; init; }

    /// <summary>The root is entered without pivot_root(2).</summary>
    public bool NoPivot { get; init; }
}
