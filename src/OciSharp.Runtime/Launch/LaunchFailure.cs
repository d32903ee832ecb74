using Microsoft.Extensions.Logging;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Logging;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>
/// Words the failure of a step of the plan: one line with the step, the file, the reason, the remedy and the place in config.json. What the
/// kernel's reason leaves open is looked up now, while the process that failed waits.
/// </summary>
internal static partial class LaunchFailure
{
    /// <summary>The message for a failure that the child reported.</summary>
    /// <param name="word">The report.</param>
    /// <param name="scene">What is at hand to explain it.</param>
    public static ContainerException Of(in ChildWord word, LaunchScene scene)
    {
        OpCode code = word.Message.Op;
        var errno = (Errno)word.Message.B;
        string? origin = scene.Plan?.OriginOf(word.Message.A)?.ToString() ?? OriginOf(code);
        if (scene.Log.IsEnabled(LogLevel.Debug))
        {
            scene.Log.Detail($"step {word.Message.A} of the plan failed: to {(code == OpCode.None ? "begin" : StepWords.Act(code))}: " +
                $"errno {word.Message.B}, detail {word.Message.C}, \"{word.Text}\", {origin}, process {scene.Pid}");
        }

        (string what, Finding finding) = Tell(code, errno, word.Message.C, word.Text, scene, origin);
        return finding.Class.Failure(finding.Why is null ? what : $"{what}: {finding.Why}", finding.Origin ?? origin);
    }

    /// <summary>The place of the steps that <c>start</c> has left to init.</summary>
    private static string? OriginOf(OpCode code) => code switch
    {
        OpCode.RunHook => "$.hooks.startContainer",
        OpCode.Seccomp or OpCode.SeccompGate => "$.linux.seccomp",
        OpCode.Execute => "$.process.args",
        OpCode.RaiseLoopback => "$.linux.namespaces",
        _ => null,
    };

    private static (string What, Finding Finding) Tell(OpCode code, Errno errno, int detail, string text, LaunchScene scene, string? origin)
    {
        string reason = ErrorText.Of(errno);
        return code switch
        {
            OpCode.None => ($"cannot execute our own program as the container's init: {reason}", new Finding(FailureClasses.StepRefused)),
            OpCode.FindExecutable or OpCode.Execute => Program(code, errno, text, reason, scene),
            OpCode.RunHook => Hook(errno, detail, text, reason, scene.HookOutput),
            OpCode.ChangeDirectory or OpCode.CheckDirectory => Directory(errno, text, reason, scene),
            OpCode.Target when origin == "$.process.cwd" => (
                $"cannot make the working directory \"{text}\" in the container's root: {reason}",
                new Finding(FailureClasses.DirectoryNotMade, MountFailure.InRoot(scene.Rootfs, text, errno))),
            OpCode.Target or OpCode.MountPoint or OpCode.OpenTree or OpCode.MountFileSystem or OpCode.MountClassic or OpCode.AttachTree
                or OpCode.ChangeMount or OpCode.MakeIdMap => MountStep(code, errno, text, reason, scene, origin),
            OpCode.AttachRoot or OpCode.AttachRootOnHost or OpCode.PivotRoot or OpCode.MoveRoot or OpCode.ChangeRoot or OpCode.OpenRoot =>
                ($"cannot enter the container's root: {reason}", new Finding(FailureClasses.RootRefused)),
            OpCode.JoinNamespace => Namespace(errno, text, reason),
            OpCode.UnshareUser => ($"cannot make a user namespace: {reason}", new Finding(FailureClasses.UserNamespaceRefused)),
            OpCode.CloneInit or OpCode.Unshare when errno == Errno.EAGAIN =>
                ($"cannot make the container's init: {reason}: there may be no more processes", new Finding(FailureClasses.NoProcesses)),
            OpCode.CloneInit or OpCode.Unshare => ($"cannot make the container's namespaces: {reason}", new Finding(FailureClasses.NamespacesRefused)),
            OpCode.MakeDevice when errno == Errno.EEXIST =>
                ($"\"{text}\" exists and is not the device that is asked for", new Finding(FailureClasses.DeviceDiffers, MountFailure.InRoot(scene.Rootfs, text, errno))),
            OpCode.MakeDevice => ($"cannot make the device \"{text}\": {reason}", new Finding(FailureClasses.DeviceRefused, MountFailure.InRoot(scene.Rootfs, text, errno))),
            OpCode.OpenConsole => ($"cannot open the container's terminal at \"{text}\": {reason}", new Finding(FailureClasses.TerminalRefused)),
            OpCode.OpenNull when errno == Errno.ENXIO => ($"\"{text}\" on the host is not the null device", new Finding(FailureClasses.NullDeviceMissing)),
            OpCode.OpenNull => ($"cannot open the host's null device: {reason}", new Finding(FailureClasses.NullDeviceMissing)),
            OpCode.Sysctl => ($"cannot write to \"/proc/{text}\": {reason}", new Finding(FailureClasses.SysctlRefused, WhySysctl(errno))),
            OpCode.Label => Label(errno, text, reason, scene.Config, origin),
            OpCode.JoinCgroups => ($"cannot join the container's cgroup: {reason}", new Finding(FailureClasses.CgroupJoinRefused, WhyNotJoined(errno))),
            OpCode.RaiseHardLimit or OpCode.ResourceLimit => Limit(reason, scene.Config, origin),
            OpCode.User => (
                scene.Config?.Process?.User is { } user ? $"cannot become the user {user.Uid}:{user.Gid}: {reason}" : $"cannot become the user: {reason}",
                new Finding(FailureClasses.UserRefused, errno == Errno.EINVAL ? "the user namespace does not map one of the ids" : null)),
            OpCode.Seccomp or OpCode.SeccompGate => Filter(errno, reason),
            OpCode.Capabilities or OpCode.BoundCapabilities => ($"cannot set the capabilities: {reason}", new Finding(FailureClasses.CapabilitiesRefused)),
            _ => Property(code, errno, text, reason),
        };
    }

