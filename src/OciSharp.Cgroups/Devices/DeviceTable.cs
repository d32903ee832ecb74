namespace OciSharp.Cgroups.Devices;

/// <summary>What is allowed with the devices of some numbers.</summary>
/// <param name="Major">The major number, or <see cref="DeviceGroup.Any"/>.</param>
/// <param name="Minor">The minor number, or <see cref="DeviceGroup.Any"/>.</param>
/// <param name="Allowed">What is allowed.</param>
internal readonly record struct DeviceEntry(long Major, long Minor, DeviceAccess Allowed)
{
    /// <summary>Whether every device of <paramref name="other"/> is one of this.</summary>
    public bool Covers(DeviceEntry other) =>
        (Major == DeviceGroup.Any || Major == other.Major) && (Minor == DeviceGroup.Any || Minor == other.Minor);
}

/// <summary>
/// Device rules without their order: for one type, what is allowed with which numbers, the most special entry first, and the last for any
/// numbers. The first entry that a device matches decides.
/// </summary>
/// <remarks>
/// The numbers that the rules name are brought together with those that two of them share, so that all devices of an entry fall under
/// the same rules unless they fall under an entry before it; then the rules are applied to each entry in order, bit by bit.
/// </remarks>
internal static class DeviceTable
{
    /// <summary>The table of one type.</summary>
    public static List<DeviceEntry> Of(DeviceRules rules, bool block)
    {
        List<(long Major, long Minor)> numbers = Numbers(rules, block);
        var table = new List<DeviceEntry>(numbers.Count);
        foreach ((long major, long minor) in numbers)
            table.Add(new DeviceEntry(major, minor, Allowed(rules, new DeviceGroup(block, major, minor, DeviceAccess.None))));
        return WithoutRepetition(table);
    }

    /// <summary>All numbers that matter, each once: by major, then by minor, any number after the others.</summary>
    private static List<(long Major, long Minor)> Numbers(DeviceRules rules, bool block)
    {
        var seen = new HashSet<(long Major, long Minor)> { (DeviceGroup.Any, DeviceGroup.Any) };
        var majors = new HashSet<long>();
        var minors = new HashSet<long>();
        foreach (DeviceRule rule in rules.Rules)
        {
            DeviceGroup group = rule.Group;
            if (group.Block != block)
                continue;
            seen.Add((group.Major, group.Minor));
            if (group.Major != DeviceGroup.Any)
                majors.Add(group.Major);
            else if (group.Minor != DeviceGroup.Any)
                minors.Add(group.Minor);
        }

        foreach (long minor in minors)
        {
            foreach (long major in majors)
                seen.Add((major, minor));
        }

        var numbers = new List<(long Major, long Minor)>(seen);
        numbers.Sort(static (a, b) => a.Major != b.Major ? AnyLast(a.Major, b.Major) : AnyLast(a.Minor, b.Minor));
        return numbers;
    }

    private static int AnyLast(long a, long b) => ((ulong)a).CompareTo((ulong)b);

    private static DeviceAccess Allowed(DeviceRules rules, DeviceGroup devices)
    {
        DeviceAccess allowed = rules.AllowByDefault ? DeviceAccess.All : DeviceAccess.None;
        foreach (DeviceRule rule in rules.Rules)
        {
            if (rule.Group.Covers(devices))
                allowed = rule.Allow ? allowed | rule.Group.Access : allowed & ~rule.Group.Access;
        }

        return allowed;
    }

    /// <summary>Leaves out entries that say what the next matching one says anyway.</summary>
    private static List<DeviceEntry> WithoutRepetition(List<DeviceEntry> table)
    {
        for (int i = table.Count - 2; i >= 0; i--)
        {
            int next = i + 1;
            while (!table[next].Covers(table[i]))
                next++;
            if (table[next].Allowed == table[i].Allowed)
                table.RemoveAt(i);
        }

        return table;
    }
}
