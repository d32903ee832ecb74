using System.Globalization;
using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.State;

/// <summary>Who holds the flock(2) on a file, as /proc/locks tells (proc_locks(5)): for the message about a wait that was too long.</summary>
internal static class LockHolder
{
    private const string LocksFile = "/proc/locks";
    private const int PidField = 4;
    private const int FileField = 5;

    /// <summary>The pid of the process that holds the lock.</summary>
    /// <param name="inode">The file's inode number.</param>
    /// <returns>Null: nobody does, or a process of another pid namespace.</returns>
    public static int? Of(ulong inode)
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, LocksFile, Fcntl.O_RDONLY);
        if (fd < 0)
            return null;
        using var opened = new OwnedFd((int)fd);
        return Find(Encoding.UTF8.GetString(Syscall.ReadToEnd(opened.Value, LocksFile)), inode);
    }

    /// <summary>As above, in the text of the file: lines of <c>1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF</c>; those who wait have an arrow after the number.</summary>
    internal static int? Find(string locks, ulong inode)
    {
        string file = ":" + inode.ToString(CultureInfo.InvariantCulture);
        foreach (string line in locks.Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > FileField && fields[1] == "FLOCK" && fields[FileField].EndsWith(file, StringComparison.Ordinal)
                && int.TryParse(fields[PidField], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
            {
                return pid;
            }
        }

        return null;
    }
}
