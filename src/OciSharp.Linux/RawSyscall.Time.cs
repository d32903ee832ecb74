using System.Runtime.InteropServices;

namespace OciSharp.Linux;

public static unsafe partial class RawSyscall
{
    [DllImport("libc"), SuppressGCTransition]
    private static extern int clock_gettime(int clock, timespec* time);

    /// <summary>
    /// clock_gettime(2), the C library's: it reads the memory that the kernel shares with every process (vdso(7)), and makes a system call only
    /// where the host's clock source cannot be read there.
    /// </summary>
    /// <param name="clock">One of <see cref="Clock"/>.</param>
    /// <returns>The time in nanoseconds.</returns>
    public static ulong Now(int clock)
    {
        timespec time = default;
        _ = clock_gettime(clock, &time); // every kernel has both
        return ((ulong)time.tv_sec * 1_000_000_000) + (ulong)time.tv_nsec;
    }
}
