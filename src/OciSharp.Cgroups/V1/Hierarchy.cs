namespace OciSharp.Cgroups.V1;

/// <summary>One hierarchy of cgroup v1 (or the unified one of a hybrid host), and the container's cgroup in it.</summary>
internal sealed class Hierarchy
{
    /// <summary>What a host that mounts both versions calls the directory of the unified hierarchy.</summary>
    public const string UnifiedName = "unified";

    /// <summary>
    /// The list of controllers as in /proc/self/cgroup: <c>cpu,cpuacct</c>, <c>name=systemd</c>; empty for the unified one.
    /// </summary>
    public required string List { get; init; }

    /// <summary>The name of its directory: <c>cpu,cpuacct</c>, <c>systemd</c>, <c>unified</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Those of its controllers that we set something in.</summary>
    public required Controllers Controllers { get; init; }

    /// <summary>The container's cgroup; that of the caller, in which the container stays, when it is not <see cref="Present"/>.</summary>
    public required CgroupDirectory Directory { get; init; }

    /// <summary>False when the hierarchy is not the caller's to use: an ordinary user runs his containers where he is.</summary>
    public bool Present { get; init; } = true;

    /// <summary>Whether this is the hierarchy of cgroup v2.</summary>
    public bool IsUnified => List.Length == 0;
}
