using OciSharp.Linux;

namespace OciSharp.Runtime.Failures;

/// <summary>Reads of files that a container made: bounded, and only of ordinary files, which keep nobody waiting.</summary>
internal static unsafe class FileHead
{
    /// <summary>Opens for reading what a descriptor opened with O_PATH stands for; null if it is no ordinary file, or we may not.</summary>
    public static OwnedFd? Open(OwnedFd file, in statx_t stat)
    {
        if ((stat.stx_mode & Stat.S_IFMT) != Stat.S_IFREG)
            return null;
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, $"/proc/self/fd/{file.Value}", Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY);
        return fd < 0 ? null : new OwnedFd((int)fd);
    }

    /// <summary>One pread(2): the number of bytes, 0 if the kernel refuses.</summary>
    public static int Read(OwnedFd file, Span<byte> to, long offset)
    {
        fixed (byte* start = to)
            return (int)Math.Max(0, RawSyscall.pread(file.Value, start, (nuint)to.Length, offset));
    }
}
