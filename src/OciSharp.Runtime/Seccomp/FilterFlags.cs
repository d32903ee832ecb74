using OciSharp.Linux;
using OciSharp.Spec;
using static OciSharp.Linux.Seccomp;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Seccomp;

/// <summary>The flags of seccomp(2) that a profile leads to.</summary>
internal static class FilterFlags
{
    /// <summary>The flags of a profile: its own, or SPEC_ALLOW if it has no list; and NEW_LISTENER if it notifies.</summary>
    /// <remarks>
    /// The kernel takes TSYNC only without a listener and WAIT_KILLABLE_RECV only with one. Neither does anything otherwise: the process has
    /// one thread, and without notifications there is nothing to wait for.
    /// </remarks>
    /// <exception cref="ContainerException">The kernel does not know one of them.</exception>
    public static uint Of(LinuxSeccomp profile)
    {
        uint flags = profile.Flags is null ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : 0;
        ReadOnlySpan<string> names = profile.Flags.AsSpan();
        for (int i = 0; i < names.Length; i++)
        {
            uint flag = Parse(names[i]);
            if (!IsSupported(flag))
                throw new ContainerException($"$.linux.seccomp.flags[{i}]: this kernel does not know {names[i]}; remove the flag");
            flags |= flag;
        }

        return Notifies(profile)
            ? (flags & ~SECCOMP_FILTER_FLAG_TSYNC) | SECCOMP_FILTER_FLAG_NEW_LISTENER
            : flags & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    }

    /// <summary>Those of <see cref="SeccompNames.Flags"/> that the kernel knows.</summary>
    public static IReadOnlyList<string> Supported()
    {
        var supported = new List<string>();
        foreach (string name in SeccompNames.Flags)
        {
            if (IsSupported(Parse(name)))
                supported.Add(name);
        }

        return supported;
    }

    /// <summary>Some calls are answered by an agent.</summary>
    public static bool Notifies(LinuxSeccomp profile)
    {
        foreach (LinuxSyscall rule in profile.Syscalls.AsSpan())
        {
            if (rule.Action == SeccompActions.SCMP_ACT_NOTIFY)
                return true;
        }

        return false;
    }

    private static uint Parse(string name) => name switch
    {
        SeccompFlags.SECCOMP_FILTER_FLAG_TSYNC => SECCOMP_FILTER_FLAG_TSYNC,
        SeccompFlags.SECCOMP_FILTER_FLAG_LOG => SECCOMP_FILTER_FLAG_LOG,
        SeccompFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW => SECCOMP_FILTER_FLAG_SPEC_ALLOW,
        SeccompFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV => SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
        _ => throw new ContainerException($"$.linux.seccomp.flags: unknown seccomp flag \"{name}\""),
    };

    /// <summary>Without a program the kernel looks at the flags and then fails with EFAULT (seccomp(2)).</summary>
    private static unsafe bool IsSupported(uint flag)
    {
        uint asked = flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV ? flag | SECCOMP_FILTER_FLAG_NEW_LISTENER : flag;
        return RawSyscall.seccomp(SECCOMP_SET_MODE_FILTER, asked, null) == -(nint)Errno.EFAULT;
    }
}
