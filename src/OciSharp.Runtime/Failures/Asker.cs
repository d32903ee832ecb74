using System.Globalization;
using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Failures;

/// <summary>Whom the kernel takes a process for when it looks at a file (credentials(7)): ids and groups as we see them from here.</summary>
/// <param name="Uid">The file system uid.</param>
/// <param name="Gid">The file system gid.</param>
/// <param name="Groups">The supplementary groups.</param>
/// <param name="Capabilities">The effective capabilities.</param>
internal sealed record Asker(uint Uid, uint Gid, uint[] Groups, ulong Capabilities)
{
    private const uint Execute = 1;
    private const int CAP_DAC_OVERRIDE = 1;
    private const int CAP_DAC_READ_SEARCH = 2;

    /// <summary>That of a process; null if it has ended, or may not be looked at.</summary>
    public static Asker? Of(int pid)
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, $"/proc/{pid}/status", Fcntl.O_RDONLY);
        if (fd < 0)
            return null;
        using var file = new OwnedFd((int)fd);
        try
        {
            return Parse(Encoding.ASCII.GetString(Syscall.ReadToEnd(file.Value, "the process's status")));
        }
        catch (LinuxException)
        {
            return null; // It has just ended.
        }
    }

    /// <summary>What a text as that of /proc/PID/status says (proc_pid_status(5)).</summary>
    internal static Asker? Parse(string status)
    {
        uint[]? uids = null, gids = null, groups = null;
        ulong capabilities = 0;
        foreach (string line in status.Split('\n'))
        {
            if (line.StartsWith("Uid:", StringComparison.Ordinal))
                uids = Numbers(line);
            else if (line.StartsWith("Gid:", StringComparison.Ordinal))
                gids = Numbers(line);
            else if (line.StartsWith("Groups:", StringComparison.Ordinal))
                groups = Numbers(line);
            else if (line.StartsWith("CapEff:", StringComparison.Ordinal))
                _ = ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, null, out capabilities);
        }

        return uids is { Length: 4 } && gids is { Length: 4 } ? new Asker(uids[3], gids[3], groups ?? [], capabilities) : null;
    }

    /// <summary>Whether it may search a directory.</summary>
    public bool MaySearch(in statx_t directory) =>
        (Capabilities & (1UL << CAP_DAC_OVERRIDE | 1UL << CAP_DAC_READ_SEARCH)) != 0 || HasExecute(directory);

    /// <summary>Whether it may execute a file.</summary>
    public bool MayExecute(in statx_t file) =>
        (Capabilities & 1UL << CAP_DAC_OVERRIDE) != 0 ? (file.stx_mode & 0x49) != 0 /* anybody's x */ : HasExecute(file);

    /// <summary>What has to be known of a file, and of the one who asks, to see why one may not use the other.</summary>
    public string Compare(in statx_t file)
    {
        string mode = Convert.ToString(file.stx_mode & 0xfff, 8).PadLeft(4, '0');
        return $"mode {mode}, owner {file.stx_uid}:{file.stx_gid}, asked by {Uid}:{Gid}";
    }

    private bool HasExecute(in statx_t file)
    {
        int shift = file.stx_uid == Uid ? 6 : file.stx_gid == Gid || Array.IndexOf(Groups, file.stx_gid) >= 0 ? 3 : 0;
        return ((uint)file.stx_mode >> shift & Execute) != 0;
    }

    private static uint[] Numbers(string line)
    {
        string[] words = line[(line.IndexOf(':') + 1)..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var numbers = new uint[words.Length];
        for (int i = 0; i < words.Length; i++)
            _ = uint.TryParse(words[i], NumberStyles.None, null, out numbers[i]);
        return numbers;
    }
}
