namespace OciSharp.Spec;

/// <summary>Namespaces, and the mappings of a user namespace.</summary>
internal static class NamespaceRules
{
    private static Rule TypeUnknown =>
        Rule.Error("OCI1501", "config-linux.md#namespaces", "write pid, network, mount, ipc, uts, user, cgroup or time");

    private static Rule Duplicate => Rule.Error("OCI1502", "config-linux.md#namespaces", "keep one namespace of each type");

    private static Rule MappingsMissing => Rule.Error(
        "OCI1503",
        "config-linux.md#user-namespace-mappings",
        "add linux.uidMappings and linux.gidMappings, or the path of a user namespace to join");

    private static Rule MappingsMisplaced => Rule.Error(
        "OCI1504",
        "config-linux.md#user-namespace-mappings",
        "add a namespace of type \"user\", or remove the mappings");

    private static Rule RootlessNeedsUserns =>
        Rule.Error("OCI1505", "user_namespaces(7)", "add a namespace of type \"user\" with mappings, or run as root");

    public static void Check(LinuxConfig linux, NamespaceSet namespaces, ValidationContext context, Findings findings)
    {
        CheckEntries(linux.Namespaces.AsSpan(), findings);
        CheckRootless(namespaces, context, findings);
        CheckMappings(linux.UidMappings, "$.linux.uidMappings", namespaces, findings);
        CheckMappings(linux.GidMappings, "$.linux.gidMappings", namespaces, findings);
    }

    public static void CheckRootless(NamespaceSet namespaces, ValidationContext context, Findings findings)
    {
        if (context.Rootless && namespaces.Lacks(NamespaceTypes.User))
            findings.Add(RootlessNeedsUserns, "$.linux.namespaces", "rootless container requires user namespaces");
    }

    private static void CheckEntries(ReadOnlySpan<LinuxNamespace> namespaces, Findings findings)
    {
        uint seen = 0;
        for (int i = 0; i < namespaces.Length; i++)
        {
            LinuxNamespace ns = namespaces[i];
            uint bit = NamespaceSet.Bit(ns.Type);
            if (bit == 0)
                findings.Add(TypeUnknown, $"$.linux.namespaces[{i}].type", $"namespace \"{ns.Type}\" does not exist");
            if ((seen & bit) != 0)
                findings.Add(Duplicate, $"$.linux.namespaces[{i}].type", $"malformed spec file: duplicated ns \"{ns.Type}\"");
            if (!string.IsNullOrEmpty(ns.Path) && ns.Path[0] != '/')
                CommonRules.CheckAbsolute(ns.Path, $"$.linux.namespaces[{i}].path", findings);
            seen |= bit;
        }
    }

    private static void CheckMappings(IReadOnlyList<LinuxIdMapping>? mappings, string at, NamespaceSet namespaces, Findings findings)
    {
        bool given = mappings is { Count: > 0 };
        if (given && namespaces.Lacks(NamespaceTypes.User))
            findings.Add(MappingsMisplaced, at, "user namespace mappings specified, but user namespace isn't enabled in the config");
        if (!given && namespaces.Makes(NamespaceTypes.User) && !findings.IsIncomplete(at))
            findings.Add(MappingsMissing, at, "user namespaces enabled, but no namespace path to join nor mappings to apply specified");
        IdMappingRules.Check(mappings, at, findings);
    }
}
