using System.Buffers.Binary;
using System.Text;

namespace OciSharp.EngineContract.Cri;

/// <summary>
/// A message of Protocol Buffers (protobuf.dev/programming-guides/encoding): fields by their numbers in the definition, numbers as varints, all else as bytes.
/// </summary>
internal sealed class Message
{
    private readonly List<(int Number, ulong Value, byte[]? Bytes)> _fields = [];

    /// <summary>Adds a number, or a value of an enumeration.</summary>
    public Message With(int number, long value)
    {
        _fields.Add((number, (ulong)value, null));
        return this;
    }

    /// <summary>Adds strings: one, or a repeated field.</summary>
    public Message With(int number, params string[] values)
    {
        foreach (var value in values) _fields.Add((number, 0, Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <summary>Adds a message.</summary>
    public Message With(int number, Message value)
    {
        _fields.Add((number, 0, value.Encode()));
        return this;
    }

    /// <summary>A number; 0 if it is not there.</summary>
    public long Number(int number) => (long)_fields.LastOrDefault(field => field.Number == number).Value;

    /// <summary>A string; empty if it is not there.</summary>
    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    /// <summary>A message; an empty one if it is not there.</summary>
    public Message Inner(int number) => Decode(Bytes(number));

    public byte[] Encode()
    {
        var output = new MemoryStream();
        foreach (var (number, value, bytes) in _fields)
        {
            WriteVarint(output, ((ulong)number << 3) | (bytes is null ? 0UL : 2UL));
            WriteVarint(output, bytes is null ? value : (ulong)bytes.Length);
            output.Write(bytes);
        }

        return output.ToArray();
    }

    public static Message Decode(ReadOnlySpan<byte> data)
    {
        var message = new Message();
        while (!data.IsEmpty)
        {
            var key = ReadVarint(ref data);
            message._fields.Add((key & 7) switch
            {
                0 => ((int)(key >> 3), ReadVarint(ref data), null),
                1 => ((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(ref data, 8)), null),
                2 => ((int)(key >> 3), 0, Take(ref data, (int)ReadVarint(ref data)).ToArray()),
                5 => ((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(ref data, 4)), null),
                _ => throw new FormatException($"wire type {key & 7}"),
            });
        }

        return message;
    }

    private byte[] Bytes(int number) => _fields.LastOrDefault(field => field.Number == number).Bytes ?? [];

    private static void WriteVarint(Stream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7) output.WriteByte((byte)(value | 0x80));
        output.WriteByte((byte)value);
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> data)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(ref data, 1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> data, int length)
    {
        var taken = data[..length];
        data = data[length..];
        return taken;
    }
}
