namespace OciSharp.Runtime.Failures;

internal static partial class FailureClasses
{
    public static FailureClass NamespaceGone => new("OCI2401", "config-linux.md#namespaces", "write the path of a namespace that somebody keeps: a process that lives, or a bind mount of its file");

    public static FailureClass NamespaceOfOtherKind => new("OCI2402", "config-linux.md#namespaces", "write the path of a namespace of that type, as in /proc/PID/ns/net");

    public static FailureClass NamespaceRefused => new("OCI2403", "setns(2)", "join as the owner of the user namespace that the other one belongs to, or join that user namespace too");

    public static FailureClass UserNamespaceRefused => new("OCI2404", "user_namespaces(7)", "see the sysctls user.max_user_namespaces and kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns");

    public static FailureClass NamespacesRefused => new("OCI2405", "namespaces(7)", "see the sysctls user.max_*_namespaces, or have fewer namespaces; without root, add one of type \"user\"");

    public static FailureClass MapToolMissing => new("OCI2406", "newuidmap(1)", "install the package uidmap (Debian) or shadow-utils (Fedora), or map only the own id");

    public static FailureClass NoSubordinateIds => new("OCI2407", "subuid(5)", "give yourself a range (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER), and map host ids of it");

    public static FailureClass MappingRefused => new("OCI2408", "user_namespaces(7)", "map ids that the caller's own user namespace has, each once");

    public static FailureClass UserRefused => new("OCI2409", "user_namespaces(7)", "choose ids that the user namespace maps, or map them");
}
