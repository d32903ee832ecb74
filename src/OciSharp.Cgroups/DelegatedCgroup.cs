namespace OciSharp.Cgroups;

/// <summary>
/// The annotation <c>run.oci.delegate-cgroup</c> of crun(1): the container's process is in a cgroup of this name below the container's own, which has the
/// limits and is the root of the container's cgroup namespace. So the process may hand controllers down from there, and still sees where its limits are.
/// </summary>
public static class DelegatedCgroup
{
    /// <summary>The annotation's name.</summary>
    public const string Annotation = "run.oci.delegate-cgroup";

    /// <summary>The name of the cgroup; empty where the process is in the container's own.</summary>
    /// <exception cref="CgroupException">It is no name of a cgroup.</exception>
    public static string Of(IReadOnlyDictionary<string, string>? annotations)
    {
        if (annotations is null || !annotations.TryGetValue(Annotation, out string? name))
            return "";
        if (name.Length > 0 && !CgroupPath.IsName(name))
            throw new CgroupException($"use the annotation {Annotation}: \"{name}\" must be the name of one cgroup, without a slash");
        return name;
    }

    /// <summary>Checks that a driver can make one.</summary>
    /// <exception cref="CgroupException">It cannot.</exception>
    internal static void Check(IReadOnlyDictionary<string, string>? annotations, CgroupManager manager)
    {
        if (Of(annotations).Length > 0 && !manager.MakesDelegated)
        {
            throw new CgroupException(
                $"use the annotation {Annotation}: the container has no cgroup of version 2 of its own here, and only that can be handed down safely (cgroups(7)): leave the annotation out");
        }
    }
}
