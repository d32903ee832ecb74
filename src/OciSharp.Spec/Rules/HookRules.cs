namespace OciSharp.Spec;

/// <summary>Hooks.</summary>
internal static class HookRules
{
    private static Rule TimeoutNotPositive =>
        Rule.Error("OCI1401", "config.md#posix-platform-hooks", "write seconds, 1 or more, or leave it out");

    public static void Check(Hooks hooks, Findings findings)
    {
        Check(hooks.Prestart, "$.hooks.prestart", findings);
        Check(hooks.CreateRuntime, "$.hooks.createRuntime", findings);
        Check(hooks.CreateContainer, "$.hooks.createContainer", findings);
        Check(hooks.StartContainer, "$.hooks.startContainer", findings);
        Check(hooks.Poststart, "$.hooks.poststart", findings);
        Check(hooks.Poststop, "$.hooks.poststop", findings);
    }

    private static void Check(IReadOnlyList<Hook>? hooks, string at, Findings findings)
    {
        ReadOnlySpan<Hook> all = hooks.AsSpan();
        for (int i = 0; i < all.Length; i++)
        {
            CommonRules.CheckAbsolute(all[i].Path, $"{at}[{i}].path", findings);
            if (all[i].Timeout <= 0)
                findings.Add(TimeoutNotPositive, $"{at}[{i}].timeout", $"the timeout {all[i].Timeout} is not greater than zero");
        }
    }
}
