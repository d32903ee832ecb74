using OciSharp.Runtime.Hooks;
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

    /// <summary>The socket of the agent of a seccomp profile that names none.</summary>
    private const string SeccompReceiver = "run.oci.seccomp.receiver";

    /// <summary>A socket that gets the pidfd of init.</summary>
    private const string Pidfd = "run.oci.pidfd_receiver";

    /// <summary>A file that the standard output of hooks is appended to.</summary>
    private const string HooksStdout = "run.oci.hooks.stdout";

    /// <summary>A file that the standard error of hooks is appended to.</summary>
    private const string HooksStderr = "run.oci.hooks.stderr";

    /// <summary>Those that change what a container gets, or have files and sockets of the host opened.</summary>
    public static IReadOnlyList<string> All =>
        [HooksStderr, HooksStdout, KeepOriginalGroups, MountContextType, Pidfd, SeccompReceiver, FailUnknownSyscall, Cgroups.DelegatedCgroup.Annotation, Cgroups.CgroupManager.SubgroupAnnotation];

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

    /// <summary>The configuration with what the annotations say about its parts.</summary>
    /// <exception cref="ContainerException">The path of the seccomp agent is not absolute.</exception>
    public static Config Apply(Config config)
    {
        if (Value(config, SeccompReceiver) is not { } receiver)
            return config;
        if (!receiver.StartsWith('/'))
            throw new ContainerException($"$.annotations['{SeccompReceiver}']: \"{receiver}\" is not an absolute path: write that of the agent's socket");
        return config.Linux?.Seccomp is { } profile && string.IsNullOrEmpty(profile.ListenerPath)
            ? config with { Linux = config.Linux with { Seccomp = profile with { ListenerPath = receiver } } }
            : config;
    }

    /// <summary>The socket that gets the pidfd of init; null without the annotation.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="bundle">Where relative paths begin.</param>
    /// <exception cref="ContainerException">The annotation is empty.</exception>
    public static string? PidfdReceiver(Config config, string bundle) => PathIn(config, Pidfd, bundle);

    /// <summary>Where the output of hooks goes.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="bundle">Where relative paths begin.</param>
    /// <exception cref="ContainerException">An annotation is empty.</exception>
    public static HookFiles HookFiles(Config config, string bundle) =>
        config.Annotations is null ? default : new HookFiles(PathIn(config, HooksStdout, bundle), PathIn(config, HooksStderr, bundle));

    private static string? PathIn(Config config, string name, string bundle) => Value(config, name) switch
    {
        null => null,
        "" => throw new ContainerException($"$.annotations['{name}']: the path is empty: write one, or remove the annotation"),
        string path => Path.GetFullPath(path, bundle),
    };

    private static bool IsSet(Config config, string name) => Value(config, name) is not (null or "0" or "false");

    private static string? Value(Config config, string name) =>
        config.Annotations is { } annotations && annotations.TryGetValue(name, out string? value) ? value : null;
}
