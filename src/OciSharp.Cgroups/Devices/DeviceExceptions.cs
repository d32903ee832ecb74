using OciSharp.Spec;

namespace OciSharp.Cgroups.Devices;

/// <summary>
/// Device rules in the form that the v1 controller holds them: a default, and exceptions from it that have no order (devices.rst). Folding
/// the rules into it leaves the least to write.
/// </summary>
internal sealed class DeviceExceptions
{
    private readonly List<DeviceGroup> groups = [];

    private DeviceExceptions(bool allowByDefault) => AllowByDefault = allowByDefault;

    /// <summary>Devices without an exception may be used.</summary>
    public bool AllowByDefault { get; }

    /// <summary>Allowed when the default is to deny, denied otherwise.</summary>
    public IReadOnlyList<DeviceGroup> Groups => groups;

    /// <summary>Folds the rules, in order.</summary>
    /// <exception cref="CgroupException">
    /// A rule takes a part out of an earlier, wider one, which v1 cannot express: it would be left open.
    /// </exception>
    public static DeviceExceptions Fold(DeviceRules rules)
    {
        var folded = new DeviceExceptions(rules.AllowByDefault);
        foreach (DeviceRule rule in rules.Rules.AsSpan())
        {
            if (rule.Allow == rules.AllowByDefault)
                folded.Withdraw(rule);
            else
                folded.Merge(rule.Group);
        }

        return folded;
    }

    /// <summary>Back to the default: takes the access away from the exceptions that the rule covers.</summary>
    private void Withdraw(DeviceRule rule)
    {
        for (int i = groups.Count - 1; i >= 0; i--)
        {
            DeviceGroup group = groups[i];
            if (!rule.Group.Meets(group) || (rule.Group.Access & group.Access) == 0)
                continue;
            if (!rule.Group.Covers(group))
                throw DeviceRules.Bad(rule.Index,
                    "it takes a part out of an earlier, wider rule, which cgroup v1 cannot do: list the devices one by one");
            DeviceAccess left = group.Access & ~rule.Group.Access;
            if (left == DeviceAccess.None)
                groups.RemoveAt(i);
            else
                groups[i] = group with { Access = left };
        }
    }

    private void Merge(DeviceGroup wanted)
    {
        for (int i = 0; i < groups.Count; i++)
        {
            DeviceGroup group = groups[i];
            if (group.Covers(wanted) && (group.Access & wanted.Access) == wanted.Access)
                return;
            if (group.Covers(wanted) && wanted.Covers(group))
            {
                groups[i] = group with { Access = group.Access | wanted.Access };
                return;
            }
        }

        groups.Add(wanted);
    }
}
