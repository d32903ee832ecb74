namespace OciSharp.Spec;

/// <summary>Intel RDT.</summary>
internal static class IntelRdtRules
{
    private const string At = "$.linux.intelRdt";

    private static Rule ClosIdInvalid =>
        Rule.Error("OCI1580", "config-linux.md#intelrdt", "write the name of a directory of resctrl, or / for its root");

    private static Rule NewLine =>
        Rule.Error("OCI1581", "config-linux.md#intelrdt", "write one line; schemata takes several, one in each element");

    private static Rule L3Prefix => Rule.Warning("OCI1582", "config-linux.md#intelrdt", "write L3: and the masks, as in L3:0=f;1=f");

    private static Rule MbPrefix => Rule.Error("OCI1583", "config-linux.md#intelrdt", "write MB: and the bandwidths, as in MB:0=20;1=70");

    public static void Check(LinuxIntelRdt rdt, Findings findings)
    {
        if (rdt.ClosId is "." or ".." || (rdt.ClosId is not (null or "/") && rdt.ClosId.AsSpan().ContainsAny('/', '\n')))
            findings.Add(ClosIdInvalid, $"{At}.closID", $"invalid intelRdt.ClosID \"{rdt.ClosId}\"");

        CheckLine(rdt.L3CacheSchema, $"{At}.l3CacheSchema", findings);
        if (!string.IsNullOrEmpty(rdt.L3CacheSchema) && !rdt.L3CacheSchema.StartsWith("L3:", StringComparison.Ordinal))
            findings.Add(L3Prefix, $"{At}.l3CacheSchema", $"\"{rdt.L3CacheSchema}\" does not start with L3:");

        CheckLine(rdt.MemBwSchema, $"{At}.memBwSchema", findings);
        if (!string.IsNullOrEmpty(rdt.MemBwSchema) && !rdt.MemBwSchema.StartsWith("MB:", StringComparison.Ordinal))
            findings.Add(MbPrefix, $"{At}.memBwSchema", $"\"{rdt.MemBwSchema}\" does not start with MB:");

        ReadOnlySpan<string> schemata = rdt.Schemata.AsSpan();
        for (int i = 0; i < schemata.Length; i++)
            CheckLine(schemata[i], $"{At}.schemata[{i}]", findings);
    }

    private static void CheckLine(string? line, string at, Findings findings)
    {
        if (line is not null && line.Contains('\n'))
            findings.Add(NewLine, at, "the schema contains a newline");
    }
}
