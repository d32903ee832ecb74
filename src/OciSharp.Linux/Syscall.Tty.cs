namespace OciSharp.Linux;

public static unsafe partial class Syscall
{
    /// <summary>isatty(3)</summary>
    public static bool IsTerminal(int fd)
    {
        kernel_termios settings;
        return RawSyscall.ioctl(fd, Tty.TCGETS, (nint)(&settings)) >= 0;
    }
}
