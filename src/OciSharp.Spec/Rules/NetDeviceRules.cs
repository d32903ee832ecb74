using System.Text;

namespace OciSharp.Spec;

/// <summary>Network devices that are moved into the container.</summary>
internal static class NetDeviceRules
{
    // IFNAMSIZ, without its NUL.
    private const int LongestName = 15;

    private static Rule NeedsNamespace =>
        Rule.Error("OCI1540", "config-linux.md#network-devices", "add a namespace of type \"network\", or remove netDevices");

    private static Rule NotRootless => Rule.Error("OCI1541", "config-linux.md#network-devices", "remove netDevices, or run as root");

    private static Rule NameInvalid =>
        Rule.Error("OCI1542", "netdevice(7)", "write 1 to 15 bytes without spaces, / and :; a new name may end in %d");

    private static Rule NameTaken =>
        Rule.Error("OCI1543", "config-linux.md#network-devices", "choose another name, or one that ends in %d");

    public static void Check(
        IReadOnlyDictionary<string, LinuxNetDevice> devices,
        NamespaceSet namespaces,
        ValidationContext context,
        Findings findings)
    {
        const string At = "$.linux.netDevices";
        if (devices.Count == 0)
            return;
        if (namespaces.Lacks(NamespaceTypes.Network))
            findings.Add(NeedsNamespace, At, "unable to move network devices without a NET namespace");
        if (context.Rootless)
            findings.Add(NotRootless, At, "network devices are not supported for rootless containers");

        // Every network namespace has its loopback device.
        var names = new HashSet<string> { "lo" };
        foreach ((string hostName, LinuxNetDevice device) in devices)
        {
            string at = JsonPath.Property(At, hostName);
            if (!IsName(hostName))
                findings.Add(NameInvalid, at, $"invalid network device name \"{hostName}\"");

            bool renamed = !string.IsNullOrEmpty(device.Name);
            string name = renamed ? device.Name! : hostName;
            bool template = renamed && name.EndsWith("%d", StringComparison.Ordinal);
            if (renamed && !(IsName(name) && name.IndexOf('%') == (template ? name.Length - 2 : -1)))
                findings.Add(NameInvalid, $"{at}.name", $"invalid network device name \"{name}\"");
            if (!template && !names.Add(name))
                findings.Add(NameTaken, renamed ? $"{at}.name" : at, $"network device \"{name}\" already exists in the container");
        }
    }

    // What dev_valid_name() of the kernel takes.
    private static bool IsName(string name)
    {
        if (name is "" or "." or ".." || Encoding.UTF8.GetByteCount(name) > LongestName)
            return false;
        foreach (char c in name)
        {
            if (c is '/' or ':' or ' ' or (>= '\t' and <= '\r'))
                return false;
        }
        return true;
    }
}
