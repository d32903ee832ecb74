using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

/// <summary>blkio of v1 (blkio-controller.rst); <c>config-linux.md#block-io</c>.</summary>
internal static class BlkIoController
{
    /// <summary>Whether anything is asked for. As with the peers, a weight of 0 means none.</summary>
    public static bool Sets(LinuxBlockIo io) =>
        io.Weight is not (null or 0) || io.LeafWeight is not (null or 0) || io.WeightDevice is { Count: > 0 }
        || io.ThrottleReadBpsDevice is { Count: > 0 } || io.ThrottleWriteBpsDevice is { Count: > 0 }
        || io.ThrottleReadIopsDevice is { Count: > 0 } || io.ThrottleWriteIopsDevice is { Count: > 0 };

    /// <summary>Sets what is asked for. Weights are those of the bfq scheduler, or of cfq on kernels that had it.</summary>
    /// <exception cref="CgroupException">A value is refused, or the kernel has no such weights.</exception>
    public static void Apply(LimitWriter writer, LinuxBlockIo io)
    {
        if (io.Weight is { } weight and not 0)
            SetWeight(writer, "blkio.bfq.weight", "blkio.weight", $"{weight}");
        if (io.LeafWeight is { } leaf and not 0)
            SetWeight(writer, "blkio.leaf_weight", null, $"{leaf}");
        foreach (LinuxWeightDevice device in io.WeightDevice ?? [])
        {
            if (device.Weight is { } own)
                SetWeight(writer, "blkio.bfq.weight_device", "blkio.weight_device", $"{device.Major}:{device.Minor} {own}");
            if (device.LeafWeight is { } ownLeaf)
                SetWeight(writer, "blkio.leaf_weight_device", null, $"{device.Major}:{device.Minor} {ownLeaf}");
        }

        Throttle(writer, "blkio.throttle.read_bps_device", io.ThrottleReadBpsDevice);
        Throttle(writer, "blkio.throttle.write_bps_device", io.ThrottleWriteBpsDevice);
        Throttle(writer, "blkio.throttle.read_iops_device", io.ThrottleReadIopsDevice);
        Throttle(writer, "blkio.throttle.write_iops_device", io.ThrottleWriteIopsDevice);
    }

    private static void SetWeight(LimitWriter writer, string file, string? older, string value)
    {
        nint result = writer.TrySet(file, value);
        if (result == -(nint)Errno.ENOENT && older is not null)
            result = writer.TrySet(older, value);
        if (result == -(nint)Errno.ENOENT)
            throw writer.Directory.Refused("set", file, value, result,
                "this kernel has no block scheduler with weights: load bfq (modprobe bfq), or leave the weight out");
        if (result < 0)
            throw writer.Directory.Refused("set", file, value, result);
    }

    private static void Throttle(LimitWriter writer, string file, IReadOnlyList<LinuxThrottleDevice>? devices)
    {
        foreach (LinuxThrottleDevice device in devices ?? [])
            writer.SetKeyed(file, $"{device.Major}:{device.Minor}", $"{device.Rate}", unset: "0");
    }
}
