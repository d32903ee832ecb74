using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Planning;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>Words the failure of a step of the plan.</summary>
internal static class LaunchFailure
{
    /// <summary>The message for a failure that the child reported.</summary>
    /// <param name="word">The report.</param>
    /// <param name="plan">The plan, which knows the part of config.json that the step comes from; null where there is none at hand.</param>
    public static ContainerException Of(in ChildWord word, LaunchPlan? plan)
    {
        string? origin = plan?.Builder.OriginOf(word.Message.A)?.ToString();
        var errno = (Errno)word.Message.B;
        string message = Words(word.Message.Op, errno, word.Message.C, word.Text);
        return new ContainerException(origin is null ? message : $"{message} ({origin})");
    }

    private static string Words(OpCode code, Errno errno, int detail, string text)
    {
        string reason = ErrorText.Of(errno);
        return code switch
        {
            OpCode.None => $"cannot execute our own program as the container's init: {reason}",
            OpCode.FindExecutable or OpCode.Execute => Program(code, errno, text, reason),
            OpCode.RunHook => Hook(errno, detail, text, reason),
            OpCode.CheckDirectory when errno == Errno.EXDEV =>
                "the working directory lies outside of the container: current working directory is outside of container mount namespace root",
            OpCode.ChangeDirectory or OpCode.CheckDirectory => $"chdir to cwd (\"{text}\") set in config.json failed: {reason}",
            OpCode.Target when errno == Errno.EXDEV =>
                $"cannot mount at \"{text}\": it lies inside of /proc, where nothing but proc itself and a few files may be covered",
            OpCode.Target when errno == Errno.ELOOP =>
                $"cannot resolve \"{text}\" inside the container's root: it leads through a magic link of /proc, or the image has a symbolic link where "
                + "proc or sysfs belong, which must be mounted on ordinary directories",
            OpCode.Target or OpCode.MountPoint => $"cannot make or open the mount point \"{text}\" in the container's root: {reason}",
            OpCode.OpenNull when errno == Errno.ENXIO => $"\"{text}\" on the host is not the null device",
            OpCode.OpenTree => $"cannot take \"{text}\" from the host: {reason}",
            OpCode.MountFileSystem when text.EndsWith("Unknown parameter 'context'", StringComparison.Ordinal) =>
                $"cannot mount: {text}: linux.mountLabel is for SELinux, without which this kernel runs: remove it",
            OpCode.MountFileSystem or OpCode.MountClassic => $"cannot mount: {text}: {reason}",
            OpCode.AttachTree => $"cannot attach the mount to its mount point: {reason}",
            OpCode.ChangeMount => $"the mount's options are refused: {reason}",
            OpCode.AttachRoot or OpCode.PivotRoot or OpCode.MoveRoot or OpCode.ChangeRoot => $"cannot enter the container's root: {reason}",
            OpCode.JoinNamespace when errno == Errno.EINVAL => $"\"{text}\" is not a namespace of that type: {reason}",
            OpCode.JoinNamespace => $"cannot join the namespace at \"{text}\": {reason}",
            OpCode.UnshareUser => $"cannot make a user namespace: {reason}; see the sysctls user.max_user_namespaces and kernel.unprivileged_userns_clone",
            OpCode.CloneInit or OpCode.Unshare when errno == Errno.EAGAIN => $"cannot make the container's init: {reason}: {ErrorText.NoProcess}",
            OpCode.CloneInit or OpCode.Unshare when errno == Errno.ENOSPC => $"cannot make the container's namespaces: {reason}: see the sysctls user.max_*_namespaces",
            OpCode.CloneInit or OpCode.Unshare => $"cannot make the container's namespaces: {reason}",
            OpCode.MakeDevice when errno == Errno.EEXIST => $"\"{text}\" exists and is not the device that is asked for",
            OpCode.MakeDevice => $"cannot make the device \"{text}\": {reason}",
            OpCode.OpenConsole => $"cannot open the container's terminal at \"{text}\": {reason}; process.terminal needs a devpts mount at /dev/pts",
            OpCode.Sysctl => $"cannot write to \"/proc/{text}\": {reason}",
            OpCode.Label when errno == Errno.EINVAL =>
                $"cannot write the label to \"/proc/{text}\": {reason}: it is malformed, or this kernel runs without the security module that it is for: "
                + "enable that, or remove the label",
            OpCode.Label => $"cannot write the label to \"/proc/{text}\": {reason}",
            OpCode.JoinCgroups when errno == Errno.EOPNOTSUPP =>
                $"cannot join the container's cgroup: {reason}: the cgroup above it has processes and hands controllers down all the same, and so is threaded: "
                + "move them into a cgroup below it",
            OpCode.JoinCgroups => $"cannot join the container's cgroup: {reason}",
            OpCode.RaiseHardLimit or OpCode.ResourceLimit => $"cannot set the limit: {reason}",
            OpCode.User => $"cannot become the user: {reason}; is the id mapped in the user namespace?",
            OpCode.Seccomp or OpCode.SeccompGate => Filter(errno, reason),
            OpCode.Capabilities or OpCode.BoundCapabilities => $"cannot set the capabilities: {reason}",
            OpCode.OpenNull => $"cannot open the host's null device: {reason}",
            OpCode.Scheduler when errno == Errno.EPERM =>
                $"cannot set the scheduling policy: {reason}: it needs CAP_SYS_NICE, and SCHED_DEADLINE a process that may run on all processors",
            OpCode.IoPriority when errno == Errno.EPERM => $"cannot set the priority of input and output: {reason}: the class for real time needs CAP_SYS_ADMIN or CAP_SYS_NICE",
            OpCode.MemoryPolicy when errno == Errno.EINVAL => $"cannot set the memory policy: {reason}: it names a node that is not online, or flags that exclude each other",
            OpCode.SessionKeyring when errno == Errno.EDQUOT =>
                $"cannot make a session keyring: {reason}: too many keys (sysctl kernel.keys.maxkeys); --no-new-keyring does without",
            OpCode.WriteSelf when errno == Errno.EACCES => $"cannot write to \"{text}\": {reason}: a lower value than the caller's needs CAP_SYS_RESOURCE",
            _ when text.Length > 0 => $"cannot {StepWords.Act(code)} (\"{text}\"): {reason}",
            _ => $"cannot {StepWords.Act(code)}: {reason}",
        };
    }

