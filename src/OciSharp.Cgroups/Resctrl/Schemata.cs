using System.Globalization;
using System.Text;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Resctrl;

/// <summary>The schemata of a group: a line for each resource, such as <c>L3:0=7ff;1=7ff</c> or <c>MB:0=50;1=100</c>.</summary>
internal static class Schemata
{
    /// <summary>The file in the directory of the group.</summary>
    public const string File = "schemata";

    private const string MemoryBandwidth = "MB";

    /// <summary>Whether there is anything to write.</summary>
    public static bool AreIn(LinuxIntelRdt rdt) =>
        !string.IsNullOrEmpty(rdt.L3CacheSchema) || !string.IsNullOrEmpty(rdt.MemBwSchema) || rdt.Schemata is { Count: > 0 };

    /// <summary>
    /// Writes them in the order of the specification: the L3 cache, the memory bandwidth, and then the lines that may overwrite both.
    /// The kernel takes a domain of a resource only once in one write, so these are up to three.
    /// </summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public static void Write(ResctrlGroup group, LinuxIntelRdt rdt)
    {
        if (!string.IsNullOrEmpty(rdt.L3CacheSchema))
            Write(group, rdt.L3CacheSchema);
        if (!string.IsNullOrEmpty(rdt.MemBwSchema))
            Write(group, rdt.MemBwSchema);
        if (rdt.Schemata is { Count: > 0 } lines)
            Write(group, string.Join('\n', lines));
    }

    /// <summary>Refuses to share a group whose limits are other than those that are wanted.</summary>
    /// <exception cref="CgroupException">They differ.</exception>
    public static void Check(ResctrlGroup group, LinuxIntelRdt rdt)
    {
        if (string.IsNullOrEmpty(rdt.L3CacheSchema) && string.IsNullOrEmpty(rdt.MemBwSchema))
            return;
        string present = Encoding.UTF8.GetString(group.Directory.ReadAll(File));
        foreach (string? wanted in (ReadOnlySpan<string?>)[rdt.L3CacheSchema, rdt.MemBwSchema])
        {
            if (!string.IsNullOrEmpty(wanted) && !Holds(present, wanted, Granularity(group)))
            {
                throw new CgroupException(
                    $"use the group {group.Path}: its schemata do not match \"{wanted}\": they are {Shown(present)}: "
                    + "leave the schema out to take them as they are, or choose another closID");
            }
        }
    }

    /// <summary>The line of a resource, without the spaces around it that the kernel aligns lines with; empty if there is none.</summary>
    /// <param name="schemata">The text of the file.</param>
    /// <param name="resource">How its name begins: <c>L3</c> is also that of the lines for code and data.</param>
    public static string Line(string schemata, string resource)
    {
        foreach (ReadOnlySpan<char> line in schemata.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> trimmed = line.Trim();
            if (trimmed.StartsWith(resource, StringComparison.Ordinal))
                return trimmed.ToString();
        }

        return "";
    }

    /// <summary>Whether the file has, for each domain of a line, the value that stands there.</summary>
    /// <param name="schemata">The text of the file.</param>
    /// <param name="wanted">The line: <c>MB:0=20</c>.</param>
    /// <param name="granularity">What the kernel rounds a memory bandwidth up to a multiple of.</param>
    internal static bool Holds(string schemata, string wanted, ulong granularity)
    {
        int colon = wanted.IndexOf(':');
        if (colon < 0)
            return false;
        string resource = wanted[..(colon + 1)];
        string present = Line(schemata, resource);
        if (present.Length == 0)
            return false;
        bool bandwidth = wanted.AsSpan(0, colon).Trim().SequenceEqual(MemoryBandwidth);
        foreach (Range range in wanted.AsSpan(colon + 1).Split(';'))
        {
            ReadOnlySpan<char> domain = wanted.AsSpan(colon + 1)[range];
            int equals = domain.IndexOf('=');
            if (equals < 0
                || !TryParse(domain[(equals + 1)..], bandwidth, out ulong value)
                || !TryFind(present.AsSpan(resource.Length), domain[..equals].Trim(), bandwidth, out ulong found))
                return false;
            if (found != value && !(bandwidth && granularity > 0 && found == (value + granularity - 1) / granularity * granularity))
                return false;
        }

        return true;
    }

    private static bool TryFind(ReadOnlySpan<char> domains, ReadOnlySpan<char> id, bool bandwidth, out ulong value)
    {
        foreach (Range range in domains.Split(';'))
        {
            ReadOnlySpan<char> domain = domains[range];
            int equals = domain.IndexOf('=');
            if (equals >= 0 && domain[..equals].Trim().SequenceEqual(id))
                return TryParse(domain[(equals + 1)..], bandwidth, out value);
        }

        value = 0;
        return false;
    }

    /// <summary>A bandwidth is decimal, everything else is a mask in hexadecimal.</summary>
    private static bool TryParse(ReadOnlySpan<char> text, bool bandwidth, out ulong value)
    {
        text = text.Trim();
        if (!bandwidth && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            text = text[2..];
        return ulong.TryParse(text, bandwidth ? NumberStyles.None : NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static ulong Granularity(ResctrlGroup group) => ResctrlStats.Number(group.Root, "info/MB/bandwidth_gran");

    private static string Shown(string schemata) => string.Join(", ", schemata.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static void Write(ResctrlGroup group, string lines)
    {
        CgroupDirectory directory = group.Directory;
        nint result = directory.TryWrite(File, lines + "\n");
        if (result < 0)
            throw directory.Refused("set", File, lines, result, Reason(group) ?? ResctrlGroup.AdviceFor(result));
    }

    /// <summary>What the kernel says about the last command: <c>Unknown or unsupported resource name 'L2'</c>.</summary>
    private static string? Reason(ResctrlGroup group)
    {
        string status = ResctrlStats.Text(group.Root, "info/last_cmd_status");
        return status is "" or "ok" ? null : status;
    }
}
