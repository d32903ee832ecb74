using System.Buffers.Binary;
using System.Text;

namespace OciSharp.Cgroups.Systemd.DBus;

/// <summary>
/// Reads values of the wire format, from a span that begins at a multiple of 8 of the message. What the other side sends is
/// checked: lengths
/// stay within the message.
/// </summary>
internal ref struct DBusReader(ReadOnlySpan<byte> bytes, bool littleEndian)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    /// <summary>Where the next value begins, save for its alignment.</summary>
    public readonly int Position => position;

    /// <summary>y</summary>
    /// <exception cref="DBusException">The message ends before the value, here and below.</exception>
    public byte Byte() => Take(1)[0];

    /// <summary>u</summary>
    public uint UInt32()
    {
        Align(4);
        ReadOnlySpan<byte> value = Take(4);
        return littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(value) : BinaryPrimitives.ReadUInt32BigEndian(value);
    }

    /// <summary>t</summary>
    public ulong UInt64()
    {
        Align(8);
        ReadOnlySpan<byte> value = Take(8);
        return littleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(value) : BinaryPrimitives.ReadUInt64BigEndian(value);
    }

    /// <summary>s, and o</summary>
    public string String()
    {
        string value = Encoding.UTF8.GetString(Take(Count(UInt32())));
        Byte();
        return value;
    }

    /// <summary>g</summary>
    public string Signature()
    {
        string value = Encoding.ASCII.GetString(Take(Byte()));
        Byte();
        return value;
    }

    /// <summary>The beginning of an array.</summary>
    /// <param name="alignment">That of its elements.</param>
    /// <returns>The <see cref="Position"/> at its end.</returns>
    public int Array(int alignment)
    {
        int length = Count(UInt32());
        Align(alignment);
        return position + length <= bytes.Length ? position + length : throw TooShort();
    }

    /// <summary>Skips to a multiple of <paramref name="alignment"/>.</summary>
    public void Align(int alignment) => Take(-position & (alignment - 1));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - position)
            throw TooShort();
        position += count;
        return bytes.Slice(position - count, count);
    }

    private readonly int Count(uint length) => length <= (uint)(bytes.Length - position) ? (int)length : throw TooShort();

    private static DBusException TooShort() => new("", "read from the bus: a message ends in the middle of a value");
}
