namespace OciSharp.Integration.Harness;

/// <summary>One line of /proc/PID/mountinfo (proc_pid_mountinfo(5)).</summary>
public sealed record MountInfo(
    int Id, int Parent, string Device, string Root, string MountPoint, IReadOnlyList<string> Options, IReadOnlyList<string> Propagation,
    string Type, string Source, IReadOnlyList<string> SuperOptions)
{
    public static IReadOnlyList<MountInfo> OfThisProcess() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    public static IReadOnlyList<MountInfo> Parse(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine)];

    /// <summary>Per-mount and per-superblock options together.</summary>
    public IEnumerable<string> AllOptions => Options.Concat(SuperOptions);

    private static MountInfo ParseLine(string line)
    {
        var words = line.Split(' ');
        var dash = Array.IndexOf(words, "-", 6);
        return new MountInfo(int.Parse(words[0]), int.Parse(words[1]), words[2], Unescape(words[3]), Unescape(words[4]), words[5].Split(','),
            words[6..dash], words[dash + 1], Unescape(words[dash + 2]), words[dash + 3].Split(','));
    }

    private static string Unescape(string field) => field.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\");
}
