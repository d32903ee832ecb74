namespace OciSharp.Cgroups;

/// <summary>pids, the same file on v1 and v2 (pids.rst); <c>config-linux.md#pids</c>.</summary>
internal static class PidsController
{
    /// <summary>Sets the maximum: -1 is none, and 0 is a real limit, under which the container's process cannot fork.</summary>
    /// <exception cref="CgroupException">The value is refused.</exception>
    public static void Apply(LimitWriter writer, long limit)
    {
        if (limit == -1)
            writer.Set("pids.max", "max");
        else
            writer.Set("pids.max", limit);
    }
}
