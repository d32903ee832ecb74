using System.Text;
using OciSharp.Linux;

namespace OciSharp.Cgroups;

/// <summary>/proc/self/mountinfo (proc(5)), for hosts that do not mount their file systems at the usual places.</summary>
internal static class MountInfo
{
    private const int MountPointField = 4;

    /// <summary>The mount point of cgroup2, or the directory that the mount points of the v1 hierarchies are in.</summary>
    /// <exception cref="CgroupException">Neither is mounted.</exception>
    public static (string Path, bool Unified) FindCgroups() => FindCgroups(Read());

    /// <summary>As <see cref="FindCgroups()"/>, in the given text. v1 wins: with it, cgroup2 holds what v1 does not.</summary>
    public static (string Path, bool Unified) FindCgroups(ReadOnlySpan<byte> text)
    {
        string? unified = null;
        foreach (ReadOnlySpan<byte> line in new Lines(text))
        {
            ReadOnlySpan<byte> type = Type(line);
            if (type.StartsWith("cgroup "u8))
                return (Parent(MountPoint(line)), false);
            if (unified is null && type.StartsWith("cgroup2 "u8))
                unified = MountPoint(line);
        }

        return unified is not null
            ? (unified, true)
            : throw new CgroupException(
                "find the cgroup file system: none is mounted: mount one (mount -t cgroup2 none /sys/fs/cgroup), " +
                "or run without (--cgroup-manager disabled)");
    }

    /// <summary>The mount point of resctrl; null when it is not mounted.</summary>
    public static string? FindResctrl() => FindResctrl(Read());

    /// <summary>As <see cref="FindResctrl()"/>, in the given text.</summary>
    public static string? FindResctrl(ReadOnlySpan<byte> text)
    {
        foreach (ReadOnlySpan<byte> line in new Lines(text))
        {
            if (Type(line).StartsWith("resctrl "u8))
                return MountPoint(line);
        }

        return null;
    }

    private static byte[] Read()
    {
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, "/proc/self/mountinfo", Fcntl.O_RDONLY);
        return Syscall.ReadToEnd(file.Value, "/proc/self/mountinfo");
    }

    /// <summary>The type of the file system, which a space follows.</summary>
    private static ReadOnlySpan<byte> Type(ReadOnlySpan<byte> line)
    {
        int separator = line.IndexOf(" - "u8);
        return separator < 0 ? default : line[(separator + 3)..];
    }

    private static string Parent(string path) => path[..Math.Max(1, path.LastIndexOf('/'))];

    /// <summary>The fifth field, with the octal escapes of space, tab, newline and backslash undone.</summary>
    /// <exception cref="CgroupException">The line does not have the kernel's form.</exception>
    private static string MountPoint(ReadOnlySpan<byte> line)
    {
        for (int field = 0; field < MountPointField; field++)
            line = line[(line.IndexOf((byte)' ') + 1)..];
        int end = line.IndexOf((byte)' ');
        if (end <= 0)
            throw new CgroupException("read /proc/self/mountinfo: a line has no mount point: is /proc a procfs?");
        line = line[..end];

        byte[] path = new byte[line.Length];
        int length = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 3 < line.Length)
            {
                path[length++] = (byte)(((line[i + 1] - '0') << 6) | ((line[i + 2] - '0') << 3) | (line[i + 3] - '0'));
                i += 3;
            }
            else
            {
                path[length++] = line[i];
            }
        }

        return Encoding.UTF8.GetString(path, 0, length);
    }
}
