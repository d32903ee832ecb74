using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Terminal;

/// <summary>Bytes on their way from one descriptor to another: at most one read ahead of the writes.</summary>
internal sealed unsafe class CopyBuffer
{
    /// <summary>What a pipe that is ready takes at once (PIPE_BUF): a write of no more than that does not block.</summary>
    private const int Size = 4096;

    private readonly byte[] _bytes = new byte[Size];
    private int _start;
    private int _end;

    /// <summary>Everything that was read is written.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>One read(2), when the buffer is empty.</summary>
    /// <returns>What read(2) returned, −errno included.</returns>
    public nint Fill(int fd)
    {
        fixed (byte* start = _bytes)
        {
            nint count = RawSyscall.read(fd, start, Size);
            _start = 0;
            _end = (int)Math.Max(0, count);
            return count;
        }
    }

    /// <summary>One write(2) of what is left.</summary>
    /// <returns>False if the descriptor takes no more, ever. What is left is dropped then.</returns>
    public bool Flush(int fd)
    {
        fixed (byte* start = _bytes)
        {
            nint count = RawSyscall.write(fd, start + _start, (nuint)(_end - _start));
            if (count is -(nint)Errno.EAGAIN or -(nint)Errno.EINTR)
                return true;
            if (count < 0)
            {
                Drop();
                return false;
            }

            _start += (int)count;
            return true;
        }
    }

    /// <summary>Forgets what is left.</summary>
    public void Drop() => _start = _end;
}
