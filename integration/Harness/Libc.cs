using System.Runtime.InteropServices;

namespace OciSharp.Integration.Harness;

/// <summary>The few system calls that .NET does not offer and that a look from outside needs.</summary>
internal static unsafe partial class Libc
{
    public const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000;
    public const int MNT_DETACH = 2, MSG_CMSG_CLOEXEC = 0x40000000;
    private const int PR_SET_CHILD_SUBREAPER = 36;
    private const int WNOHANG = 1;
    private const uint TIOCGPTN = 0x80045430, TIOCSPTLCK = 0x40045431, TIOCSWINSZ = 0x5414;

    /// <summary>A window size, as TIOCSWINSZ takes it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct WinSize
    {
        public ushort Rows, Columns, XPixel, YPixel;
    }

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int link(string oldPath, string newPath);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chown(string path, uint owner, uint group);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a2, nuint a3, nuint a4, nuint a5);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, void* argument);

    /// <summary>struct msghdr of a 64-bit kernel.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>Makes this process inherit orphans, as an engine's monitor does: containers become our children.</summary>
    public static void BecomeSubreaper() => Check(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl");

    /// <summary>Reaps <paramref name="pid"/> if it has exited.</summary>
    /// <returns>The exit code (128 + signal if it was killed), or null if it still runs.</returns>
    public static int? TryWait(int pid)
    {
        int status;
        var reaped = waitpid(pid, &status, WNOHANG);
        if (reaped != pid) return null;
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    /// <summary>The number below /dev/pts of the pty that belongs to a ptmx descriptor; unlocks it.</summary>
    public static int UnlockPty(int master)
    {
        int unlocked = 0, number;
        Check(ioctl(master, TIOCSPTLCK, &unlocked), "TIOCSPTLCK");
        Check(ioctl(master, TIOCGPTN, &number), "TIOCGPTN");
        return number;
    }

    public static void SetWindowSize(int terminal, int rows, int columns)
    {
        var size = new WinSize { Rows = (ushort)rows, Columns = (ushort)columns };
        Check(ioctl(terminal, TIOCSWINSZ, &size), "TIOCSWINSZ");
    }

    public static void Check(nint result, string call)
    {
        if (result < 0) throw new InvalidOperationException($"{call}: errno {Marshal.GetLastPInvokeError()}");
    }
}
