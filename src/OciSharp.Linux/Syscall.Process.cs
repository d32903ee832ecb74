using Mono.Unix.Native;

namespace OciSharp.Linux;

public static unsafe partial class Syscall
{
    /// <summary>ppoll(2) until something is ready, a signal handler ran, or the time is over.</summary>
    /// <param name="fds">What to wait for; negative descriptors are passed over.</param>
    /// <param name="milliseconds">How long, or −1 for as long as it takes.</param>
    /// <returns>How many entries have <c>revents</c>; 0 when time is over.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static int Poll(Span<pollfd> fds, long milliseconds)
    {
        timespec timeout = new() { tv_sec = milliseconds / 1000, tv_nsec = milliseconds % 1000 * 1_000_000 };
        fixed (pollfd* first = fds)
        {
            nint ready;
            do // The kernel leaves the time that remains in `timeout`.
                ready = RawSyscall.ppoll(first, (nuint)fds.Length, milliseconds < 0 ? null : &timeout);
            while (ready == -(nint)Errno.EINTR);
            return (int)Check(ready, "poll");
        }
    }

    /// <summary>Waits; a signal ends it early.</summary>
    public static void Sleep(int microseconds)
    {
        var time = new timespec { tv_sec = microseconds / 1_000_000, tv_nsec = microseconds % 1_000_000 * 1000L };
        RawSyscall.ppoll(null, 0, &time);
    }

    /// <summary>pidfd_open(2), close-on-exec.</summary>
    /// <exception cref="LinuxException">ESRCH: there is no such process.</exception>
    public static OwnedFd OpenProcess(int pid)
    {
        nint fd = RawSyscall.pidfd_open(pid, 0);
        if (fd < 0)
            LinuxException.Throw(fd, $"pidfd_open {pid}");
        return new OwnedFd((int)fd);
    }
}
