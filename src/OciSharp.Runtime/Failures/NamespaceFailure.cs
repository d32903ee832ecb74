using OciSharp.Linux;
using OciSharp.Runtime.Planning;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Failures;

/// <summary>Why a namespace is not joined.</summary>
internal static class NamespaceFailure
{
    /// <summary>Looks at what the path leads to.</summary>
    /// <param name="path">The path, in the host.</param>
    /// <param name="errno">The kernel's reason.</param>
    public static Finding Find(string path, Errno errno)
    {
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ESRCH)
            return new Finding(FailureClasses.NamespaceGone, "whoever held that namespace has let it go");
        if (errno != Errno.EINVAL)
            return new Finding(FailureClasses.NamespaceRefused);
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY);
        if (fd < 0)
            return new Finding(FailureClasses.NamespaceOfOtherKind);
        using var file = new OwnedFd((int)fd);
        nint flag = RawSyscall.ioctl(file.Value, Nsfs.NS_GET_NSTYPE, 0);
        return flag < 0
            ? new Finding(FailureClasses.NamespaceGone, "what is there is a file like any other: the namespace was mounted on it, and is no more")
            : new Finding(FailureClasses.NamespaceOfOtherKind, $"what is there is a namespace of type \"{TypeOf((ulong)flag)}\"");
    }

    private static string TypeOf(ulong flag)
    {
        foreach (string type in (string[])
            [NamespaceTypes.Pid, NamespaceTypes.Network, NamespaceTypes.Mount, NamespaceTypes.Ipc, NamespaceTypes.Uts, NamespaceTypes.User, NamespaceTypes.Cgroup, NamespaceTypes.Time])
        {
            if (Planner.NamespaceFlag(type) == flag)
                return type;
        }

        return $"{flag:x}";
    }
}
