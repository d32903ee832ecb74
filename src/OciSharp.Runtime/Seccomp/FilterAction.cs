using OciSharp.Linux;
using OciSharp.Spec;
using static OciSharp.Linux.Seccomp;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Seccomp;

/// <summary>Actions as a filter returns them: SECCOMP_RET_*, with an errno or the tracer's data in the low 16 bits (seccomp(2)).</summary>
internal static unsafe class FilterAction
{
    /// <summary>The call fails as one that the kernel does not have.</summary>
    public const uint NoSuchCall = SECCOMP_RET_ERRNO | 38; // ENOSYS

    private const uint Eperm = 1;
    private const uint Data = 0xffff;

    /// <summary>The value of an action of the configuration, which validation has found to be one.</summary>
    /// <param name="action">One of <see cref="SeccompActions"/>.</param>
    /// <param name="errno">The errno or the tracer's data; absent: EPERM.</param>
    public static uint Of(string action, uint? errno) => action switch
    {
        SeccompActions.SCMP_ACT_ALLOW => SECCOMP_RET_ALLOW,
        SeccompActions.SCMP_ACT_ERRNO => SECCOMP_RET_ERRNO | ((errno ?? Eperm) & Data),
        SeccompActions.SCMP_ACT_KILL or SeccompActions.SCMP_ACT_KILL_THREAD => SECCOMP_RET_KILL_THREAD,
        SeccompActions.SCMP_ACT_KILL_PROCESS => SECCOMP_RET_KILL_PROCESS,
        SeccompActions.SCMP_ACT_TRAP => SECCOMP_RET_TRAP,
        SeccompActions.SCMP_ACT_TRACE => SECCOMP_RET_TRACE | ((errno ?? Eperm) & Data),
        SeccompActions.SCMP_ACT_LOG => SECCOMP_RET_LOG,
        SeccompActions.SCMP_ACT_NOTIFY => SECCOMP_RET_USER_NOTIF,
        _ => throw new ContainerException($"$.linux.seccomp: unknown action \"{action}\""),
    };

    /// <summary>True if the action keeps a call from being made, so that a program cannot tell a new call from a forbidden one.</summary>
    public static bool Denies(uint action) =>
        (action & ~Data) is SECCOMP_RET_ERRNO or SECCOMP_RET_KILL_THREAD or SECCOMP_RET_KILL_PROCESS or SECCOMP_RET_TRAP;

    /// <summary>Asks the kernel whether it knows the actions that a profile has: it takes one that it does not know for "kill".</summary>
    /// <exception cref="ContainerException">It does not, or has no filters at all.</exception>
    public static void CheckKernel(LinuxSeccomp profile)
    {
        CheckKernel(profile.DefaultAction, "defaultAction", null);
        string last = profile.DefaultAction;
        ReadOnlySpan<LinuxSyscall> rules = profile.Syscalls.AsSpan();
        for (int i = 0; i < rules.Length; i++)
        {
            // Rules come in runs of one action.
            if (rules[i].Action == last)
                continue;
            last = rules[i].Action;
            CheckKernel(last, "syscalls", i);
        }
    }

    private static void CheckKernel(string action, string property, int? index)
    {
        uint value = Of(action, 0);
        nint result = RawSyscall.seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &value);
        if (result >= 0)
            return;
        string path = index is null ? $"$.linux.seccomp.{property}" : $"$.linux.seccomp.{property}[{index}].action";
        if (result == -(nint)Errno.EOPNOTSUPP)
            throw new ContainerException($"{path}: this kernel does not know {action}; choose another action (see /proc/sys/kernel/seccomp/actions_avail)");
        throw new ContainerException(
            $"$.linux.seccomp: this kernel has no system call filters ({ErrorText.Of((Errno)(int)-result)}): it is built without CONFIG_SECCOMP_FILTER; remove them from the configuration");
    }
}
