using System.Runtime.InteropServices;
using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.State;

/// <summary>Directories by descriptor: their names, and their removal.</summary>
internal static unsafe class DirectoryTree
{
    private const int BufferSize = 4096;
    private const int RecordLength = 16; // d_reclen, d_type and d_name of struct linux_dirent64
    private const int NameOffset = 19;

    /// <summary>The names in a directory, which is open for reading, without <c>.</c> and <c>..</c>.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static List<string> Names(int directory, string path)
    {
        List<string> names = [];
        byte* buffer = stackalloc byte[BufferSize];
        while (true)
        {
            int length = (int)Syscall.Check(RawSyscall.getdents64(directory, buffer, BufferSize), $"list {path}");
            if (length == 0)
                return names;
            for (int at = 0; at < length; at += *(ushort*)(buffer + at + RecordLength))
            {
                byte* start = buffer + at + NameOffset;
                string name = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start));
                if (name is not ("." or ".."))
                    names.Add(name);
            }
        }
    }

    /// <summary>Removes all that a directory holds. Symbolic links are removed, not followed.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Empty(int directory, string path)
    {
        Syscall.Check(RawSyscall.lseek(directory, 0, Fcntl.SEEK_SET), $"rewind {path}");
        foreach (string name in Names(directory, path))
        {
            nint removed = Unlink(directory, name, 0);
            if (removed == -(nint)Errno.EISDIR)
            {
                using (OwnedFd child = Syscall.Open(directory, name, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW))
                    Empty(child.Value, $"{path}/{name}");
                removed = Unlink(directory, name, Fcntl.AT_REMOVEDIR);
            }

            if (removed != -(nint)Errno.ENOENT)
                Syscall.Check(removed, $"remove {path}/{name}");
        }
    }

    private static nint Unlink(int directory, string name, int flags)
    {
        fixed (byte* path = CString.Of(name))
            return RawSyscall.unlinkat(directory, path, flags);
    }
}
