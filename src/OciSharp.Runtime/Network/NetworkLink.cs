using OciSharp.Linux;
using static OciSharp.Linux.IfLink;

namespace OciSharp.Runtime.Network;

/// <summary>A network device as its namespace has it.</summary>
internal sealed record NetworkLink
{
    /// <summary>Its number in the namespace.</summary>
    public required int Index { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The other names that it goes by (ip-link(8), altname).</summary>
    public IReadOnlyList<string> AlternativeNames { get; init; } = [];

    /// <summary>IFF_*.</summary>
    public uint Flags { get; init; }

    /// <summary>The number of the bridge, bond or alike that it is a port of; 0 without.</summary>
    public uint Master { get; init; }

    /// <summary>Whether it is up.</summary>
    public bool IsUp => (Flags & IFF_UP) != 0;

    /// <summary>Whether it is a loopback device.</summary>
    public bool IsLoopback => (Flags & IFF_LOOPBACK) != 0;

    /// <summary>Reads the body of RTM_NEWLINK.</summary>
    /// <exception cref="ContainerException">It is malformed.</exception>
    public static NetworkLink Parse(ReadOnlySpan<byte> body)
    {
        var reader = new NetlinkReader(body);
        ifinfomsg info = reader.Take<ifinfomsg>();
        string name = "";
        uint master = 0;
        List<string> others = [];
        while (reader.NextAttribute(out ushort type, out ReadOnlySpan<byte> payload))
        {
            switch (type)
            {
                case IFLA_IFNAME:
                    name = NetlinkReader.Text(payload);
                    break;
                case IFLA_MASTER:
                    master = NetlinkReader.Number(payload);
                    break;
                case IFLA_PROP_LIST:
                    ReadAlternativeNames(payload, others);
                    break;
            }
        }

        return new NetworkLink { Index = info.ifi_index, Name = name, AlternativeNames = others, Flags = info.ifi_flags, Master = master };
    }

    private static void ReadAlternativeNames(ReadOnlySpan<byte> list, List<string> names)
    {
        var reader = new NetlinkReader(list);
        while (reader.NextAttribute(out ushort type, out ReadOnlySpan<byte> payload))
        {
            if (type == IFLA_ALT_IFNAME)
                names.Add(NetlinkReader.Text(payload));
        }
    }
}
