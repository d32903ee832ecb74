namespace OciSharp.Spec;

/// <summary>Block I/O.</summary>
internal static class BlockIoRules
{
    private static Rule WeightRange => Rule.Error("OCI1730", "config-linux.md#block-io", "write a number from 10 to 1000");

    private static Rule NumberRange =>
        Rule.Error("OCI1731", "config-linux.md#block-io", "write the numbers of a block device, as in 8 and 0");

    private static Rule WeightMissing => Rule.Error("OCI1732", "config-linux.md#block-io", "give weight, leafWeight, or both");

    public static void Check(LinuxBlockIo blockIo, string at, Findings findings)
    {
        at = $"{at}.blockIO";
        CheckWeight(blockIo.Weight, at, "weight", findings);
        CheckWeight(blockIo.LeafWeight, at, "leafWeight", findings);
        CheckWeights(blockIo.WeightDevice.AsSpan(), at, findings);
        CheckThrottles(blockIo.ThrottleReadBpsDevice.AsSpan(), at, "throttleReadBpsDevice", findings);
        CheckThrottles(blockIo.ThrottleWriteBpsDevice.AsSpan(), at, "throttleWriteBpsDevice", findings);
        CheckThrottles(blockIo.ThrottleReadIopsDevice.AsSpan(), at, "throttleReadIOPSDevice", findings);
        CheckThrottles(blockIo.ThrottleWriteIopsDevice.AsSpan(), at, "throttleWriteIOPSDevice", findings);
    }

    private static void CheckWeights(ReadOnlySpan<LinuxWeightDevice> devices, string at, Findings findings)
    {
        for (int i = 0; i < devices.Length; i++)
        {
            LinuxWeightDevice device = devices[i];
            string place = $"{at}.weightDevice[{i}]";
            CheckNumbers(device.Major, device.Minor, place, findings);
            if (device is { Weight: null, LeafWeight: null } && !findings.IsIncomplete(place))
                findings.Add(WeightMissing, place, "neither weight nor leafWeight is given");
            CheckWeight(device.Weight, place, "weight", findings);
            CheckWeight(device.LeafWeight, place, "leafWeight", findings);
        }
    }

    private static void CheckThrottles(ReadOnlySpan<LinuxThrottleDevice> devices, string at, string name, Findings findings)
    {
        for (int i = 0; i < devices.Length; i++)
            CheckNumbers(devices[i].Major, devices[i].Minor, $"{at}.{name}[{i}]", findings);
    }

    private static void CheckNumbers(long major, long minor, string at, Findings findings)
    {
        if (major is < 0 or > 0xFFF || minor is < 0 or > 0xFFFFF)
            findings.Add(NumberRange, at, $"{major}:{minor} is no device");
    }

    // 0 is "not set" to engines that fill in every field.
    private static void CheckWeight(ushort? weight, string at, string name, Findings findings)
    {
        if (weight is > 0 and < 10 or > 1000)
            findings.Add(WeightRange, $"{at}.{name}", $"invalid {name} {weight}");
    }
}
