namespace OciSharp.Spec;

/// <summary>The NUMA memory policy.</summary>
internal static class MemoryPolicyRules
{
    private const string At = "$.linux.memoryPolicy";

    private static Rule ModeUnknown =>
        Rule.Error("OCI1570", "config-linux.md#memory-policy", "write a mode of the specification's list, as in MPOL_INTERLEAVE");

    private static Rule NodesNotTaken => Rule.Error("OCI1571", "set_mempolicy(2)", "remove the nodes");

    private static Rule NodesMissing => Rule.Error("OCI1572", "set_mempolicy(2)", "name the nodes, as in 0-3,7");

    private static Rule FlagUnknown => Rule.Error(
        "OCI1573",
        "config-linux.md#memory-policy",
        "write MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES or MPOL_F_STATIC_NODES");

    private static Rule FlagsExclusive =>
        Rule.Error("OCI1574", "set_mempolicy(2)", "keep one of MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES");

    public static void Check(LinuxMemoryPolicy policy, Findings findings)
    {
        int nodes = IdList.Count(policy.Nodes);
        if (nodes < 0)
            CommonRules.CheckIdList(policy.Nodes, At, "nodes", findings);
        CheckMode(policy, nodes, findings);
        CheckFlags(policy.Flags.AsSpan(), findings);
    }

    private static void CheckMode(LinuxMemoryPolicy policy, int nodes, Findings findings)
    {
        switch (policy.Mode)
        {
            case MemoryPolicyModes.MPOL_DEFAULT or MemoryPolicyModes.MPOL_LOCAL when nodes > 0:
                findings.Add(NodesNotTaken, $"{At}.nodes", $"memory policy mode requires 0 nodes but got {nodes}");
                break;
            case MemoryPolicyModes.MPOL_BIND or MemoryPolicyModes.MPOL_INTERLEAVE or MemoryPolicyModes.MPOL_WEIGHTED_INTERLEAVE
                or MemoryPolicyModes.MPOL_PREFERRED_MANY when nodes == 0:
                findings.Add(NodesMissing, $"{At}.nodes", "memory policy mode requires at least one node but got 0");
                break;
            case MemoryPolicyModes.MPOL_DEFAULT or MemoryPolicyModes.MPOL_LOCAL or MemoryPolicyModes.MPOL_BIND
                or MemoryPolicyModes.MPOL_INTERLEAVE or MemoryPolicyModes.MPOL_WEIGHTED_INTERLEAVE or MemoryPolicyModes.MPOL_PREFERRED
                or MemoryPolicyModes.MPOL_PREFERRED_MANY:
                break;
            default:
                findings.Add(ModeUnknown, $"{At}.mode", $"invalid memory policy mode \"{policy.Mode}\"");
                break;
        }
    }

    private static void CheckFlags(ReadOnlySpan<string> flags, Findings findings)
    {
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i] is not (MemoryPolicyFlags.MPOL_F_NUMA_BALANCING or MemoryPolicyFlags.MPOL_F_RELATIVE_NODES
                or MemoryPolicyFlags.MPOL_F_STATIC_NODES))
                findings.Add(FlagUnknown, $"{At}.flags[{i}]", $"invalid memory policy flag \"{flags[i]}\"");
        }
        if (flags.Contains(MemoryPolicyFlags.MPOL_F_RELATIVE_NODES) && flags.Contains(MemoryPolicyFlags.MPOL_F_STATIC_NODES))
            findings.Add(FlagsExclusive, $"{At}.flags", "MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES exclude each other");
    }
}
