namespace OciSharp.Spec;

/// <summary>Device nodes.</summary>
internal static class DeviceRules
{
    private const uint TypeBits = 0xF000;
    private const uint CharacterDevice = 0x2000;
    private const uint BlockDevice = 0x6000;
    private const uint Fifo = 0x1000;

    private static Rule TypeUnknown => Rule.Error("OCI1530", "config-linux.md#devices", "write c, b, u or p");

    private static Rule NumberRange =>
        Rule.Error("OCI1531", "mknod(2)", "write a major number up to 4095 and a minor number up to 1048575");

    private static Rule FileModeRange =>
        Rule.Error("OCI1532", "config-linux.md#devices", "write permission bits, at most 4095 (octal 7777); JSON numbers are decimal");

    private static Rule PathTwice => Rule.Error("OCI1533", "config-linux.md#devices", "keep one of them");

    public static void Check(LinuxConfig linux, Findings findings)
    {
        ReadOnlySpan<LinuxDevice> devices = linux.Devices.AsSpan();
        for (int i = 0; i < devices.Length; i++)
        {
            LinuxDevice device = devices[i];
            CommonRules.CheckAbsolute(device.Path, $"$.linux.devices[{i}].path", findings);
            CheckNode(device, i, findings);
            for (int j = 0; j < i; j++)
            {
                if (device.Path == devices[j].Path && !IsSame(device, devices[j]))
                    findings.Add(PathTwice, $"$.linux.devices[{i}].path", $"\"{device.Path}\" is another device in $.linux.devices[{j}]");
            }
        }
    }

    private static void CheckNode(LinuxDevice device, int index, Findings findings)
    {
        uint typeBits = device.Type switch { "c" or "u" => CharacterDevice, "b" => BlockDevice, "p" => Fifo, _ => 0 };
        if (typeBits == 0)
            findings.Add(TypeUnknown, $"$.linux.devices[{index}].type", $"invalid device type \"{device.Type}\"");
        if (device.Type != "p" && device.Major is < 0 or > 0xFFF)
            findings.Add(NumberRange, $"$.linux.devices[{index}].major", $"{device.Major} is no major number");
        if (device.Type != "p" && device.Minor is < 0 or > 0xFFFFF)
            findings.Add(NumberRange, $"$.linux.devices[{index}].minor", $"{device.Minor} is no minor number");

        // Engines copy st_mode of the host's node, with its type.
        uint mode = device.FileMode ?? 0;
        if (mode > 0xFFFF || ((mode & TypeBits) != 0 && (mode & TypeBits) != typeBits))
            findings.Add(FileModeRange, $"$.linux.devices[{index}].fileMode", $"{mode} is no file mode of a device of type {device.Type}");
    }

    private static bool IsSame(LinuxDevice a, LinuxDevice b) =>
        (a.Type == "u" ? "c" : a.Type) == (b.Type == "u" ? "c" : b.Type) && (a.Type == "p" || (a.Major == b.Major && a.Minor == b.Minor));
}
