using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Launch;

/// <summary><c>--pid-file</c>: complete whenever it is there, and without a newline, which callers do not expect.</summary>
internal static unsafe class PidFile
{
    /// <summary>Writes <paramref name="pid"/> beside <paramref name="path"/> and renames it there.</summary>
    /// <exception cref="ContainerException">It cannot be written; nothing is left of it.</exception>
    public static void Write(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        string draft = Path.Join(Path.GetDirectoryName(full), "." + Path.GetFileName(full));
        try
        {
            using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, draft, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC, 0x1a4 /* 0644 */);
            try
            {
                Syscall.WriteAll(file.Value, Encoding.ASCII.GetBytes(pid.ToString()), draft);
                fixed (byte* from = CString.Of(draft), to = CString.Of(full))
                    Syscall.Check(RawSyscall.renameat2(Fcntl.AT_FDCWD, from, Fcntl.AT_FDCWD, to, 0), $"rename {draft} to {full}");
            }
            catch (LinuxException)
            {
                Unlink(draft);
                throw;
            }
        }
        catch (LinuxException e)
        {
            throw new ContainerException($"cannot write the pid file: {e.Message}: name another with --pid-file, in a directory with room where we may write", e);
        }
    }

    /// <summary>Removes the file of a process that has come to nothing. That somebody was quicker is no matter.</summary>
    public static void Remove(string path) => Unlink(Path.GetFullPath(path));

    private static void Unlink(string path)
    {
        fixed (byte* name = CString.Of(path))
            _ = RawSyscall.unlinkat(Fcntl.AT_FDCWD, name, 0);
    }
}
