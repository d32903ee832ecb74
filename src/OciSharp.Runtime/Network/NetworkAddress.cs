using System.Text;
using OciSharp.Linux;
using static OciSharp.Linux.IfAddr;

namespace OciSharp.Runtime.Network;

/// <summary>An address of a network device, with all that is needed to set it again.</summary>
internal sealed class NetworkAddress
{
    private const int LongestLabel = IfLink.IFNAMSIZ - 1;

    // Those of the flags that are a wish; the others tell what the kernel found out or decided.
    private const uint Settable = IFA_F_NODAD | IFA_F_OPTIMISTIC | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

    private readonly ifaddrmsg _header;
    private readonly uint _flags;
    private readonly string? _label;
    private readonly List<(ushort Type, byte[] Payload)> _values;

    private NetworkAddress(in ifaddrmsg header, uint flags, string? label, List<(ushort Type, byte[] Payload)> values)
    {
        _header = header;
        _flags = flags;
        _label = label;
        _values = values;
    }

    /// <summary>The number of its device.</summary>
    public int Index => (int)_header.ifa_index;

    /// <summary>Whether it goes into the container: it is permanent and of global scope (config-linux.md, Network Devices).</summary>
    public bool IsPermanentAndGlobal => (_flags & IFA_F_PERMANENT) != 0 && _header.ifa_scope == Rtnetlink.RT_SCOPE_UNIVERSE;

    /// <summary>Whether it is one of IPv6.</summary>
    public bool IsIPv6 => _header.ifa_family == Socket.AF_INET6;

    /// <summary>Whether the kernel made it, and will make another: one of IPv6's addresses for privacy.</summary>
    public bool IsTemporary => IsIPv6 && (_flags & IFA_F_TEMPORARY) != 0;

    /// <summary>Reads the body of RTM_NEWADDR.</summary>
    /// <exception cref="ContainerException">It is malformed.</exception>
    public static NetworkAddress Parse(ReadOnlySpan<byte> body)
    {
        var reader = new NetlinkReader(body);
        ifaddrmsg header = reader.Take<ifaddrmsg>();
        uint flags = header.ifa_flags;
        string? label = null;
        var values = new List<(ushort, byte[])>();
        while (reader.NextAttribute(out ushort type, out ReadOnlySpan<byte> payload))
        {
            switch (type)
            {
                case IFA_FLAGS:
                    flags = NetlinkReader.Number(payload);
                    break;
                case IFA_LABEL:
                    label = NetlinkReader.Text(payload);
                    break;
                case IFA_ADDRESS or IFA_LOCAL or IFA_BROADCAST or IFA_CACHEINFO or IFA_RT_PRIORITY or IFA_PROTO:
                    values.Add((type, payload.ToArray()));
                    break;
            }
        }

        return new NetworkAddress(header, flags, label, values);
    }

    /// <summary>The request that gives this address to a device.</summary>
    /// <param name="index">The device.</param>
    /// <param name="oldName">The name of the device that had it.</param>
    /// <param name="newName">The name of the one that gets it.</param>
    public NetlinkRequest ToRequest(int index, string oldName, string newName)
    {
        ifaddrmsg header = _header;
        header.ifa_index = (uint)index;
        header.ifa_flags = 0;
        NetlinkRequest request = NetlinkRequest.Of(Rtnetlink.RTM_NEWADDR, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, header)
            .Add(IFA_FLAGS, _flags & Settable);
        foreach ((ushort type, byte[] payload) in _values)
            request.Add(type, payload);
        if (Label(oldName, newName) is { } label)
            request.Add(IFA_LABEL, label);
        return request;
    }

    /// <summary><c>192.0.2.1/24</c></summary>
    public override string ToString()
    {
        // IFA_ADDRESS is that of the other end where there is one.
        byte[] bytes = [];
        foreach ((ushort type, byte[] payload) in _values)
        {
            if (type == IFA_LOCAL || (type == IFA_ADDRESS && bytes.Length == 0))
                bytes = payload;
        }

        return $"{InternetAddress.Text(bytes)}/{_header.ifa_prefixlen}";
    }

    /// <summary>A label is the name of the device, or starts with it and a colon: so it changes with the name. One that becomes too long is left out.</summary>
    private string? Label(string oldName, string newName)
    {
        string? label = _label;
        if (label is not null && label.StartsWith(oldName, StringComparison.Ordinal) && (label.Length == oldName.Length || label[oldName.Length] == ':'))
            label = newName + label[oldName.Length..];
        return label is not null && Encoding.UTF8.GetByteCount(label) <= LongestLabel ? label : null;
    }
}
