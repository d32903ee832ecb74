using System.Buffers.Binary;
using System.Text;

namespace OciSharp.Cgroups.Systemd.DBus;

/// <summary>
/// Values in the wire format of the D-Bus specification, little-endian. Every value is aligned to its own size, from the start of the
/// message.
/// </summary>
internal sealed class DBusWriter
{
    private const int StructAlignment = 8;

    private byte[] buffer = new byte[1024];

    /// <summary>The number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    /// <summary>y</summary>
    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>b</summary>
    public void Boolean(bool value) => UInt32(value ? 1u : 0u);

    /// <summary>i</summary>
    public void Int32(int value) => UInt32((uint)value);

    /// <summary>u</summary>
    public void UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
    }

    /// <summary>x</summary>
    public void Int64(long value) => UInt64((ulong)value);

    /// <summary>t</summary>
    public void UInt64(ulong value)
    {
        Align(8);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
    }

    /// <summary>d</summary>
    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>s, and o</summary>
    public void String(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)length);
        Encoding.UTF8.GetBytes(value, Take(length));
        Byte(0);
    }

    /// <summary>g</summary>
    public void Signature(string value)
    {
        Byte((byte)value.Length);
        Encoding.ASCII.GetBytes(value, Take(value.Length));
        Byte(0);
    }

    /// <summary>The beginning of a structure or of an entry of a dictionary.</summary>
    public void Struct() => Align(StructAlignment);

    /// <summary>The beginning of an array, whose length is known at <see cref="EndArray"/>.</summary>
    /// <param name="alignment">That of its elements.</param>
    /// <returns>What <see cref="EndArray"/> wants.</returns>
    public ArrayMark BeginArray(int alignment)
    {
        UInt32(0);
        int lengthAt = Length - 4;
        Align(alignment);
        return new ArrayMark(lengthAt, Length);
    }

    /// <summary>The end of an array.</summary>
    public void EndArray(ArrayMark mark) => PatchUInt32(mark.LengthAt, (uint)(Length - mark.Start));

    /// <summary>An array.</summary>
    /// <param name="alignment">That of its elements.</param>
    /// <param name="items">The elements.</param>
    /// <param name="write">Writes one.</param>
    public void List<T>(int alignment, IReadOnlyList<T> items, Action<T> write)
    {
        ArrayMark array = BeginArray(alignment);
        foreach (T item in items)
            write(item);
        EndArray(array);
    }

    /// <summary>An array of structures.</summary>
    public void Structs<T>(IReadOnlyList<T> items, Action<T> write) => List(StructAlignment, items, item =>
    {
        Struct();
        write(item);
    });

    /// <summary>Sets a number that was written before.</summary>
    public void PatchUInt32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(offset), value);

    /// <summary>Values that were written by another writer, which began at a multiple of 8 too.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Zeros up to a multiple of <paramref name="alignment"/>.</summary>
    public void Align(int alignment)
    {
        int padding = -Length & (alignment - 1);
        if (padding > 0)
            Take(padding).Clear();
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + count));
        Length += count;
        return buffer.AsSpan(Length - count, count);
    }

    /// <summary>Where an array began.</summary>
    public readonly record struct ArrayMark(int LengthAt, int Start);
}
