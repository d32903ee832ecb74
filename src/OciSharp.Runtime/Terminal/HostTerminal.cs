using OciSharp.Linux;

namespace OciSharp.Runtime.Terminal;

/// <summary>
/// The terminal that we were called from, in raw mode until it is disposed of: keys go to the container as they are typed.
/// </summary>
internal sealed unsafe class HostTerminal : IDisposable
{
    private readonly int _fd;
    private kernel_termios _saved;

    private HostTerminal(int fd, in kernel_termios saved)
    {
        _fd = fd;
        _saved = saved;
    }

    /// <summary>Puts a terminal into raw mode; <see langword="null"/> if the descriptor is none.</summary>
    /// <exception cref="LinuxException">The terminal refuses.</exception>
    public static HostTerminal? TryEnterRawMode(int fd)
    {
        kernel_termios settings;
        if (RawSyscall.ioctl(fd, Tty.TCGETS, (nint)(&settings)) < 0)
            return null;
        HostTerminal terminal = new(fd, settings);

        // cfmakeraw(3), but output is still processed: the container's terminal ends lines with \n alone, and this one adds the \r.
        settings.c_iflag &= ~(Tty.IGNBRK | Tty.BRKINT | Tty.PARMRK | Tty.ISTRIP | Tty.INLCR | Tty.IGNCR | Tty.ICRNL | Tty.IXON);
        settings.c_lflag &= ~(Tty.ECHO | Tty.ECHONL | Tty.ICANON | Tty.ISIG | Tty.IEXTEN);
        settings.c_cflag = (settings.c_cflag & ~(Tty.CSIZE | Tty.PARENB)) | Tty.CS8;
        settings.c_cc[Tty.VMIN] = 1;
        settings.c_cc[Tty.VTIME] = 0;
        Syscall.Check(RawSyscall.ioctl(fd, Tty.TCSETS, (nint)(&settings)), "put the terminal into raw mode");
        return terminal;
    }

    /// <summary>
    /// Gives the size of the terminal at <paramref name="from"/> to that at <paramref name="to"/>; false if the first is none.
    /// </summary>
    public static bool CopySize(int from, int to)
    {
        winsize size = default;
        if (!TryGetSize(from, ref size))
            return false;
        Syscall.Check(RawSyscall.ioctl(to, Tty.TIOCSWINSZ, (nint)(&size)), "set the size of the container's terminal");
        return true;
    }

    /// <summary>Puts the size of the terminal at <paramref name="fd"/> into <paramref name="size"/>; false if there is none.</summary>
    public static bool TryGetSize(int fd, ref winsize size)
    {
        fixed (winsize* result = &size)
            return RawSyscall.ioctl(fd, Tty.TIOCGWINSZ, (nint)result) >= 0;
    }

    /// <summary>Restores the settings. A terminal that is gone has none to restore.</summary>
    public void Dispose()
    {
        fixed (kernel_termios* saved = &_saved)
            _ = RawSyscall.ioctl(_fd, Tty.TCSETS, (nint)saved);
    }
}
