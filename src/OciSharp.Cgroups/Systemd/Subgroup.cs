namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// The annotation <c>run.oci.systemd.subgroup</c> of crun(1): the container is in a cgroup of this name below that of its scope, which then
/// stays empty, so that systemd inside the container never meets processes beside its own cgroups.
/// </summary>
internal static class Subgroup
{
    /// <summary>The name; empty where the container is in the scope itself.</summary>
    /// <exception cref="CgroupException">It is no name of a cgroup, or that of a scope.</exception>
    public static string Of(IReadOnlyDictionary<string, string>? annotations)
    {
        if (annotations is null || !annotations.TryGetValue(CgroupManager.SubgroupAnnotation, out string? name))
            return "";
        if (name.Length > 0 && (!CgroupPath.IsName(name) || name.EndsWith(".scope", StringComparison.Ordinal)))
            throw new CgroupException($"use the annotation {CgroupManager.SubgroupAnnotation}: \"{name}\" must be the name of one cgroup, and not end in .scope");
        return name;
    }
}
