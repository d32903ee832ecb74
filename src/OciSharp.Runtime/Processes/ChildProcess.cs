using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Processes;

/// <summary>A child that leads a process group of its own. Disposing of it kills and reaps it if it still runs.</summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private readonly int _pid;
    private readonly OwnedFd _pidfd;
    private bool _reaped;

    private ChildProcess(int pid, OwnedFd pidfd)
    {
        _pid = pid;
        _pidfd = pidfd;
    }

    /// <summary>Readable once the child has ended.</summary>
    public int Pidfd => _pidfd.Value;

    /// <summary>Starts a program; see <see cref="PosixSpawn.Start"/>.</summary>
    /// <exception cref="LinuxException">There is no process to be had, or the program cannot be executed.</exception>
    public static ChildProcess Start(SpawnRequest request, int input, int output, int errors)
    {
        CStringArray environment = request.Environment is { } variables ? CStringArray.Of(variables) : OwnEnvironment();
        CStringArray arguments = CStringArray.Of(request.Arguments);
        int pid = PosixSpawn.Start(request.Path, arguments, environment, request.WorkingDirectory, input, output, errors);
        return new ChildProcess(pid, OpenOrReap(pid));
    }

    /// <summary>Kills the process group, and the child even if it left that.</summary>
    public void Kill()
    {
        // ESRCH is the one refusal possible, and what is wanted.
        _ = RawSyscall.kill(-_pid, Signal.SIGKILL);
        _ = RawSyscall.pidfd_send_signal(Pidfd, Signal.SIGKILL);
    }

    /// <summary>Waits until the child has ended.</summary>
    public ExitStatus Reap()
    {
        ExitStatus status = Reap(_pid);
        _reaped = true;
        return status;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_reaped)
        {
            Kill();
            Reap();
        }

        _pidfd.Dispose();
    }

    private static CStringArray OwnEnvironment()
    {
        const string path = "/proc/self/environ";
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY);
        return CStringArray.OfBlock(Syscall.ReadToEnd(file.Value, path));
    }

    private static OwnedFd OpenOrReap(int pid)
    {
        try
        {
            return Syscall.OpenProcess(pid);
        }
        catch (LinuxException)
        {
            _ = RawSyscall.kill(-pid, Signal.SIGKILL);
            Reap(pid);
            throw;
        }
    }

    private static ExitStatus Reap(int pid)
    {
        siginfo_t info = default;
        nint result;
        do
            result = RawSyscall.waitid(Wait.P_PID, pid, &info, Wait.WEXITED);
        while (result == -(nint)Errno.EINTR);
        Syscall.Check(result, $"wait for process {pid}");
        return ExitStatus.Of(info);
    }
}
