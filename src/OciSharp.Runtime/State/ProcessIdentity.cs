using System.Buffers.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Processes;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.State;

/// <summary>What /proc/PID/stat says about a process (proc_pid_stat(5)).</summary>
/// <param name="State">Its state: <c>R</c>, <c>S</c>, …; <c>Z</c> and <c>X</c> have ended.</param>
/// <param name="StartTime">
/// When it started, in clock ticks after boot. With the pid it names one process for ever, where a pid alone is used again.
/// </param>
public readonly record struct ProcessIdentity(char State, ulong StartTime)
{
    private const int StateField = 3;
    private const int StartTimeField = 22;

    /// <summary>The process has not ended. One that has, and was not reaped yet, is still to be found in /proc.</summary>
    public bool Alive => State is not ('Z' or 'X' or 'x');

    /// <summary>Looks a process up; <see langword="null"/> if there is none of that pid.</summary>
    /// <exception cref="ContainerException">There is no procfs, so that nothing is known.</exception>
    /// <exception cref="LinuxException">/proc cannot be read.</exception>
    public static unsafe ProcessIdentity? Of(int pid)
    {
        Span<byte> path = stackalloc byte[32];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path[6..], out int digits);
        "/stat\0"u8.CopyTo(path[(6 + digits)..]);

        nint fd;
        fixed (byte* name = path)
            fd = RawSyscall.openat(Fcntl.AT_FDCWD, name, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (fd == -(nint)Errno.ESRCH) // It was reaped while the path was looked up.
            return null;
        if (fd == -(nint)Errno.ENOENT)
            return Procfs.IsMounted ? null : throw Procfs.Missing();
        if (fd < 0)
            LinuxException.Throw(fd, $"open /proc/{pid}/stat");

        byte* buffer = stackalloc byte[1024];
        nint length = RawSyscall.read((int)fd, buffer, 1024);
        _ = RawSyscall.close((int)fd);
        if (length == -(nint)Errno.ESRCH) // It was reaped after the open.
            return null;
        if (length < 0)
            LinuxException.Throw(length, $"read /proc/{pid}/stat");
        return Parse(new ReadOnlySpan<byte>(buffer, (int)length))
            ?? throw new ContainerException($"/proc/{pid}/stat does not look as proc_pid_stat(5) describes it");
    }

    /// <summary>Reads the text of /proc/PID/stat; <see langword="null"/> if it is none.</summary>
    public static ProcessIdentity? Parse(ReadOnlySpan<byte> text)
    {
        // The name in field 2 is the program's choice, and may hold blanks and parentheses: fields are counted from its end.
        int nameEnd = text.LastIndexOf((byte)')');
        if (nameEnd < 0 || nameEnd + 2 >= text.Length)
            return null;
        ReadOnlySpan<byte> rest = text[(nameEnd + 2)..];
        char state = (char)rest[0];
        for (int field = StateField; field < StartTimeField; field++)
        {
            int blank = rest.IndexOf((byte)' ');
            if (blank < 0)
                return null;
            rest = rest[(blank + 1)..];
        }

        return Utf8Parser.TryParse(rest, out ulong startTime, out _) ? new ProcessIdentity(state, startTime) : null;
    }
}
