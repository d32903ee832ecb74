namespace OciSharp.Spec;

/// <summary>Kernel parameters. Only those that a namespace of the container has for itself may be set.</summary>
internal static class SysctlRules
{
    private static Rule NameInvalid => Rule.Error("OCI1550", "sysctl(8)", "write a name as in net.ipv4.ip_forward");

    private static Rule NeedsNamespace => Rule.Error("OCI1551", "namespaces(7)", "add a namespace of that type, or remove the sysctl");

    private static Rule NotNamespaced => Rule.Error("OCI1552", "namespaces(7)", "remove it, and set it on the host if it is needed");

    private static Rule HasField => Rule.Error("OCI1553", "config.md#hostname", "remove the sysctl, and set that field");

    public static void Check(IReadOnlyDictionary<string, string> sysctls, Config config, NamespaceSet namespaces, Findings findings)
    {
        foreach (string name in sysctls.Keys)
        {
            string at = JsonPath.Property("$.linux.sysctl", name);
            if (SysctlName.TryGetPath(name, out string path))
                Check(name, path, at, config, namespaces, findings);
            else
                findings.Add(NameInvalid, at, $"\"{name}\" is no name of a sysctl");
        }
    }

    private static void Check(string name, string path, string at, Config config, NamespaceSet namespaces, Findings findings)
    {
        if (path is "kernel/hostname" || (path is "kernel/domainname" && !string.IsNullOrEmpty(config.Domainname)))
        {
            findings.Add(
                HasField,
                at,
                $"sysctl \"{name}\" is not allowed as it conflicts with the OCI \"{path["kernel/".Length..]}\" field");
            return;
        }

        switch (Owner(path))
        {
            case null:
                findings.Add(NotNamespaced, at, $"sysctl \"{name}\" is not in a separate kernel namespace");
                break;
            case NamespaceTypes.Ipc when namespaces.Lacks(NamespaceTypes.Ipc):
                findings.Add(NeedsNamespace, at, $"sysctl \"{name}\" is not allowed in the hosts ipc namespace");
                break;
            case NamespaceTypes.Network when namespaces.Lacks(NamespaceTypes.Network):
                findings.Add(NeedsNamespace, at, $"sysctl \"{name}\" is not allowed in host network namespace");
                break;
            case NamespaceTypes.Uts when namespaces.Lacks(NamespaceTypes.Uts):
                findings.Add(NeedsNamespace, at, $"sysctl \"{name}\" is not allowed in the hosts uts namespace");
                break;
            case NamespaceTypes.User when namespaces.Lacks(NamespaceTypes.User):
                findings.Add(NeedsNamespace, at, $"sysctl \"{name}\" is not allowed: setting ucounts without a user namespace not allowed");
                break;
        }
    }

    // The type of namespace that a parameter belongs to; null: it is the whole machine's.
    private static string? Owner(string path) => path switch
    {
        "kernel/msgmax" or "kernel/msgmnb" or "kernel/msgmni" or "kernel/sem" or "kernel/shmall" or "kernel/shmmax" or "kernel/shmmni"
            or "kernel/shm_rmid_forced" => NamespaceTypes.Ipc,
        "kernel/domainname" => NamespaceTypes.Uts,
        _ when path.StartsWith("fs/mqueue/", StringComparison.Ordinal) => NamespaceTypes.Ipc,
        _ when path.StartsWith("net/", StringComparison.Ordinal) => NamespaceTypes.Network,
        _ when path.StartsWith("user/", StringComparison.Ordinal) => NamespaceTypes.User,
        _ => null,
    };
}
