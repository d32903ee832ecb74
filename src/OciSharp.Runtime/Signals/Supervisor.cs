using OciSharp.Linux;
using OciSharp.Runtime.Notify;
using OciSharp.Runtime.Processes;
using OciSharp.Runtime.Terminal;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Signals;

/// <summary>
/// Stays with a container in the foreground: hands on signals, copies its terminal, reaps orphans, and takes its exit code. One thread,
/// one poll(2).
/// </summary>
public static unsafe class Supervisor
{
    /// <summary>Orphans of the container become our children, rather than those of the host's init.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void BecomeSubreaper() =>
        Syscall.Check(RawSyscall.prctl(Prctl.PR_SET_CHILD_SUBREAPER, 1), "become the reaper of the container's orphans");

    /// <summary>
    /// Blocks the signals that <see cref="Run"/> hands on, so that none is lost before, or ends us after it. Other threads must have
    /// them blocked too, so <c>main</c> does the same before the .NET runtime makes any.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void BlockSignals()
    {
        ulong mask = Signal.Sent;
        Syscall.Check(RawSyscall.rt_sigprocmask(Signal.SIG_BLOCK, &mask, null), "block signals");
    }

    /// <summary>Returns when the container's init has ended and all that its terminal holds has been copied.</summary>
    /// <param name="pidfd">A pidfd of init.</param>
    /// <param name="pid">The pid of init, which is our child.</param>
    /// <param name="terminal">The container's terminal, if it has one of ours.</param>
    /// <param name="notify">Where its program says that it is ready, if somebody wants to know.</param>
    /// <returns>The exit code of init, or 128 and the number of the signal that ended it.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static int Run(int pidfd, int pid, TerminalSession? terminal, NotifySocket? notify = null)
    {
        BlockSignals();
        ulong mask = Signal.Sent;
        nint made = RawSyscall.signalfd4(-1, &mask, Signal.SFD_CLOEXEC | Signal.SFD_NONBLOCK);
        using OwnedFd signals = new((int)Syscall.Check(made, "make a signalfd"));

        Watch watch = new(pidfd, pid, terminal);
        Span<pollfd> fds = stackalloc pollfd[3 + TerminalSession.PollCount];
        while (true)
        {
            fds[0] = new() { fd = signals.Value, events = pollfd.POLLIN };
            fds[1] = new() { fd = watch.Status is null ? pidfd : -1, events = pollfd.POLLIN };
            fds[2] = new() { fd = notify?.Fd ?? -1, events = pollfd.POLLIN };
            fds[3..].Fill(new() { fd = -1 });
            terminal?.Prepare(fds[3..]);
            bool timedOut = Syscall.Poll(fds, terminal?.Timeout ?? -1) == 0;

            if (fds[0].revents != 0)
                watch.Handle(signals.Value);
            if (fds[2].revents != 0 && notify!.PassOn((int)RawSyscall.getpid()))
                notify = null;
            if (fds[1].revents != 0)
                watch.End();
            terminal?.Pump(fds[3..], timedOut);
            if (watch.Status is { } status && (terminal is null || terminal.Drained || watch.Abandoned))
                return status.ShellCode;
        }
    }

    /// <summary>What one run knows.</summary>
    private sealed class Watch(int pidfd, int pid, TerminalSession? terminal)
    {
        /// <summary>How init ended, once it has.</summary>
        public ExitStatus? Status { get; private set; }

        /// <summary>Init has ended, and somebody wants us to end too.</summary>
        public bool Abandoned { get; private set; }

        /// <summary>Takes the signals that have arrived.</summary>
        public void Handle(int signals)
        {
            signalfd_siginfo info;
            while (RawSyscall.read(signals, &info, (nuint)sizeof(signalfd_siginfo)) == sizeof(signalfd_siginfo))
            {
                switch ((int)info.ssi_signo)
                {
                    case Signal.SIGCHLD:
                        Reap();
                        break;
                    case Signal.SIGWINCH when terminal is not null:
                        terminal.Resize();
                        break;
                    case Signal.SIGURG:
                    case Signal.SIGPIPE or Signal.SIGXFSZ when info.ssi_pid == (uint)RawSyscall.getpid():
                        break; // Not sent to us by anybody: the first tells of a socket, the others of a write of ours.
                    default:
                        Forward((int)info.ssi_signo);
                        break;
                }
            }
        }

        /// <summary>Init has ended: its status is to be had.</summary>
        public void End()
        {
            Reap();
            if (Status is null)
                throw new ContainerException($"the container's process {pid} has ended, but its exit code is lost: it is not our child");
        }

        /// <summary>Reaps every child that has ended: init, and the orphans of the container.</summary>
        private void Reap()
        {
            while (true)
            {
                siginfo_t info = default;
                nint result = RawSyscall.waitid(Wait.P_ALL, 0, &info, Wait.WEXITED | Wait.WNOHANG);
                if (result == -(nint)Errno.EINTR)
                    continue;
                if (result == -(nint)Errno.ECHILD)
                    return;
                Syscall.Check(result, "wait for the container");
                if (info.si_pid == 0)
                    return;
                if (info.si_pid != pid)
                    continue;
                Status = ExitStatus.Of(info);
                terminal?.BeginDrain();
            }
        }

        private void Forward(int signal)
        {
            if (Status is null)
                _ = RawSyscall.pidfd_send_signal(pidfd, signal); // ESRCH: it has just ended, and we are about to see that.
            else if (signal is Signal.SIGTERM or Signal.SIGINT or Signal.SIGHUP or Signal.SIGQUIT)
                Abandoned = true;
        }
    }
}
