using System.Buffers.Text;
using System.Text;
using OciSharp.Cgroups.Devices;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups.V1;

/// <summary>devices of v1 (devices.rst); <c>config-linux.md#allowed-device-list</c>.</summary>
internal static class DevicesController
{
    // "c 4294967295:4294967295 rwm" and a newline
    internal const int RuleMax = 64;

    /// <summary>
    /// Sets the rules of a new cgroup. It has those of the cgroup above it, so the default is written first, which drops them; then each
    /// exception is one write(2) on the same descriptor.
    /// </summary>
    /// <exception cref="CgroupException">The kernel refuses, for example to allow what the cgroup above denies.</exception>
    public static void Apply(CgroupDirectory directory, DeviceExceptions rules)
    {
        directory.Write(rules.AllowByDefault ? "devices.allow" : "devices.deny", "a"u8);
        ReadOnlySpan<DeviceGroup> groups = rules.Groups.AsSpan();
        if (groups.IsEmpty)
            return;

        string file = rules.AllowByDefault ? "devices.deny" : "devices.allow";
        using OwnedFd fd = directory.Open(file, Fcntl.O_WRONLY);
        Span<byte> text = stackalloc byte[RuleMax];
        foreach (DeviceGroup group in groups)
        {
            ReadOnlySpan<byte> line = text[..Format(group, text)];
            nint result = CgroupDirectory.WriteOnce(fd.Value, line);
            if (result < 0)
                throw directory.Refused("write to", file, Encoding.UTF8.GetString(line[..^1]), result,
                    "the cgroup above it denies that device");
        }
    }

    /// <summary>One rule as the kernel reads it: <c>c 136:* rwm</c>, and a newline.</summary>
    /// <returns>The length.</returns>
    internal static int Format(DeviceGroup group, Span<byte> text)
    {
        text[0] = group.Block ? (byte)'b' : (byte)'c';
        text[1] = (byte)' ';
        int length = 2;
        length += Number(group.Major, text[length..]);
        text[length++] = (byte)':';
        length += Number(group.Minor, text[length..]);
        text[length++] = (byte)' ';
        if ((group.Access & DeviceAccess.Read) != 0)
            text[length++] = (byte)'r';
        if ((group.Access & DeviceAccess.Write) != 0)
            text[length++] = (byte)'w';
        if ((group.Access & DeviceAccess.MakeNode) != 0)
            text[length++] = (byte)'m';
        text[length++] = (byte)'\n';
        return length;
    }

    private static int Number(long number, Span<byte> text)
    {
        if (number == DeviceGroup.Any)
        {
            text[0] = (byte)'*';
            return 1;
        }

        Utf8Formatter.TryFormat(number, text, out int length);
        return length;
    }
}
