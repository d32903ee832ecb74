using OciSharp.Spec;

namespace OciSharp.Cgroups.Devices;

/// <summary>What may be done with a device.</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    MakeNode = 1,
    Read = 2,
    Write = 4,
    All = MakeNode | Read | Write,
}

/// <summary>An exception to the default.</summary>
/// <param name="Block">A block device; otherwise a character device.</param>
/// <param name="Major">The major number, or <see cref="DeviceRules.Any"/>.</param>
/// <param name="Minor">The minor number, or <see cref="DeviceRules.Any"/>.</param>
/// <param name="Access">What is excepted.</param>
internal readonly record struct DeviceException(bool Block, long Major, long Minor, DeviceAccess Access)
{
    /// <summary>Whether every device of <paramref name="other"/> is one of this.</summary>
    public bool Covers(DeviceException other) =>
        Block == other.Block
        && (Major == DeviceRules.Any || Major == other.Major)
        && (Minor == DeviceRules.Any || Minor == other.Minor);

    /// <summary>Whether there is a device that is of both.</summary>
    public bool Meets(DeviceException other) =>
        Block == other.Block
        && (Major == DeviceRules.Any || other.Major == DeviceRules.Any || Major == other.Major)
        && (Minor == DeviceRules.Any || other.Minor == DeviceRules.Any || Minor == other.Minor);
}

/// <summary>
/// Device rules in the form that the v1 controller holds them: a default, and exceptions from it (devices.rst). Folding the listed
/// rules into it, in order, leaves the least to write.
/// </summary>
internal sealed class DeviceRules
{
    /// <summary>Any number.</summary>
    public const long Any = -1;

    private readonly List<DeviceException> exceptions = [];

    /// <summary>Devices without an exception may be used.</summary>
    public bool AllowByDefault { get; private set; }

    /// <summary>Allowed when the default is to deny, denied otherwise.</summary>
    public IReadOnlyList<DeviceException> Exceptions => exceptions;

    /// <summary>
    /// Folds the rules of a configuration, after a start that denies everything. When that is still the default at the end, the devices
    /// that every container has (<c>config-linux.md#default-devices</c>) are allowed, as the peers do.
    /// </summary>
    /// <exception cref="CgroupException">
    /// A rule takes a part out of an earlier, wider one, which v1 cannot express: it would be left open.
    /// </exception>
    public static DeviceRules Fold(IReadOnlyList<LinuxDeviceCgroup>? rules)
    {
        var folded = new DeviceRules();
        for (int i = 0; i < (rules?.Count ?? 0); i++)
            folded.Add(rules![i], i);
        if (!folded.AllowByDefault)
        {
            foreach (DeviceException device in DefaultDevices.Allowed)
                folded.Merge(device);
        }

        return folded;
    }

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
        long major = rule.Major ?? Any;
        long minor = rule.Minor ?? Any;

        if (character && block && major == Any && minor == Any && access == DeviceAccess.All)
        {
            AllowByDefault = rule.Allow;
            exceptions.Clear();
            return;
        }

        if (character)
            Except(new DeviceException(false, major, minor, access), rule.Allow, index);
        if (block)
            Except(new DeviceException(true, major, minor, access), rule.Allow, index);
    }

    private void Except(DeviceException rule, bool allow, int index)
    {
        if (allow == AllowByDefault)
            Withdraw(rule, index);
        else
            Merge(rule);
    }

    /// <summary>Back to the default: takes the access away from the exceptions that the rule covers.</summary>
    private void Withdraw(DeviceException rule, int index)
    {
        for (int i = exceptions.Count - 1; i >= 0; i--)
        {
            DeviceException exception = exceptions[i];
            if (!rule.Meets(exception) || (rule.Access & exception.Access) == 0)
                continue;
            if (!rule.Covers(exception))
                throw Bad(index, "it takes a part out of an earlier, wider rule, which cgroup v1 cannot do: list the devices one by one");
            DeviceAccess left = exception.Access & ~rule.Access;
            if (left == DeviceAccess.None)
                exceptions.RemoveAt(i);
            else
                exceptions[i] = exception with { Access = left };
        }
    }

    private void Merge(DeviceException rule)
    {
        for (int i = 0; i < exceptions.Count; i++)
        {
            DeviceException exception = exceptions[i];
            if (exception.Covers(rule) && (exception.Access & rule.Access) == rule.Access)
                return;
            if (exception.Covers(rule) && rule.Covers(exception))
            {
                exceptions[i] = exception with { Access = exception.Access | rule.Access };
                return;
            }
        }

        exceptions.Add(rule);
    }

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

    private static CgroupException Bad(int index, string why) =>
        new($"apply linux.resources.devices[{index}]: {why}") { Controller = "devices" };
}
