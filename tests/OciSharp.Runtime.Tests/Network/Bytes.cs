using System.Runtime.InteropServices;
using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Tests.Network;

/// <summary>What the kernel would send, piece by piece.</summary>
internal static class Bytes
{
    /// <summary>A message: header and body, padded.</summary>
    public static byte[] Message(ushort type, ushort flags, uint sequence, params byte[][] body)
    {
        byte[] content = Join(body);
        var header = new nlmsghdr { nlmsg_len = (uint)(16 + content.Length), nlmsg_type = type, nlmsg_flags = flags, nlmsg_seq = sequence };
        return Pad(Join(Of(header), content));
    }

    /// <summary>An acknowledgement, capped; with a text if there is one.</summary>
    public static byte[] Acknowledgement(uint sequence, int error, string? text = null)
    {
        byte[] status = Of(new nlmsgerr { error = error, msg = new nlmsghdr { nlmsg_len = 64, nlmsg_seq = sequence } });
        return text is null
            ? Message(Netlink.NLMSG_ERROR, Netlink.NLM_F_CAPPED, sequence, status)
            : Message(Netlink.NLMSG_ERROR, Netlink.NLM_F_CAPPED | Netlink.NLM_F_ACK_TLVS, sequence, status, Attribute(Netlink.NLMSGERR_ATTR_MSG, text));
    }

    /// <summary>An attribute, padded.</summary>
    public static byte[] Attribute(ushort type, params byte[] payload) =>
        Pad(Join(Of(new nlattr { nla_len = (ushort)(4 + payload.Length), nla_type = type }), payload));

    public static byte[] Attribute(ushort type, string text) => Attribute(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    public static byte[] Attribute(ushort type, uint number) => Attribute(type, BitConverter.GetBytes(number));

    public static byte[] Of<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static byte[] Pad(byte[] bytes)
    {
        Array.Resize(ref bytes, (bytes.Length + 3) & ~3);
        return bytes;
    }
}
