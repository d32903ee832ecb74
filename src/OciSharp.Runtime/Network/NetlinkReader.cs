using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OciSharp.Linux;
using static OciSharp.Linux.Netlink;

namespace OciSharp.Runtime.Network;

/// <summary>Reads what a netlink datagram is made of: no length in it is believed before it was compared with what is there.</summary>
/// <param name="bytes">A datagram, the body of a message, or the payload of a nested attribute.</param>
internal ref struct NetlinkReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The next message of a datagram.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">What is behind the header.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="ContainerException">The datagram ends inside of the message.</exception>
    public bool NextMessage(out nlmsghdr header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        if (_rest.IsEmpty)
            return false;
        header = Peek<nlmsghdr>();
        body = Cut(header.nlmsg_len, Unsafe.SizeOf<nlmsghdr>());
        return true;
    }

    /// <summary>The next attribute.</summary>
    /// <param name="type">Its type, without the flags in it.</param>
    /// <param name="payload">Its value.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="ContainerException">The message ends inside of the attribute.</exception>
    public bool NextAttribute(out ushort type, out ReadOnlySpan<byte> payload)
    {
        type = 0;
        payload = default;
        if (_rest.IsEmpty)
            return false;
        nlattr header = Peek<nlattr>();
        type = (ushort)(header.nla_type & ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER));
        payload = Cut(header.nla_len, Unsafe.SizeOf<nlattr>());
        return true;
    }

    /// <summary>A struct at the start; what follows is aligned.</summary>
    /// <exception cref="ContainerException">There are fewer bytes.</exception>
    public T Take<T>()
        where T : unmanaged
    {
        T value = Peek<T>();
        Cut((uint)Unsafe.SizeOf<T>(), 0);
        return value;
    }

    /// <summary>Skips <paramref name="size"/> bytes.</summary>
    /// <exception cref="ContainerException">There are fewer.</exception>
    public void Skip(uint size) => Cut(size, 0);

    /// <summary>The number that a payload is.</summary>
    /// <exception cref="ContainerException">The payload has not its size.</exception>
    public static uint Number(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(uint))
            Malformed($"a number has {payload.Length} bytes");
        return MemoryMarshal.Read<uint>(payload);
    }

    /// <summary>The text that a payload is, up to its NUL.</summary>
    public static string Text(ReadOnlySpan<byte> payload)
    {
        int end = payload.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? payload : payload[..end]);
    }

    private T Peek<T>()
        where T : unmanaged
    {
        if (_rest.Length < Unsafe.SizeOf<T>())
            Malformed($"{_rest.Length} bytes are left where {Unsafe.SizeOf<T>()} are due");
        return MemoryMarshal.Read<T>(_rest);
    }

    /// <summary>Goes behind the next <paramref name="length"/> bytes and the gap up to what is aligned.</summary>
    /// <returns>They, without the first <paramref name="header"/>.</returns>
    private ReadOnlySpan<byte> Cut(uint length, int header)
    {
        if (length < header || length > _rest.Length)
            Malformed($"a length of {length} where {_rest.Length} bytes are left");
        ReadOnlySpan<byte> part = _rest[header..(int)length];
        int end = ((int)length + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1);
        _rest = _rest[Math.Min(end, _rest.Length)..];
        return part;
    }

    [DoesNotReturn]
    private static void Malformed(string how) =>
        throw new ContainerException($"the kernel's answer about network devices cannot be read: {how}");
}
