using System.Text;
using OciSharp.Spec;

namespace OciSharp.Cgroups.V2;

/// <summary>cpu of v2 (cgroup-v2.rst, "CPU"); <c>config-linux.md#cpu</c>.</summary>
internal static class CpuController
{
    private const string WeightFile = "cpu.weight";
    private const string MaxFile = "cpu.max";

    /// <summary>
    /// Whether anything is asked for. As with the peers, 0 shares, quota or period mean none; a burst or idle of 0 is a value.
    /// </summary>
    public static bool Sets(LinuxCpu cpu) =>
        cpu.Shares is not (null or 0) || cpu.Quota is not (null or 0) || cpu.Period is not (null or 0) || cpu.Burst is not null
            || cpu.Idle is not null;

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused, or only v1 can do it.</exception>
    public static void Apply(LimitWriter writer, LinuxCpu cpu)
    {
        if (cpu.RealtimePeriod is not (null or 0) || cpu.RealtimeRuntime is not (null or 0))
            throw NotOnV2.Refuse("cpu.realtimeRuntime", "real-time tasks are not limited by cgroup there: leave it out");

        // The weight of an idle cgroup cannot be changed, so it stops being idle before, and becomes idle after.
        if (cpu.Idle is 0 && writer.IsUpdate)
            writer.Set("cpu.idle", 0);
        if (cpu.Shares is { } shares and not 0)
            writer.Set(WeightFile, CpuShares.ToWeight(shares));
        if (cpu.Idle is { } idle and not 0)
            writer.Set("cpu.idle", idle);

        Span<Limit> limits = new Limit[2];
        int count = 0;
        if (cpu.Quota is not (null or 0) || cpu.Period is not (null or 0))
            limits[count++] = new Limit(MaxFile, Max(writer, cpu));
        if (cpu.Burst is { } burst)
            limits[count++] = new Limit("cpu.max.burst", $"{burst}");
        writer.SetTogether(limits[..count]);
    }

    /// <summary><c>QUOTA PERIOD</c>, or <c>QUOTA</c> to keep the period.</summary>
    private static string Max(LimitWriter writer, LinuxCpu cpu)
    {
        string quota = cpu.Quota switch
        {
            > 0 => $"{cpu.Quota}",
            < 0 => "max",
            _ => writer.IsUpdate ? PresentQuota(writer.Directory) : "max",
        };
        return cpu.Period is { } period and not 0 ? $"{quota} {period}" : quota;
    }

    private static string PresentQuota(CgroupDirectory directory)
    {
        Span<byte> buffer = stackalloc byte[64];
        ReadOnlySpan<byte> text = directory.Read(MaxFile, buffer);
        int space = text.IndexOf((byte)' ');
        return Encoding.UTF8.GetString(space < 0 ? text : text[..space]);
    }
}
