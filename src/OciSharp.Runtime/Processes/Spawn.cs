using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Processes;

/// <summary>Runs programs of the host: hooks, newuidmap, newgidmap.</summary>
public static unsafe class Spawn
{
    /// <summary>How much of a program's output is kept unless the request says otherwise: its end, in bytes.</summary>
    public const int OutputLimit = 64 * 1024;

    private const int ReadSize = 4096;
    private const int PipeSize = 64 * 1024;
    private const uint LogMode = 0x180; // 0600

    /// <summary>
    /// Runs a program and waits until it has ended, or its time is over. Descendants that it leaves behind are not waited for, even
    /// if they hold its output open.
    /// </summary>
    /// <exception cref="LinuxException">The program could not be started, or a file not be opened. The message names it.</exception>
    /// <exception cref="ArgumentException">A path, argument or variable holds a NUL.</exception>
    public static SpawnResult Run(SpawnRequest request)
    {
        using OwnedFd? outputFile = OpenLog(request.OutputFile);
        using OwnedFd? errorFile = OpenLog(request.ErrorFile);
        using OwnedFd input = InputFile(request.Input.Span);
        using OwnedFd reader = OpenPipe(out OwnedFd writer);
        using (writer)
        {
            using ChildProcess child = ChildProcess.Start(request, input.Value, (outputFile ?? writer).Value, (errorFile ?? writer).Value);
            writer.Dispose();
            TailBuffer output = new(request.OutputLimit);
            bool timedOut = !WaitForEnd(child, reader.Value, output, request.TimeoutSeconds);
            if (timedOut)
                child.Kill();
            ExitStatus status = child.Reap();
            ReadRest(reader.Value, output);
            return new SpawnResult(status, timedOut, output.ToString());
        }
    }

    /// <summary>Opens a file that a program's output is appended to; it is made if it is not there.</summary>
    /// <returns>Null for none.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    internal static OwnedFd? OpenLog(string? path) =>
        path is null ? null : Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_WRONLY | Fcntl.O_APPEND | Fcntl.O_CREAT, LogMode);

    /// <summary>
    /// A file in memory rather than a pipe: a program that never reads cannot block us, one that stops reading cannot kill us.
    /// </summary>
    private static OwnedFd InputFile(ReadOnlySpan<byte> data)
    {
        nint fd;
        fixed (byte* name = "stdin\0"u8)
        {
            fd = RawSyscall.memfd_create(name, Fcntl.MFD_CLOEXEC | Fcntl.MFD_NOEXEC_SEAL);
            if (fd == -(nint)Errno.EINVAL) // Linux before 6.3
                fd = RawSyscall.memfd_create(name, Fcntl.MFD_CLOEXEC);
        }

        OwnedFd file = new((int)Syscall.Check(fd, "make a file in memory for a standard input"));
        Syscall.WriteAll(file.Value, data, "a file in memory");
        Syscall.Check(RawSyscall.lseek(file.Value, 0, Fcntl.SEEK_SET), "rewind a file in memory");
        return file;
    }

    private static OwnedFd OpenPipe(out OwnedFd writer)
    {
        int* ends = stackalloc int[2];
        Syscall.Check(RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC), "make a pipe");
        writer = new OwnedFd(ends[1]);
        OwnedFd reader = new(ends[0]);
        Syscall.Check(RawSyscall.fcntl(reader.Value, Fcntl.F_SETFL, Fcntl.O_NONBLOCK), "make a pipe non-blocking");
        return reader;
    }

    /// <summary>Reads the output until the child has ended (true) or the time is over (false).</summary>
    private static bool WaitForEnd(ChildProcess child, int reader, TailBuffer output, int? timeoutSeconds)
    {
        long deadline = timeoutSeconds is { } seconds ? Environment.TickCount64 + (seconds * 1000L) : long.MaxValue;
        Span<pollfd> fds = [new() { fd = child.Pidfd, events = pollfd.POLLIN }, new() { fd = reader, events = pollfd.POLLIN }];
        while (true)
        {
            long remaining = deadline == long.MaxValue ? -1 : Math.Max(0, deadline - Environment.TickCount64);
            if (Syscall.Poll(fds, remaining) == 0)
                return false;
            if (fds[0].revents != 0)
                return true;
            if (fds[1].revents != 0 && !ReadOnce(reader, output, out _))
                fds[1].fd = -1;
        }
    }

    /// <summary>Takes what the child left in the pipe, and no more than that: a descendant may be writing still.</summary>
    private static void ReadRest(int reader, TailBuffer output)
    {
        for (int total = 0; total < PipeSize && ReadOnce(reader, output, out int count); total += count)
        {
        }
    }

    /// <returns>False if there is nothing (at present, or ever).</returns>
    private static bool ReadOnce(int reader, TailBuffer output, out int count)
    {
        byte* buffer = stackalloc byte[ReadSize];
        nint result = RawSyscall.read(reader, buffer, ReadSize);
        count = (int)Math.Max(0, result);
        if (result < 0 && result != -(nint)Errno.EAGAIN && result != -(nint)Errno.EINTR)
            LinuxException.Throw(result, "read the output of a program");
        output.Append(new ReadOnlySpan<byte>(buffer, count));
        return result > 0;
    }
}
