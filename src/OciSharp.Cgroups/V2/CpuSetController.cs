using OciSharp.Spec;

namespace OciSharp.Cgroups.V2;

/// <summary>cpuset of v2 (cgroup-v2.rst, "Cpuset"): empty means that of the cgroup above; <c>config-linux.md#cpu</c>.</summary>
internal static class CpuSetController
{
    /// <summary>Whether anything is asked for.</summary>
    public static bool Sets(LinuxCpu cpu) => !string.IsNullOrEmpty(cpu.Cpus) || !string.IsNullOrEmpty(cpu.Mems);

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused.</exception>
    public static void Apply(LimitWriter writer, LinuxCpu cpu)
    {
        if (!string.IsNullOrEmpty(cpu.Cpus))
            writer.Set("cpuset.cpus", cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems))
            writer.Set("cpuset.mems", cpu.Mems);
    }
}
