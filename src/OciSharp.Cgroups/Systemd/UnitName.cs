using System.Text;

namespace OciSharp.Cgroups.Systemd;

/// <summary>The unit of a container, and the slice it is in: <c>linux.cgroupsPath</c> as <c>slice:prefix:name</c>.</summary>
/// <param name="Slice">The slice: <c>system.slice</c>, <c>machine-web.slice</c>; empty stands for the root slice.</param>
/// <param name="Name">The unit: <c>ocisharp-ID.scope</c>.</param>
internal readonly record struct UnitName(string Slice, string Name)
{
    private const string SliceSuffix = ".slice";
    private const string ScopeSuffix = ".scope";
    private const string DefaultPrefix = "ocisharp";
    private const int PartCount = 3;
    private const int MaxLength = 255;

    /// <summary>The cgroup's path, below that of the service manager; begins with a slash.</summary>
    public string CgroupPath => $"{ExpandSlice(Slice)}/{CgroupName(Name)}";

    /// <summary>The scope whose cgroup has this path, or has it below itself: the reverse of <see cref="CgroupPath"/>, without the slice.</summary>
    /// <param name="path">The path of a cgroup.</param>
    /// <param name="own">The path of the scope's own cgroup.</param>
    public static UnitName OfCgroup(string path, out string own)
    {
        own = path;
        while (!own.EndsWith(ScopeSuffix, StringComparison.Ordinal) && own.LastIndexOf('/') is > 0 and int slash)
            own = own[..slash];
        string name = own[(own.LastIndexOf('/') + 1)..];
        return new UnitName("", name.StartsWith('_') ? name[1..] : name);
    }

    /// <summary>
    /// Reads a <c>cgroupsPath</c>. Without one it is a scope named after the container in the usual slice. Characters that the name of a
    /// unit may not have, such as the plus of a container's id, are escaped.
    /// </summary>
    /// <param name="cgroupsPath"><c>slice:prefix:name</c>; slice and prefix may be empty.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="user">It is for the user's service manager.</param>
    /// <exception cref="CgroupException">It has another form.</exception>
    public static UnitName Parse(string? cgroupsPath, string id, bool user)
    {
        string usual = user ? "user.slice" : "system.slice";
        if (string.IsNullOrEmpty(cgroupsPath))
            return new UnitName(usual, Scope($"{DefaultPrefix}-{id}"));

        string[] parts = cgroupsPath.Split(':');
        if (parts.Length != PartCount || parts[2].Length == 0)
            throw new CgroupException($"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{cgroupsPath}\" instead");
        string slice = parts[0].Length == 0 ? usual : parts[0];
        ExpandSlice(slice);
        string name = parts[1].Length == 0 ? parts[2] : $"{parts[1]}-{parts[2]}";
        if (name.Contains('/') || name.Contains('\0'))
            throw new CgroupException($"use cgroupsPath \"{cgroupsPath}\": the name of a unit has no slash in it");
        return new UnitName(slice, Scope(name));
    }

    /// <summary>
    /// The path of a slice: a dash in its name stands for a slice within a slice, so <c>a-b.slice</c> is
    /// <c>/a.slice/a-b.slice</c> (systemd.slice(5)).
    /// </summary>
    /// <returns>Empty for the root slice.</returns>
    /// <exception cref="CgroupException">It is no name of a slice.</exception>
    public static string ExpandSlice(string slice)
    {
        if (slice is "" or "-.slice")
            return "";
        string stem = slice.EndsWith(SliceSuffix, StringComparison.Ordinal) ? slice[..^SliceSuffix.Length] : "";
        var path = new StringBuilder();
        int end = 0;
        foreach (Range range in stem.AsSpan().Split('-'))
        {
            if (range.Start.Equals(range.End) || stem.Contains('/') || stem.Contains('\0'))
                throw new CgroupException($"use the slice \"{slice}\": a slice is NAME.slice, without slashes, and without dashes at its ends or side by side");
            end = range.End.Value;
            path.Append('/').Append(CgroupName(stem[..end] + SliceSuffix));
        }

        return path.ToString();
    }

    /// <summary>
    /// The name of a scope. What a unit may not be called, and only that, is written as <c>\xHH</c>, byte by byte (systemd.unit(5)). A
    /// backslash is allowed: callers escape too.
    /// </summary>
    private static string Scope(string name)
    {
        var unit = new StringBuilder(name.Length + ScopeSuffix.Length);
        foreach (byte c in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)c) || ":-_.\\@"u8.Contains(c))
                unit.Append((char)c);
            else
                unit.Append("\\x").Append(Convert.ToHexStringLower([c]));
        }

        unit.Append(ScopeSuffix);
        return unit.Length <= MaxLength
            ? unit.ToString()
            : throw new CgroupException($"use the unit {unit}: its name is longer than the {MaxLength} characters that systemd takes: choose a shorter id, or name it by linux.cgroupsPath");
    }

    /// <summary>
    /// A unit's cgroup is called as the unit is. systemd puts an underscore before what could be taken for a file of the cgroup file
    /// system, or for one of its own names.
    /// </summary>
    private static string CgroupName(string unit)
    {
        if (unit[0] is '_' or '.')
            return "_" + unit;
        ReadOnlySpan<char> first = unit.AsSpan(0, unit.IndexOf('.'));
        return first is "cgroup" or "cpu" or "cpuacct" or "cpuset" or "io" or "blkio" or "memory" or "devices" or "pids" ? "_" + unit : unit;
    }
}
