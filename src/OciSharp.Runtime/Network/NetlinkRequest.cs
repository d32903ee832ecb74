using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OciSharp.Linux;
using static OciSharp.Linux.Netlink;

namespace OciSharp.Runtime.Network;

/// <summary>One message to the kernel: a header, a struct that its type asks for, and attributes (netlink(7)).</summary>
internal sealed class NetlinkRequest
{
    private const int UsualSize = 256;

    private byte[] _bytes = new byte[UsualSize];
    private int _length = Unsafe.SizeOf<nlmsghdr>();
    private readonly ushort _type;
    private readonly ushort _flags;

    private NetlinkRequest(ushort type, ushort flags)
    {
        _type = type;
        _flags = flags;
    }

    /// <summary>A request of <paramref name="type"/> that the kernel acknowledges.</summary>
    /// <param name="type">RTM_*.</param>
    /// <param name="flags">NLM_F_* beyond NLM_F_REQUEST and NLM_F_ACK.</param>
    /// <param name="body">The struct behind the header.</param>
    public static NetlinkRequest Of<T>(ushort type, ushort flags, in T body)
        where T : unmanaged
    {
        var request = new NetlinkRequest(type, (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags));
        MemoryMarshal.Write(request.Append(Unsafe.SizeOf<T>()), body);
        return request;
    }

    /// <summary>Adds an attribute.</summary>
    public NetlinkRequest Add(ushort type, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Attribute(type, payload.Length));
        return this;
    }

    /// <summary>Adds an attribute that is a number of 32 bits.</summary>
    public NetlinkRequest Add(ushort type, uint number)
    {
        MemoryMarshal.Write(Attribute(type, sizeof(uint)), number);
        return this;
    }

    /// <summary>Adds an attribute that is a text, with its NUL.</summary>
    public NetlinkRequest Add(ushort type, string text) => Add(type, CString.Of(text));

    /// <summary>The whole message.</summary>
    /// <param name="sequence">What the kernel's answers will carry.</param>
    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        var header = new nlmsghdr { nlmsg_len = (uint)_length, nlmsg_type = _type, nlmsg_flags = _flags, nlmsg_seq = sequence };
        MemoryMarshal.Write(_bytes, header);
        return _bytes.AsSpan(0, _length);
    }

    private Span<byte> Attribute(ushort type, int size)
    {
        int header = Unsafe.SizeOf<nlattr>();
        Span<byte> room = Append(header + size);
        MemoryMarshal.Write(room, new nlattr { nla_len = checked((ushort)(header + size)), nla_type = type });
        return room[header..];
    }

    /// <summary>Zeroed room behind what there is, which is aligned.</summary>
    private Span<byte> Append(int size)
    {
        int start = _length;
        int end = start + ((size + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1));
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, end * 2);
        _length = end;
        return _bytes.AsSpan(start, size);
    }
}
