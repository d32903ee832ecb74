namespace OciSharp.Runtime.Doctor;

/// <summary>One line of /proc/self/mountinfo (proc(5)).</summary>
/// <param name="path">Where it is mounted.</param>
/// <param name="type">The type of the file system.</param>
/// <param name="readOnly">The mount, or the file system, is read-only.</param>
/// <param name="options">The options of the file system: on cgroup v1 its controllers.</param>
internal sealed class MountLine(string path, string type, bool readOnly, string[] options)
{
    /// <summary>Where it is mounted.</summary>
    public string Path { get; } = path;

    /// <summary>The type of the file system.</summary>
    public string Type { get; } = type;

    /// <summary>The mount, or the file system, is read-only.</summary>
    public bool ReadOnly { get; } = readOnly;

    /// <summary>The options of the file system: on cgroup v1 its controllers.</summary>
    public string[] Options { get; } = options;
}

/// <summary>What is mounted, as far as cgroups and resctrl go.</summary>
internal static class MountTable
{
    /// <summary>The mounts of a type, or of two, in their order. Lines that are not of the kernel's form are passed over.</summary>
    public static List<MountLine> Of(string text, string type, string? other = null)
    {
        var mounts = new List<MountLine>();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int separator = line.IndexOf(" - ");
            if (separator < 0)
                continue;
            string[] after = line[(separator + 3)..].ToString().Split(' ');
            if (after.Length < 3 || (after[0] != type && after[0] != other))
                continue;
            string[] before = line[..separator].ToString().Split(' ');
            if (before.Length < 6)
                continue;
            string[] options = after[2].Split(',');
            bool readOnly = Array.IndexOf(options, "ro") >= 0 || Array.IndexOf(before[5].Split(','), "ro") >= 0;
            mounts.Add(new MountLine(before[4].Replace("\\040", " "), after[0], readOnly, options));
        }

        return mounts;
    }
}
