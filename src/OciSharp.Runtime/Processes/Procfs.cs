using OciSharp.Linux;

namespace OciSharp.Runtime.Processes;

/// <summary>The file system at /proc: without it, processes that live look as if they were none.</summary>
internal static unsafe class Procfs
{
    /// <summary>Whether a procfs is mounted there that knows us.</summary>
    public static bool IsMounted
    {
        get
        {
            fixed (byte* path = "/proc/self/stat\0"u8)
                return RawSyscall.faccessat2(Fcntl.AT_FDCWD, path, Fcntl.F_OK, 0) == 0;
        }
    }

    /// <summary>The refusal of what cannot be done without it.</summary>
    public static ContainerException Missing() =>
        new("cannot tell anything about processes: no procfs of our pid namespace is mounted at /proc: mount it (mount -t proc proc /proc)");
}
