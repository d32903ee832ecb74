namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/inotify.h, sys/eventfd.h: being told of events.</summary>
[KernelHeader("sys/inotify.h", "sys/eventfd.h")]
public static class Inotify
{
    public const uint IN_MODIFY = 2;
}

public static unsafe partial class RawSyscall
{
    public static nint inotify_init1(int flags) => Call(NR.inotify_init1, flags);

    public static nint inotify_add_watch(int fd, byte* path, uint mask) => Call(NR.inotify_add_watch, fd, (nint)path, (nint)mask);

    public static nint eventfd2(uint value, int flags) => Call(NR.eventfd2, (nint)value, flags);
}
#pragma warning restore CS1591