    /// <summary>The fragments that engines look for: "executable file not found in", "no such file or directory", "permission denied".</summary>
    private static string Program(OpCode code, Errno errno, string text, string reason)
    {
        if (code == OpCode.FindExecutable && errno == Errno.ENOENT)
        {
            return text.Contains('/')
                ? $"exec: \"{text}\": stat {text}: no such file or directory"
                : $"exec: \"{text}\": executable file not found in $PATH";
        }

        if (errno == Errno.EISDIR)
            return $"exec: \"{text}\": is a directory, permission denied";
        if (code == OpCode.Execute && errno == Errno.ENOENT)
            return $"exec {text}: no such file or directory: the file is there, so its interpreter is not: the #! line, or the loader of a dynamic program, names what the image lacks";
        if (code == OpCode.Execute && errno == Errno.ENOEXEC)
            return $"exec {text}: exec format error: it is a program for another architecture, or a script without a #! line";
        if (code == OpCode.Execute && errno is Errno.EPERM or Errno.ENOSYS)
            return $"exec {text}: {reason}: execve is refused, by a security module, or by a seccomp profile that does not allow it";
        return $"exec: \"{text}\": {reason}";
    }

    private static string Filter(Errno errno, string reason) => errno switch
    {
        Errno.EACCES => $"cannot load the seccomp filter: {reason}: without CAP_SYS_ADMIN it takes process.noNewPrivileges",
        Errno.EINVAL or Errno.ENOMEM => $"the kernel refuses the seccomp filter: {reason}: it is too large, together with those that are in force already",
        Errno.EBUSY => $"cannot load the seccomp filter: {reason}: a filter with a listener is in force already, and SCMP_ACT_NOTIFY needs another",
        _ => $"cannot load the seccomp filter: {reason}",
    };

    private static string Hook(Errno errno, int status, string path, string reason) => errno switch
    {
        Errno.ETIMEDOUT => $"error running hook {path}: killed, as it still ran after its timeout",
        Errno.ECHILD when (status & 0x7f) != 0 => $"error running hook {path}: ended by signal {status & 0x7f}",
        Errno.EAGAIN => $"error running hook {path}: {reason}: {ErrorText.NoProcess}",
        Errno.ECHILD => $"error running hook {path}: exit status {(status >> 8) & 0xff}",
        _ => $"error running hook {path}: {reason}",
    };
}
