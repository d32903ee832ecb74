using System.Text;
using OciSharp.Linux;

namespace OciSharp.Cli.Tests;

/// <summary>A terminal that a test watches.</summary>
internal sealed unsafe class PseudoTerminal : IDisposable
{
    private readonly OwnedFd _master;

    public PseudoTerminal()
    {
        _master = Syscall.Open(Fcntl.AT_FDCWD, "/dev/ptmx", Fcntl.O_RDWR | Fcntl.O_NOCTTY);
        int number = 0, locked = 0;
        Syscall.Check(RawSyscall.ioctl(_master.Value, Tty.TIOCSPTLCK, (nint)(&locked)), "unlock the terminal");
        Syscall.Check(RawSyscall.ioctl(_master.Value, Tty.TIOCGPTN, (nint)(&number)), "number the terminal");
        Path = $"/dev/pts/{number}";
    }

    public string Path { get; }

    public string ReadLine()
    {
        byte[] buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, Syscall.Read(_master.Value, buffer, "the terminal"));
    }

    public void Dispose() => _master.Dispose();
}
