using OciSharp.Linux;

namespace OciSharp.Runtime.Doctor;

/// <summary>What reading a file gave.</summary>
/// <param name="Text">What is in it; null when it could not be read.</param>
/// <param name="Trouble">Why it could not be, in words; null when it does not exist.</param>
internal readonly record struct HostFile(string? Text, string? Trouble)
{
    /// <summary>There is no such file.</summary>
    public static HostFile Absent => default;

    /// <summary>There is no such file, and that is no trouble.</summary>
    public bool IsAbsent => Text is null && Trouble is null;

    /// <summary>The text without white space around it, or the empty string.</summary>
    public string Trimmed => Text?.Trim() ?? "";
}

/// <summary>What a file is, as far as it matters here.</summary>
/// <param name="Mode">Type and permissions (inode(7)).</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="Device">The device that it is on, and</param>
/// <param name="Inode">its number there: together they tell whether two paths are one file.</param>
internal readonly record struct HostStat(uint Mode, uint Uid, uint Gid, ulong Device, ulong Inode)
{
    /// <summary>A directory.</summary>
    public bool IsDirectory => (Mode & Stat.S_IFMT) == Stat.S_IFDIR;

    /// <summary>An ordinary file.</summary>
    public bool IsRegular => (Mode & Stat.S_IFMT) == Stat.S_IFREG;

    /// <summary>The same file as another.</summary>
    public bool IsSameFileAs(HostStat other) => Device == other.Device && Inode == other.Inode;
}

/// <summary>A file system.</summary>
/// <param name="Type">Its magic number.</param>
/// <param name="FreeBytes">What an ordinary user may still write.</param>
/// <param name="FreeFiles">How many files may still be made; the greatest number where that is not bounded.</param>
internal readonly record struct HostFileSystem(long Type, ulong FreeBytes, ulong FreeFiles);
