using OciSharp.Spec;

namespace OciSharp.Runtime.Planning;

/// <summary>Annotations that crun(1) made known and that engines set: podman for <c>--group-add keep-groups</c>, for one.</summary>
internal static class CrunAnnotations
{
    /// <summary>The process keeps the supplementary groups of the caller; <c>additionalGids</c> are passed over.</summary>
    private const string KeepOriginalGroups = "run.oci.keep_original_groups";

    /// <summary>The mount option that takes <c>linux.mountLabel</c>.</summary>
    private const string MountContextType = "run.oci.mount_context_type";

    /// <summary>A seccomp profile may name no system call that we do not know.</summary>
    private const string FailUnknownSyscall = "run.oci.seccomp_fail_unknown_syscall";

    /// <summary>Those that change what a container gets.</summary>
    public static IReadOnlyList<string> All => [KeepOriginalGroups, MountContextType, FailUnknownSyscall];

    /// <summary>Whether setgroups(2) is left out.</summary>
    public static bool KeepsGroups(Config config) => IsSet(config, KeepOriginalGroups);

    /// <summary>Whether an unknown name in a seccomp profile is an error.</summary>
    public static bool FailsOnUnknownSyscall(Config config) => IsSet(config, FailUnknownSyscall);

    /// <summary>The mount option that takes the label: <c>context</c> without the annotation.</summary>
    /// <exception cref="ContainerException">The annotation names no such option.</exception>
    public static string ContextOption(Config config) => Value(config, MountContextType) switch
    {
        null => "context",
        string option and ("context" or "fscontext" or "defcontext" or "rootcontext") => option,
        string other => throw new ContainerException(
            $"$.annotations['{MountContextType}']: \"{other}\" is no mount option of SELinux; write context, fscontext, defcontext or rootcontext"),
    };

    private static bool IsSet(Config config, string name) => Value(config, name) is not (null or "0" or "false");

    private static string? Value(Config config, string name) =>
        config.Annotations is { } annotations && annotations.TryGetValue(name, out string? value) ? value : null;
}
