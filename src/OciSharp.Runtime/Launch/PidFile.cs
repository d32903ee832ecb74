using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Launch;

/// <summary><c>--pid-file</c>: complete whenever it is there, and without a newline, which callers do not expect.</summary>
internal static unsafe class PidFile
{
    /// <summary>Writes <paramref name="pid"/> beside <paramref name="path"/> and renames it there.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Write(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        string draft = Path.Join(Path.GetDirectoryName(full), "." + Path.GetFileName(full));
        using (OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, draft, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC, 0x1a4 /* 0644 */))
            Syscall.WriteAll(file.Value, Encoding.ASCII.GetBytes(pid.ToString()), draft);
        fixed (byte* from = CString.Of(draft), to = CString.Of(full))
            Syscall.Check(RawSyscall.renameat2(Fcntl.AT_FDCWD, from, Fcntl.AT_FDCWD, to, 0), $"rename {draft} to {full}");
    }
}