    private static (string What, Finding Finding) Namespace(Errno errno, string text, string reason)
    {
        Finding finding = NamespaceFailure.Find(text, errno);
        string what = errno == Errno.EINVAL ? $"\"{text}\" is not a namespace of that type: {reason}" : $"cannot join the namespace at \"{text}\": {reason}";
        return (what, finding);
    }

    private static (string What, Finding Finding) Label(Errno errno, string text, string reason, Config? config, string? origin)
    {
        bool profile = origin == "$.process.apparmorProfile";
        string? name = profile ? config?.Process?.ApparmorProfile : config?.Process?.SelinuxLabel;
        string what = $"cannot write the label{(name is null ? "" : $" \"{name}\"")} to \"/proc/{text}\": {reason}";
        return errno switch
        {
            Errno.ENOENT when profile => (what, new Finding(FailureClasses.ProfileNotLoaded, "the kernel knows no AppArmor profile of that name")),
            Errno.EACCES or Errno.EPERM => (what, new Finding(FailureClasses.LabelDenied)),
            _ => (what, new Finding(FailureClasses.LabelUnknown, "it is malformed, or this kernel runs without the security module that it is for")),
        };
    }

    private static string? WhySysctl(Errno errno) => errno switch
    {
        Errno.ENOENT => "this kernel has none of that name",
        Errno.EINVAL or Errno.ERANGE => "it does not take that value",
        Errno.EACCES or Errno.EPERM => "it may not be written in this container's namespaces",
        _ => null,
    };

    private static string? WhyNotJoined(Errno errno) => errno switch
    {
        Errno.EOPNOTSUPP => "the cgroup above it has processes and hands controllers down all the same, and so is threaded: move them into a cgroup below it",
        Errno.EBUSY => "it hands controllers down to cgroups below it, and so may have no processes of its own",
        Errno.ENODEV => "it has been removed",
        _ => null,
    };

    private static (string What, Finding Finding) Limit(string reason, Config? config, string? origin)
    {
        string what = LaunchScene.EntryOf(config?.Process?.Rlimits, "$.process.rlimits[", origin) is { } limit
            ? $"cannot set the limit {limit.Type} to {limit.Soft}, at most {limit.Hard}: {reason}"
            : $"cannot set the limit: {reason}";
        return (what, new Finding(FailureClasses.LimitRefused));
    }

    private static (string What, Finding Finding) Filter(Errno errno, string reason) => errno switch
    {
        Errno.EACCES => ($"cannot load the seccomp filter: {reason}", new Finding(FailureClasses.FilterNeedsPrivilege)),
        Errno.EINVAL or Errno.ENOMEM => (
            $"the kernel refuses the seccomp filter: {reason}",
            new Finding(FailureClasses.FilterRefused, "it is too large, together with those that are in force already")),
        Errno.EBUSY => (
            $"cannot load the seccomp filter: {reason}",
            new Finding(FailureClasses.FilterRefused, "a filter with a listener is in force already, and SCMP_ACT_NOTIFY needs another")),
        _ => ($"cannot load the seccomp filter: {reason}", new Finding(FailureClasses.FilterRefused)),
    };

    private static (string What, Finding Finding) Hook(Errno errno, int status, string path, string reason, string? output)
    {
        string printed = output is null ? "" : output.Length == 0 ? ", and it printed nothing" : $", output: {output.ReplaceLineEndings(" | ")}";
        return errno switch
        {
            Errno.ETIMEDOUT => ($"error running hook {path}: killed, as it still ran after its timeout{printed}", new Finding(FailureClasses.HookTooSlow)),
            Errno.ECHILD when (status & 0x7f) != 0 => ($"error running hook {path}: ended by signal {status & 0x7f}{printed}", new Finding(FailureClasses.HookFailed)),
            Errno.ECHILD when (status >> 8 & 0xff) is 127 && output is { Length: 0 } =>
                ($"error running hook {path}: exit status 127{printed}", new Finding(FailureClasses.HookNotRun, "it is not there, or its interpreter is not")),
            Errno.ECHILD when (status >> 8 & 0xff) is 126 && output is { Length: 0 } =>
                ($"error running hook {path}: exit status 126{printed}", new Finding(FailureClasses.HookNotRun, "it cannot be executed")),
            Errno.ECHILD => ($"error running hook {path}: exit status {status >> 8 & 0xff}{printed}", new Finding(FailureClasses.HookFailed)),
            Errno.EAGAIN => ($"error running hook {path}: {reason}", new Finding(FailureClasses.NoProcesses)),
            _ => ($"error running hook {path}: {reason}", new Finding(FailureClasses.HookNotRun)),
        };
    }

    /// <summary>What the process, or the system that it sees, is given, and the kernel does not grant.</summary>
    private static (string What, Finding Finding) Property(OpCode code, Errno errno, string text, string reason)
    {
        string what = text.Length > 0 ? $"cannot {StepWords.Act(code)} (\"{text}\"): {reason}" : $"cannot {StepWords.Act(code)}: {reason}";
        string? why = code switch
        {
            OpCode.Scheduler when errno == Errno.EPERM => "it needs CAP_SYS_NICE, and SCHED_DEADLINE a process that may run on all processors",
            OpCode.IoPriority when errno == Errno.EPERM => "the class for real time needs CAP_SYS_ADMIN or CAP_SYS_NICE",
            OpCode.MemoryPolicy when errno == Errno.EINVAL => "it names a node that is not online, or flags that exclude each other",
            OpCode.SessionKeyring when errno == Errno.EDQUOT => "too many keys (sysctl kernel.keys.maxkeys); --no-new-keyring does without",
            OpCode.RaiseLoopback when errno == Errno.EPERM => "it needs CAP_NET_ADMIN; without {\"type\": \"network\"} in $.linux.namespaces the container has the caller's network",
            OpCode.WriteSelf when errno == Errno.EACCES => "a lower value than the caller's needs CAP_SYS_RESOURCE",
            _ => null,
        };
        bool isProperty = code is OpCode.Scheduler or OpCode.IoPriority or OpCode.MemoryPolicy or OpCode.SessionKeyring or OpCode.WriteSelf or OpCode.RaiseLoopback or OpCode.Hostname
            or OpCode.Domainname or OpCode.Personality or OpCode.Affinity or OpCode.NoNewPrivileges or OpCode.FileMode;
        return (what, new Finding(isProperty ? FailureClasses.PropertyRefused : FailureClasses.StepRefused, why));
    }
}
