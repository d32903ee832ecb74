using OciSharp.Spec;

namespace OciSharp.Cgroups.Devices;

/// <summary>One rule for one type of device.</summary>
/// <param name="Allow">Allow or deny.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Index">Its place in the configuration, for messages; -1 for the devices of every container.</param>
internal readonly record struct DeviceRule(bool Allow, DeviceGroup Group, int Index);

/// <summary>
/// <c>linux.resources.devices</c> (<c>config-linux.md#allowed-device-list</c>), in order, as far as it matters: a rule for every
/// device makes those
/// before it meaningless, so the list begins with the last of them as its default.
/// </summary>
internal sealed class DeviceRules
{
    // The largest number that the kernel's comparisons take (and far more than it gives to any device).
    private const long LargestNumber = int.MaxValue;

    private readonly List<DeviceRule> rules = [];

    private DeviceRules()
    {
    }

    /// <summary>What holds for devices without a rule. Without a rule for every device, they are denied, as with the peers.</summary>
    public bool AllowByDefault { get; private set; }

    /// <summary>The rules; a later one wins over an earlier one.</summary>
    public IReadOnlyList<DeviceRule> Rules => rules;

    /// <summary>
    /// Reads the rules of a configuration. When devices are denied by default, those that every container has
    /// (<c>config-linux.md#default-devices</c>) are allowed at the end, as the peers do.
    /// </summary>
    /// <exception cref="CgroupException">A rule has a type, number or access that there is not.</exception>
    public static DeviceRules Of(IReadOnlyList<LinuxDeviceCgroup>? configured)
    {
        var all = new DeviceRules();
        ReadOnlySpan<LinuxDeviceCgroup> rules = configured.AsSpan();
        for (int i = 0; i < rules.Length; i++)
            all.Add(rules[i], i);
        if (!all.AllowByDefault)
        {
            foreach (DeviceGroup group in DefaultDevices.Allowed)
                all.rules.Add(new DeviceRule(true, group, -1));
        }

        return all;
    }

    /// <summary>The error for a rule of the configuration.</summary>
    public static CgroupException Bad(int index, string why) =>
        new($"apply linux.resources.devices[{index}]: {why}") { Controller = "devices" };

    private void Add(LinuxDeviceCgroup rule, int index)
    {
        (bool character, bool block) = rule.Type switch
        {
            null or "" or "a" => (true, true),
            "c" or "u" => (true, false),
            "b" => (false, true),
            _ => throw Bad(index, $"type \"{rule.Type}\" is none of a, b and c"),
        };
        DeviceAccess access = AccessOf(rule.Access, index);
        long major = NumberOf(rule.Major, "major", index);
        long minor = NumberOf(rule.Minor, "minor", index);

        if (character && block && major == DeviceGroup.Any && minor == DeviceGroup.Any && access == DeviceAccess.All)
        {
            AllowByDefault = rule.Allow;
            rules.Clear();
            return;
        }

        if (character)
            rules.Add(new DeviceRule(rule.Allow, new DeviceGroup(false, major, minor, access), index));
        if (block)
            rules.Add(new DeviceRule(rule.Allow, new DeviceGroup(true, major, minor, access), index));
    }

    /// <summary>A number; absent, and -1 as some engines write it, is any.</summary>
    private static long NumberOf(long? number, string name, int index) => number switch
    {
        null or -1 => DeviceGroup.Any,
        >= 0 and <= LargestNumber => number.Value,
        _ => throw Bad(index, $"{name} {number} is no device number"),
    };

    private static DeviceAccess AccessOf(string? text, int index)
    {
        if (string.IsNullOrEmpty(text))
            throw Bad(index, "access is empty: give some of r, w and m");
        DeviceAccess access = DeviceAccess.None;
        foreach (char c in text)
        {
            access |= c switch
            {
                'r' => DeviceAccess.Read,
                'w' => DeviceAccess.Write,
                'm' => DeviceAccess.MakeNode,
                _ => throw Bad(index, $"access \"{text}\" has other letters than r, w and m"),
            };
        }

        return access;
    }
}
