using OciSharp.Cgroups.Devices;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// Device rules as <c>DevicePolicy</c> and <c>DeviceAllow</c> (systemd.resource-control(5)). Our own rules are set beside those
/// of systemd, and a device must be
/// allowed by both; so systemd's may allow more, where it has no words for something, but never less: it sets them again when it
/// reloads.
/// </summary>
internal static class DeviceProperties
{
    /// <summary>The properties of a scope.</summary>
    /// <exception cref="CgroupException">A rule is none.</exception>
    public static void Add(List<UnitProperty> properties, IReadOnlyList<LinuxDeviceCgroup>? configured)
    {
        var rules = DeviceRules.Of(configured);
        properties.Add(UnitProperty.Of("DevicePolicy", rules.AllowByDefault ? "auto" : "strict"));

        // An empty list first: it takes away what the slice's drop-ins may have put there.
        properties.Add(UnitProperty.Of("DeviceAllow", Array.Empty<(string, string)>()));
        if (!rules.AllowByDefault)
            properties.Add(UnitProperty.Of("DeviceAllow", Entries(rules, Groups())));
    }

    /// <summary>The entries of <c>DeviceAllow</c> for rules that deny by default.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="groups">The text of /proc/devices: systemd knows a major number only by its name there.</param>
    internal static List<(string Device, string Access)> Entries(DeviceRules rules, string groups)
    {
        var entries = new List<(string, string)>();
        foreach (bool block in new[] { false, true })
        {
            string type = block ? "block" : "char";
            DeviceAccess anywhere = DeviceAccess.None;
            List<DeviceEntry> table = DeviceTable.Of(rules, block);
            foreach (DeviceEntry entry in table)
            {
                if (entry.Major == DeviceGroup.Any)
                    anywhere |= entry.Allowed;
                else if (entry.Allowed != DeviceAccess.None)
                    entries.Add((Name(type, entry, groups), Letters(entry.Allowed)));
            }

            if (anywhere != DeviceAccess.None)
                entries.Add(($"{type}-*", Letters(anywhere)));
        }

        return entries;
    }

    private static string Name(string type, DeviceEntry entry, string groups) => entry.Minor != DeviceGroup.Any
        ? $"/dev/{type}/{entry.Major}:{entry.Minor}"
        : $"{type}-{GroupName(groups, type, entry.Major) ?? $"{entry.Major}"}";

    /// <summary>The name of a major number: a line <c>136 pts</c> below <c>Character devices:</c> or <c>Block devices:</c>.</summary>
    private static string? GroupName(string groups, string type, long major)
    {
        bool inType = false;
        foreach (string line in groups.Split('\n'))
        {
            if (line.EndsWith(':'))
                inType = line.StartsWith(type == "block" ? "Block" : "Character", StringComparison.Ordinal);
            else if (inType && line.AsSpan().Trim() is var trimmed && trimmed.IndexOf(' ') is > 0 and int space
                && long.TryParse(trimmed[..space], out long number) && number == major)
                return trimmed[(space + 1)..].ToString();
        }

        return null;
    }

    private static string Letters(DeviceAccess access) =>
        ((access & DeviceAccess.Read) != 0 ? "r" : "") + ((access & DeviceAccess.Write) != 0 ? "w"
            : "") + ((access & DeviceAccess.MakeNode) != 0 ? "m" : "");

    private static string Groups()
    {
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, "/proc/devices", Fcntl.O_RDONLY);
        return System.Text.Encoding.UTF8.GetString(Syscall.ReadToEnd(file.Value, "/proc/devices"));
    }
}
