namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>sys/file.h</summary>
[KernelHeader("sys/file.h")]
public static class Flock
{
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
    public const int LOCK_UN = 8;
}

public static unsafe partial class RawSyscall
{
    public static nint flock(int fd, int operation) => Call(NR.flock, fd, operation);
}
#pragma warning restore CS1591
