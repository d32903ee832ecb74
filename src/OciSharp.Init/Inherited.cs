using OciSharp.Init.Child;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>What a caller leaves to us that would break us, set right before anything relies on it.</summary>
internal static unsafe class Inherited
{
    private const int StdioCount = 3;

    /// <summary>Opens what stdio lacks, and takes back a SIGCHLD that is ignored.</summary>
    public static void Repair()
    {
        OpenStdio();

        // While it is ignored, the kernel reaps our children itself and their exit codes are lost (wait(2), NOTES).
        kernel_sigaction action = default;
        RawSyscall.rt_sigaction(Signal.SIGCHLD, &action, null);
    }

    /// <summary>
    /// A descriptor from 0 to 2 that the caller closed would be the next that we open: the output would go into the state of a container,
    /// and the container would be given our sockets as its stdio. It becomes /dev/null.
    /// </summary>
    private static void OpenStdio()
    {
        pollfd* stdio = stackalloc pollfd[StdioCount];
        for (int fd = 0; fd < StdioCount; fd++)
        {
            stdio[fd].fd = fd;
            stdio[fd].events = 0;
        }

        timespec now = default;
        RawSyscall.ppoll(stdio, StdioCount, &now);
        for (int fd = 0; fd < StdioCount; fd++)
        {
            // The lowest that is free is what openat(2) returns. Without it we would do harm.
            if ((stdio[fd].revents & pollfd.POLLNVAL) != 0
                && RawSyscall.openat(Fcntl.AT_FDCWD, Text.Z("/dev/null"u8), Fcntl.O_RDWR) != fd)
            {
                RawSyscall.exit_group(1);
            }
        }
    }
}
