namespace OciSharp.Spec;

/// <summary>Rules of device access.</summary>
internal static class DeviceAccessRules
{
    private static Rule TypeUnknown =>
        Rule.Error("OCI1720", "config-linux.md#allowed-device-list", "write a, c or b, or leave it out for all");

    private static Rule NumberRange =>
        Rule.Error("OCI1721", "config-linux.md#allowed-device-list", "write a number, or leave it out for all");

    private static Rule AccessInvalid => Rule.Error("OCI1722", "config-linux.md#allowed-device-list", "write one or more of r, w and m");

    public static void Check(ReadOnlySpan<LinuxDeviceCgroup> rules, string at, Findings findings)
    {
        for (int i = 0; i < rules.Length; i++)
        {
            LinuxDeviceCgroup rule = rules[i];
            if (rule.Type is not (null or "" or "a" or "c" or "b"))
                findings.Add(TypeUnknown, $"{at}.devices[{i}].type", $"invalid device type \"{rule.Type}\"");

            // -1 is what runtimes have always taken for "all".
            if (rule.Major is < -1 or > uint.MaxValue)
                findings.Add(NumberRange, $"{at}.devices[{i}].major", $"{rule.Major} is no major number");
            if (rule.Minor is < -1 or > uint.MaxValue)
                findings.Add(NumberRange, $"{at}.devices[{i}].minor", $"{rule.Minor} is no minor number");

            if (string.IsNullOrEmpty(rule.Access))
                findings.Add(AccessInvalid, $"{at}.devices[{i}].access", $"device access at {i} field cannot be empty");
            else if (rule.Access.AsSpan().ContainsAnyExcept("rwm"))
                findings.Add(AccessInvalid, $"{at}.devices[{i}].access", $"invalid device access \"{rule.Access}\"");
        }
    }
}
