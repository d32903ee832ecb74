namespace OciSharp.Spec;

/// <summary>Mappings of ids, of a user namespace or of a mount: what user_namespaces(7) asks of /proc/PID/uid_map.</summary>
internal static class IdMappingRules
{
    private const int MostMappings = 340;

    private static Rule SizeZero => Rule.Error("OCI1240", "user_namespaces(7)", "write how many ids are mapped");

    private static Rule Overflow => Rule.Error("OCI1241", "user_namespaces(7)", "end the range at 4294967294 or before");

    private static Rule Overlap => Rule.Error("OCI1242", "user_namespaces(7)", "map each id once, on either side");

    private static Rule TooMany => Rule.Error("OCI1243", "user_namespaces(7)", "join ranges until there are at most 340");

    public static bool Maps(IReadOnlyList<LinuxIdMapping> mappings, uint id)
    {
        foreach (LinuxIdMapping mapping in mappings.AsSpan())
        {
            if (id >= mapping.ContainerId && id - mapping.ContainerId < mapping.Size)
                return true;
        }
        return false;
    }

    public static void Check(IReadOnlyList<LinuxIdMapping>? mappings, string at, Findings findings)
    {
        ReadOnlySpan<LinuxIdMapping> all = mappings.AsSpan();
        if (all.Length > MostMappings)
        {
            findings.Add(TooMany, at, $"there are {all.Length} mappings, more than {MostMappings}");
            return;
        }
        for (int i = 0; i < all.Length; i++)
        {
            LinuxIdMapping mapping = all[i];
            if (mapping.Size == 0)
                findings.Add(SizeZero, $"{at}[{i}].size", "the mapping is empty");
            if (Ends(mapping.ContainerId, mapping.Size) || Ends(mapping.HostId, mapping.Size))
                findings.Add(Overflow, $"{at}[{i}]", "the range goes beyond the last id");
            for (int j = 0; j < i; j++)
            {
                if (Overlaps(mapping.ContainerId, all[j].ContainerId, mapping.Size, all[j].Size)
                    || Overlaps(mapping.HostId, all[j].HostId, mapping.Size, all[j].Size))
                    findings.Add(Overlap, $"{at}[{i}]", $"the range overlaps that of {at}[{j}]");
            }
        }
    }

    // The kernel wants first + size to fit in 32 bits, so that 4294967295 is never mapped.
    private static bool Ends(uint first, uint size) => (ulong)first + size > uint.MaxValue;

    private static bool Overlaps(uint first, uint otherFirst, uint size, uint otherSize) =>
        first < (ulong)otherFirst + otherSize && otherFirst < (ulong)first + size;
}
