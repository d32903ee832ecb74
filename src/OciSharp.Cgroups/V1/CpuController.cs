using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

/// <summary>cpu of v1 (sched-design-CFS.rst, sched-bwc.rst, sched-rt-group.rst); <c>config-linux.md#cpu</c>.</summary>
internal static class CpuController
{
    // What the kernel silently brings other values into (MIN_SHARES, MAX_SHARES).
    private const ulong FewestShares = 2;
    private const ulong MostShares = 1 << 18;

    /// <summary>
    /// Whether anything is asked for. As with the peers, 0 shares, quota or period mean none; a burst or idle of 0 is a value.
    /// </summary>
    public static bool Sets(LinuxCpu cpu) =>
        cpu.Shares is not (null or 0) || cpu.Quota is not (null or 0) || cpu.Period is not (null or 0) || cpu.Burst is not null
        || cpu.RealtimePeriod is not (null or 0) || cpu.RealtimeRuntime is not (null or 0) || cpu.Idle is not null;

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused.</exception>
    public static void Apply(LimitWriter writer, LinuxCpu cpu)
    {
        ApplyWeight(writer, cpu);
        ApplyBandwidth(writer, cpu);
        ApplyRealtime(writer, cpu);
    }

    /// <summary>The shares of an idle cgroup cannot be changed, so it stops being idle before, and becomes idle after.</summary>
    private static void ApplyWeight(LimitWriter writer, LinuxCpu cpu)
    {
        if (cpu.Idle is 0 && writer.IsUpdate)
            writer.Set("cpu.idle", 0);
        if (cpu.Shares is { } shares and not 0)
        {
            if (shares is < FewestShares or > MostShares)
                throw writer.Directory.Refused("set", "cpu.shares", $"{shares}", -(nint)Errno.EINVAL,
                    $"cpu.shares is {FewestShares} to {MostShares}");
            writer.Set("cpu.shares", (long)shares);
        }

        if (cpu.Idle is { } idle and not 0)
            writer.Set("cpu.idle", idle);
    }

    private static void ApplyBandwidth(LimitWriter writer, LinuxCpu cpu)
    {
        Span<Limit> limits = new Limit[3];
        int count = 0;
        if (cpu.Period is { } period and not 0)
            limits[count++] = new Limit("cpu.cfs_period_us", $"{period}");
        if (cpu.Quota is { } quota and not 0)
            limits[count++] = new Limit("cpu.cfs_quota_us", $"{quota}");
        if (cpu.Burst is { } burst)
            limits[count++] = new Limit("cpu.cfs_burst_us", $"{burst}");
        writer.SetTogether(limits[..count]);
    }

    private static void ApplyRealtime(LimitWriter writer, LinuxCpu cpu)
    {
        Span<Limit> limits = new Limit[2];
        int count = 0;
        if (cpu.RealtimePeriod is { } period and not 0)
            limits[count++] = new Limit("cpu.rt_period_us", $"{period}");
        if (cpu.RealtimeRuntime is { } runtime and not 0)
            limits[count++] = new Limit("cpu.rt_runtime_us", $"{runtime}");
        writer.SetTogether(limits[..count]);
    }
}
