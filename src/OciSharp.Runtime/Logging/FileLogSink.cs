using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Logging;

/// <summary>Lines in a file, or on standard error.</summary>
internal sealed class FileLogSink : LogSink
{
    private const int StandardErrorFd = 2;
    private const uint Permissions = 0x1a4; // 0644

    private readonly OwnedFd? _file;
    private readonly int _fd;
    private readonly LogFormat _format;

    private FileLogSink(OwnedFd? file, int fd, LogFormat format)
    {
        _file = file;
        _fd = fd;
        _format = format;
    }

    /// <summary>Lines on standard error, in the shape for terminals if it is one.</summary>
    public static FileLogSink StandardError(LogFormat format) => new(null, StandardErrorFd, format);

    /// <summary>
    /// Lines at the end of the file at <paramref name="path"/>, which is made if there is none. Several processes may write to
    /// one file: each line is one write(2) with O_APPEND.
    /// </summary>
    /// <exception cref="ContainerException">It cannot be opened.</exception>
    public static FileLogSink Open(string path, LogFormat format)
    {
        // A fifo that nobody reads is refused rather than waited for.
        const int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_APPEND | Fcntl.O_NOCTTY | Fcntl.O_NONBLOCK;
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, flags, Permissions);
        if (fd >= 0)
            return new FileLogSink(new OwnedFd((int)fd), (int)fd, format);
        string reason = fd == -(nint)Errno.ENXIO ? "nobody reads this fifo" : ErrorText.Of((Errno)(int)-fd);
        throw new ContainerException($"cannot open the log {path}: {reason}: name another with --log, or leave it out");
    }

    public override void Write(in LogEntry entry)
    {
        string line = _format == LogFormat.Json ? LogLine.Json(entry)
            : Syscall.IsTerminal(_fd) ? LogLine.Terminal(entry)
            : LogLine.Text(entry);
        Syscall.WriteAll(_fd, Encoding.UTF8.GetBytes(line), "the log");
    }

    public override void Dispose() => _file?.Dispose();
}
