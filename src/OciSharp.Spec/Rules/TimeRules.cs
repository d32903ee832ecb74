namespace OciSharp.Spec;

/// <summary>Offsets of clocks in a new time namespace.</summary>
internal static class TimeRules
{
    private const string Section = "config-linux.md#offset-for-time-namespace";

    private static Rule NeedsNamespace => Rule.Error("OCI1510", Section, "add a namespace of type \"time\", or remove the offsets");

    private static Rule NamespaceJoined => Rule.Error("OCI1511", Section, "remove the path of the time namespace, or the offsets");

    private static Rule ClockUnknown => Rule.Error("OCI1512", "time_namespaces(7)", "write monotonic or boottime");

    private static Rule NanosecondsRange => Rule.Error("OCI1513", "time_namespaces(7)", "carry whole seconds over to secs");

    public static void Check(IReadOnlyDictionary<string, LinuxTimeOffset> offsets, NamespaceSet namespaces, Findings findings)
    {
        const string At = "$.linux.timeOffsets";
        if (offsets.Count == 0)
            return;

        if (namespaces.Lacks(NamespaceTypes.Time))
            findings.Add(NeedsNamespace, At, "time namespace offsets specified, but time namespace isn't enabled in the config");
        if (namespaces.Joins(NamespaceTypes.Time))
            findings.Add(NamespaceJoined, At, "both namespace path and time offsets specified");
        foreach ((string clock, LinuxTimeOffset offset) in offsets)
        {
            if (clock is not ("monotonic" or "boottime"))
                findings.Add(ClockUnknown, JsonPath.Property(At, clock), $"\"{clock}\" is no clock of a time namespace");
            if (offset.Nanosecs >= 1_000_000_000)
                findings.Add(NanosecondsRange, $"{JsonPath.Property(At, clock)}.nanosecs", $"{offset.Nanosecs} ns are a second or more");
        }
    }
}
