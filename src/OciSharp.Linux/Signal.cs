using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>asm/signal.h, linux/signalfd.h: numbers that x86-64 and arm64 share.</summary>
[KernelHeader("signal.h", "sys/signalfd.h")]
public static class Signal
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGILL = 4;
    public const int SIGTRAP = 5;
    public const int SIGABRT = 6;
    public const int SIGBUS = 7;
    public const int SIGFPE = 8;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGSEGV = 11;
    public const int SIGUSR2 = 12;
    public const int SIGPIPE = 13;
    public const int SIGALRM = 14;
    public const int SIGTERM = 15;
    public const int SIGSTKFLT = 16;
    public const int SIGCHLD = 17;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SIGTSTP = 20;
    public const int SIGTTIN = 21;
    public const int SIGTTOU = 22;
    public const int SIGURG = 23;
    public const int SIGXCPU = 24;
    public const int SIGXFSZ = 25;
    public const int SIGVTALRM = 26;
    public const int SIGPROF = 27;
    public const int SIGWINCH = 28;
    public const int SIGIO = 29;
    public const int SIGPWR = 30;
    public const int SIGSYS = 31;

    /// <summary>The first real-time signal that the C library leaves to programs.</summary>
    public const int SIGRTMIN = 34;

    public const int SIGRTMAX = 64;

    /// <summary>
    /// Every signal that somebody sends and that can be blocked, as a mask: neither SIGKILL nor SIGSTOP, nor those by which the
    /// kernel tells a thread of its own fault.
    /// </summary>
    public static ulong Sent => ~((1ul << (SIGKILL - 1)) | (1ul << (SIGSTOP - 1))
        | (1ul << (SIGILL - 1)) | (1ul << (SIGTRAP - 1)) | (1ul << (SIGBUS - 1))
        | (1ul << (SIGFPE - 1)) | (1ul << (SIGSEGV - 1)) | (1ul << (SIGSYS - 1)));

    public const int SIG_BLOCK = 0;
    public const int SIG_UNBLOCK = 1;
    public const int SIG_SETMASK = 2;

    public const nuint SIG_DFL = 0;
    public const nuint SIG_IGN = 1;

    public const int SFD_CLOEXEC = Fcntl.O_CLOEXEC;
    public const int SFD_NONBLOCK = Fcntl.O_NONBLOCK;
}

/// <summary>struct signalfd_siginfo of linux/signalfd.h: what a read from a signalfd gives.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
[KernelStruct("struct signalfd_siginfo", "linux/signalfd.h")]
public struct signalfd_siginfo
{
    public uint ssi_signo;
    public int ssi_errno;
    public int ssi_code;
    public uint ssi_pid;
    public uint ssi_uid;
}

public static unsafe partial class RawSyscall
{
    public static nint signalfd4(int fd, ulong* mask, int flags) => Call(NR.signalfd4, fd, (nint)mask, sizeof(ulong), flags);

    public static nint tgkill(int process, int thread, int signal) => Call(NR.tgkill, process, thread, signal);
}
#pragma warning restore CS1591
