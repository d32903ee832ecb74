namespace OciSharp.Spec;

/// <summary>The execution domain.</summary>
internal static class PersonalityRules
{
    private static Rule DomainUnknown => Rule.Error("OCI1560", "config-linux.md#personality", "write LINUX or LINUX32");

    private static Rule FlagUnknown => Rule.Error("OCI1561", "config-linux.md#personality", "remove it: no flags are defined so far");

    public static void Check(LinuxPersonality personality, Findings findings)
    {
        const string At = "$.linux.personality";
        if (personality.Domain is not (PersonalityDomains.LINUX or PersonalityDomains.LINUX32))
            findings.Add(DomainUnknown, $"{At}.domain", $"invalid personality domain \"{personality.Domain}\"");
        ReadOnlySpan<string> flags = personality.Flags.AsSpan();
        for (int i = 0; i < flags.Length; i++)
            findings.Add(FlagUnknown, $"{At}.flags[{i}]", $"unsupported personality flag \"{flags[i]}\"");
    }
}
