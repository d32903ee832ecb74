using OciSharp.Spec;

namespace OciSharp.Runtime.Seccomp;

/// <summary>An action, and the conditions that must all hold for it; none hold always.</summary>
internal sealed record Alternative(uint Action, LinuxSeccompArg[] Conditions);

/// <summary>What happens to a call: an action, or that of the first rule that holds, or else the default one.</summary>
/// <param name="Action">The action, if there are no rules.</param>
/// <param name="Rules">Rules with conditions, in the order in which they are tried.</param>
/// <param name="Is32Bit">How their conditions are compared: see <see cref="FilterCondition"/>.</param>
internal readonly record struct Decision(uint Action, Alternative[]? Rules = null, bool Is32Bit = false);

/// <summary>The calls from a number on, up to the next range.</summary>
internal readonly record struct FilterRange(uint First, Decision Decision)
{
    /// <summary>Appends a range, or lets the last one go on if it decides the same.</summary>
    public static void Append(List<FilterRange> ranges, ulong first, Decision decision)
    {
        if (ranges.Count > 0 && ranges[^1].Decision is { Rules: null } last && decision.Rules is null && last.Action == decision.Action)
            return;
        ranges.Add(new FilterRange((uint)first, decision));
    }
}
