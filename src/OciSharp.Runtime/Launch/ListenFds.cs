using OciSharp.Linux;

namespace OciSharp.Runtime.Launch;

/// <summary>Descriptors that the container gets after stdio: those of systemd (sd_listen_fds(3)), then those of <c>--preserve-fds</c>.</summary>
internal static class ListenFds
{
    private const int First = 3;

    /// <summary>How many systemd handed us: LISTEN_FDS.</summary>
    public static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), out int count) && count > 0 ? count : 0;

    /// <summary>Every descriptor that is promised must be there.</summary>
    /// <param name="preserved">The number of <c>--preserve-fds</c>.</param>
    /// <exception cref="ContainerException">One is not open.</exception>
    public static void Check(int preserved)
    {
        int end = First + Count + preserved;
        for (int fd = First; fd < end; fd++)
        {
            // What is close-on-exec is ours, not the caller's.
            nint flags = RawSyscall.fcntl(fd, Fcntl.F_GETFD, 0);
            if (flags < 0 || (flags & Fcntl.FD_CLOEXEC) != 0)
                throw new ContainerException($"file descriptor {fd} is to be handed to the container (--preserve-fds or LISTEN_FDS), but it is not open");
        }
    }
}
