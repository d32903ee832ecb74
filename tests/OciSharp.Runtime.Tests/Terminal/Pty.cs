using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Tests.Terminal;

/// <summary>A pseudo-terminal of the host: master and slave.</summary>
internal sealed unsafe class Pty : IDisposable
{
    public OwnedFd Master { get; } = Syscall.Open(Fcntl.AT_FDCWD, "/dev/ptmx", Fcntl.O_RDWR | Fcntl.O_NOCTTY);

    public OwnedFd Slave { get; private set; }

    public Pty()
    {
        int unlock = 0;
        Syscall.Check(RawSyscall.ioctl(Master.Value, Tty.TIOCSPTLCK, (nint)(&unlock)), "unlock");
        Slave = OpenSlave();
    }

    public OwnedFd OpenSlave() => new((int)Syscall.Check(
        RawSyscall.ioctl(Master.Value, Tty.TIOCGPTPEER, Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_CLOEXEC), "open the slave"));

    public void CloseSlave() => Slave.Dispose();

    /// <summary>A second descriptor of the master, for an owner that closes it.</summary>
    public OwnedFd DuplicateMaster() => new((int)Syscall.Check(RawSyscall.fcntl(Master.Value, Fcntl.F_DUPFD_CLOEXEC, 3), "dup"));

    public kernel_termios Settings
    {
        get
        {
            kernel_termios settings;
            Syscall.Check(RawSyscall.ioctl(Slave.Value, Tty.TCGETS, (nint)(&settings)), "TCGETS");
            return settings;
        }
        set => Syscall.Check(RawSyscall.ioctl(Slave.Value, Tty.TCSETS, (nint)(&value)), "TCSETS");
    }

    public (int Rows, int Columns) Size
    {
        get
        {
            winsize size;
            Syscall.Check(RawSyscall.ioctl(Slave.Value, Tty.TIOCGWINSZ, (nint)(&size)), "TIOCGWINSZ");
            return (size.ws_row, size.ws_col);
        }
        set
        {
            winsize size = new() { ws_row = (ushort)value.Rows, ws_col = (ushort)value.Columns };
            Syscall.Check(RawSyscall.ioctl(Slave.Value, Tty.TIOCSWINSZ, (nint)(&size)), "TIOCSWINSZ");
        }
    }

    /// <summary>What can be read within half a second, until it is <paramref name="length"/> bytes or more.</summary>
    public static string Read(OwnedFd fd, int length)
    {
        List<byte> read = [];
        byte[] buffer = new byte[4096];
        while (read.Count < length && Syscall.Poll([new pollfd { fd = fd.Value, events = pollfd.POLLIN }], 500) > 0)
        {
            int count = Syscall.Read(fd.Value, buffer, "pty");
            if (count == 0)
                break;
            read.AddRange(buffer[..count]);
        }

        return Encoding.UTF8.GetString([.. read]);
    }

    public static void Write(OwnedFd fd, string text) => Syscall.WriteAll(fd.Value, Encoding.UTF8.GetBytes(text), "pty");

    public void Dispose()
    {
        Slave.Dispose();
        Master.Dispose();
    }
}
