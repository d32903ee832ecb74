using Mono.Unix.Native;

namespace OciSharp.Linux;

public static unsafe partial class Syscall
{
    private const int FirstRead = 4096;

    /// <summary>openat(2), close-on-exec.</summary>
    /// <param name="directory">The directory that a relative <paramref name="path"/> starts at, or <see cref="Fcntl.AT_FDCWD"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="flags">O_* without O_CLOEXEC, which is always set.</param>
    /// <param name="mode">The permissions of a file that is made.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OwnedFd Open(int directory, string path, int flags, uint mode = 0)
    {
        nint fd = TryOpen(directory, path, flags, mode);
        if (fd < 0)
            LinuxException.Throw(fd, $"open {path}");
        return new OwnedFd((int)fd);
    }

    /// <summary>As <see cref="Open"/>, for callers to whom a refusal is an answer.</summary>
    /// <returns>The descriptor, which the caller closes, or the negated errno.</returns>
    public static nint TryOpen(int directory, string path, int flags, uint mode = 0)
    {
        fixed (byte* name = CString.Of(path))
        {
            nint fd;
            do
                fd = RawSyscall.openat(directory, name, flags | Fcntl.O_CLOEXEC, mode);
            while (fd == -(nint)Errno.EINTR);
            return fd;
        }
    }

    /// <summary>read(2) to the end of the file, from its current offset.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="name">What it is called, for the message.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static byte[] ReadToEnd(int fd, string name)
    {
        byte[] buffer = new byte[FirstRead];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            int count = Read(fd, buffer.AsSpan(length), name);
            if (count == 0)
                break;
            length += count;
        }

        Array.Resize(ref buffer, length);
        return buffer;
    }

    /// <summary>One read(2).</summary>
    /// <returns>The number of bytes, 0 at the end.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static int Read(int fd, Span<byte> buffer, string name)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
                count = RawSyscall.read(fd, start, (nuint)buffer.Length);
            while (count == -(nint)Errno.EINTR);
            if (count < 0)
                LinuxException.Throw(count, $"read {name}");
            return (int)count;
        }
    }

    /// <summary>write(2) until everything is written.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="data">What to write.</param>
    /// <param name="name">What the file is called, for the message.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void WriteAll(int fd, ReadOnlySpan<byte> data, string name)
    {
        fixed (byte* start = data)
        {
            nuint written = 0;
            while (written < (nuint)data.Length)
            {
                nint count = RawSyscall.write(fd, start + written, (nuint)data.Length - written);
                if (count >= 0)
                    written += (nuint)count;
                else if (count != -(nint)Errno.EINTR)
                    LinuxException.Throw(count, $"write {name}");
            }
        }
    }

    /// <summary>statx(2): the basic fields, and the mount.</summary>
    /// <param name="directory">Where a relative <paramref name="path"/> starts, or the file itself (AT_EMPTY_PATH).</param>
    /// <param name="path">The file.</param>
    /// <param name="flags">AT_*.</param>
    /// <param name="name">What the file is called, for the message.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static statx_t Stat(int directory, string path, int flags, string name)
    {
        statx_t result;
        fixed (byte* text = CString.Of(path))
            Check(RawSyscall.statx(directory, text, flags, Linux.Stat.STATX_BASIC_STATS | Linux.Stat.STATX_MNT_ID, &result), $"stat {name}");
        return result;
    }

    private const int RLIMIT_NOFILE = 7;

    /// <summary>Marks all descriptors from <paramref name="first"/> on to be closed by execve(2).</summary>
    /// <exception cref="LinuxException">Refused.</exception>
    public static void CloseOnExecFrom(int first)
    {
        if (RawSyscall.close_range((uint)first, uint.MaxValue, Fcntl.CLOSE_RANGE_CLOEXEC) >= 0)
            return;

        // Linux 5.10 has the call without the flag.
        rlimit64 limit;
        Check(RawSyscall.prlimit64(0, RLIMIT_NOFILE, null, &limit), "read the limit of descriptors");
        for (int fd = first; fd < (int)Math.Min(limit.rlim_cur, int.MaxValue); fd++)
            RawSyscall.fcntl(fd, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC);
    }
}
