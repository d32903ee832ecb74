using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static LinuxBlockIo? ReadBlockIo(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        ushort? weight = null, leafWeight = null;
        LinuxWeightDevice[]? weightDevice = null;
        LinuxThrottleDevice[]? throttleReadBpsDevice = null, throttleWriteBpsDevice = null;
        LinuxThrottleDevice[]? throttleReadIopsDevice = null, throttleWriteIopsDevice = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("weight"u8))
                weight = json.UInt16();
            else if (json.Is("leafWeight"u8))
                leafWeight = json.UInt16();
            else if (json.Is("weightDevice"u8))
                weightDevice = json.Objects(ReadWeightDevice);
            else if (json.Is("throttleReadBpsDevice"u8))
                throttleReadBpsDevice = json.Objects(ReadThrottleDevice);
            else if (json.Is("throttleWriteBpsDevice"u8))
                throttleWriteBpsDevice = json.Objects(ReadThrottleDevice);
            else if (json.Is("throttleReadIOPSDevice"u8))
                throttleReadIopsDevice = json.Objects(ReadThrottleDevice);
            else if (json.Is("throttleWriteIOPSDevice"u8))
                throttleWriteIopsDevice = json.Objects(ReadThrottleDevice);
            else
                json.Keep(ref extensions);
        }

        return new LinuxBlockIo
        {
            Weight = weight,
            LeafWeight = leafWeight,
            WeightDevice = weightDevice,
            ThrottleReadBpsDevice = throttleReadBpsDevice,
            ThrottleWriteBpsDevice = throttleWriteBpsDevice,
            ThrottleReadIopsDevice = throttleReadIopsDevice,
            ThrottleWriteIopsDevice = throttleWriteIopsDevice,
            Extensions = extensions,
        };
    }

    private static LinuxWeightDevice? ReadWeightDevice(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        long? major = null, minor = null;
        ushort? weight = null, leafWeight = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("major"u8))
                major = json.Int64();
            else if (json.Is("minor"u8))
                minor = json.Int64();
            else if (json.Is("weight"u8))
                weight = json.UInt16();
            else if (json.Is("leafWeight"u8))
                leafWeight = json.UInt16();
            else
                json.Keep(ref extensions);
        }

        return new LinuxWeightDevice
        {
            Major = json.Required(major, "major"),
            Minor = json.Required(minor, "minor"),
            Weight = weight,
            LeafWeight = leafWeight,
            Extensions = extensions,
        };
    }

    private static LinuxThrottleDevice? ReadThrottleDevice(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        long? major = null, minor = null;
        ulong? rate = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("major"u8))
                major = json.Int64();
            else if (json.Is("minor"u8))
                minor = json.Int64();
            else if (json.Is("rate"u8))
                rate = json.UInt64();
            else
                json.Keep(ref extensions);
        }

        return new LinuxThrottleDevice
        {
            Major = json.Required(major, "major"),
            Minor = json.Required(minor, "minor"),
            Rate = json.Required(rate, "rate"),
            Extensions = extensions,
        };
    }
}
