using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.State;

/// <summary>The init of a container that exists. A process of its pid that started at another time is not it.</summary>
public static class InitProcess
{
    /// <summary>The container's init has not ended.</summary>
    /// <exception cref="LinuxException">/proc cannot be read.</exception>
    public static bool IsAlive(ContainerRecord record) =>
        record.Pid != 0 && ProcessIdentity.Of(record.Pid) is { Alive: true } process && process.StartTime == record.StartTime;

    /// <summary>A pidfd of the container's init; <see langword="null"/> if that has ended.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OwnedFd? TryOpen(ContainerRecord record)
    {
        if (record.Pid == 0)
            return null;
        nint fd = RawSyscall.pidfd_open(record.Pid, 0);
        if (fd == -(nint)Errno.ESRCH)
            return null;
        OwnedFd pidfd = new((int)Syscall.Check(fd, $"pidfd_open {record.Pid}"));

        // If the pid is init's now, it was so when the pidfd was opened.
        if (IsAlive(record))
            return pidfd;
        pidfd.Dispose();
        return null;
    }

    /// <summary>Sends a signal through a pidfd; false if the process has ended.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static bool Signal(OwnedFd pidfd, int signal)
    {
        nint sent = RawSyscall.pidfd_send_signal(pidfd.Value, signal);
        if (sent == -(nint)Errno.ESRCH)
            return false;
        Syscall.Check(sent, $"send signal {signal} to the container's init");
        return true;
    }

    /// <summary>Waits until a process has ended; false if it has not in <paramref name="milliseconds"/>.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static bool Wait(OwnedFd pidfd, long milliseconds) =>
        Syscall.Poll([new pollfd { fd = pidfd.Value, events = pollfd.POLLIN }], milliseconds) > 0;
}
