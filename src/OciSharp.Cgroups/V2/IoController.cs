using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>io of v2 (cgroup-v2.rst, "IO"); <c>config-linux.md#block-io</c>.</summary>
internal static class IoController
{
    private const string MaxFile = "io.max";
    private const string BfqWeightFile = "io.bfq.weight";
    private const string WeightFile = "io.weight";

    /// <summary>Whether anything is asked for. As with the peers, a weight of 0 means none.</summary>
    public static bool Sets(LinuxBlockIo io) =>
        io.Weight is not (null or 0) || io.WeightDevice is { Count: > 0 }
        || io.ThrottleReadBpsDevice is { Count: > 0 } || io.ThrottleWriteBpsDevice is { Count: > 0 }
        || io.ThrottleReadIopsDevice is { Count: > 0 } || io.ThrottleWriteIopsDevice is { Count: > 0 };

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused, or only v1 can do it.</exception>
    public static void Apply(LimitWriter writer, LinuxBlockIo io)
    {
        if (io.LeafWeight is not (null or 0))
            throw NotOnV2.Refuse("blockIO.leafWeight", "a cgroup with processes has none below that compete with them: leave it out");
        if (io.Weight is { } weight and not 0)
            SetWeight(writer, "default", weight);
        foreach (LinuxWeightDevice device in io.WeightDevice ?? [])
        {
            if (device.LeafWeight is not (null or 0))
                throw NotOnV2.Refuse("blockIO.weightDevice.leafWeight",
                    "a cgroup with processes has none below that compete with them: leave it out");
            if (device.Weight is { } own)
                SetWeight(writer, $"{device.Major}:{device.Minor}", own);
        }

        Throttle(writer, "rbps", io.ThrottleReadBpsDevice);
        Throttle(writer, "wbps", io.ThrottleWriteBpsDevice);
        Throttle(writer, "riops", io.ThrottleReadIopsDevice);
        Throttle(writer, "wiops", io.ThrottleWriteIopsDevice);
    }

    /// <summary>
    /// A weight of blkio (10 to 1,000) on the scale of io.weight (1 to 10,000), linearly, ends on ends, as the peers do.
    /// </summary>
    internal static long ToIoWeight(ushort weight) => 1 + ((weight - 10L) * 9999 / 990);

    /// <summary>The bfq scheduler has the scale of the configuration; the other file is that of the cost model.</summary>
    private static void SetWeight(LimitWriter writer, string key, ushort weight)
    {
        if (weight is < 10 or > 1000)
            throw writer.Directory.Refused("set", WeightFile, $"{key} {weight}", -(nint)Errno.ERANGE, "a blockIO weight is 10 to 1000");
        nint result = writer.TrySetKeyed(BfqWeightFile, key, $"{weight}", unset: "default");
        if (result >= 0)
            return;
        result = writer.TrySetKeyed(WeightFile, key, $"{ToIoWeight(weight)}", unset: "default");
        if (result == -(nint)Errno.ENOENT)
            throw writer.Directory.Refused("set", WeightFile, $"{key} {weight}", result,
                "this kernel has no block scheduler with weights: load bfq (modprobe bfq), or leave the weight out");
        if (result < 0)
            throw writer.Directory.Refused("set", WeightFile, $"{key} {weight}", result);
    }

    /// <summary>A rate of 0 means none in the configuration, as v1 has it.</summary>
    private static void Throttle(LimitWriter writer, string what, IReadOnlyList<LinuxThrottleDevice>? devices)
    {
        foreach (LinuxThrottleDevice device in devices ?? [])
        {
            string rate = device.Rate == 0 ? "max" : $"{device.Rate}";
            writer.SetKeyed(MaxFile, $"{device.Major}:{device.Minor}", $"{what}={rate}", unset: "rbps=max wbps=max riops=max wiops=max");
        }
    }
}
