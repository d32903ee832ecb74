namespace OciSharp.Spec;

/// <summary>Paths that are hidden or protected, the propagation of the root, and the place of the cgroup.</summary>
internal static class PathRules
{
    private static Rule NeedsMountNamespace => Rule.Error("OCI1520", "config-linux.md#namespaces", "add a namespace of type \"mount\"");

    private static Rule PropagationUnknown =>
        Rule.Error("OCI1521", "config-linux.md#rootfs-mount-propagation", "write shared, slave, private or unbindable");

    private static Rule PrivateWithoutPivot =>
        Rule.Error("OCI1522", "config-linux.md#rootfs-mount-propagation", "choose slave, or let the runtime use pivot_root");

    private static Rule CgroupsPathEscapes => Rule.Error("OCI1523", "config-linux.md#cgroups-path", "leave .. out of the path");

    private static Rule CgroupsPathOfSystemd =>
        Rule.Error("OCI1524", "config-linux.md#cgroups-path", "write slice:prefix:name, as in system.slice:engine:id, or leave it out");

    public static void Check(LinuxConfig linux, NamespaceSet namespaces, ValidationContext context, Findings findings)
    {
        CheckPaths(linux.MaskedPaths, "$.linux.maskedPaths", namespaces, findings);
        CheckPaths(linux.ReadonlyPaths, "$.linux.readonlyPaths", namespaces, findings);
        CheckPropagation(linux.RootfsPropagation, context, findings);
        CheckCgroupsPath(linux.CgroupsPath, context, findings);
    }

    private static void CheckPaths(IReadOnlyList<string>? paths, string at, NamespaceSet namespaces, Findings findings)
    {
        if (!paths.AsSpan().IsEmpty && namespaces.Lacks(NamespaceTypes.Mount))
            findings.Add(NeedsMountNamespace, at, "unable to restrict sys entries without a private MNT namespace");
        CommonRules.CheckAbsolute(paths, at, findings);
    }

    private static void CheckPropagation(string? propagation, ValidationContext context, Findings findings)
    {
        const string At = "$.linux.rootfsPropagation";
        if (propagation is not (null or "" or "shared" or "rshared" or "slave" or "rslave" or "private" or "rprivate" or "unbindable"
            or "runbindable"))
            findings.Add(PropagationUnknown, At, $"rootfsPropagation={propagation} is not supported");
        if (context.NoPivot && propagation is "private" or "rprivate")
            findings.Add(PrivateWithoutPivot, At, "rootfsPropagation of [r]private is not safe without pivot_root");
    }

    private static void CheckCgroupsPath(string? path, ValidationContext context, Findings findings)
    {
        const string At = "$.linux.cgroupsPath";
        if (string.IsNullOrEmpty(path))
            return;
        if (context.SystemdCgroup && path.AsSpan().Count(':') != 2)
        {
            findings.Add(
                CgroupsPathOfSystemd,
                At,
                $"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{path}\" instead");
        }
        foreach (Range range in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(range) is "..")
            {
                findings.Add(CgroupsPathEscapes, At, $"cgroupsPath \"{path}\" leads out of its place");
                return;
            }
        }
    }
}
