using System.Globalization;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Systemd;

/// <summary>The values of properties for people: what would go over the bus, read back.</summary>
internal static class UnitPropertyText
{
    /// <summary>A value: <c>67108864</c>, <c>infinity</c>, <c>true</c>, <c>[(char-pts rw), (/dev/char/1:3 rwm)]</c>; for processors and memory nodes the list <c>0-2,9</c>.</summary>
    public static string Of(UnitProperty property)
    {
        var writer = new DBusWriter();
        property.Write(writer);
        var reader = new DBusReader(writer.Bytes, littleEndian: true);
        if (property.Name is "AllowedCPUs" or "AllowedMemoryNodes" && property.Signature == "ay")
            return Numbers(ref reader);
        int position = 0;
        return Value(ref reader, property.Signature, ref position);
    }

    private static string Value(ref DBusReader reader, string signature, ref int position)
    {
        char type = signature[position++];
        switch (type)
        {
            case 'y':
                return Text(reader.Byte());
            case 'b':
                return reader.UInt32() != 0 ? "true" : "false";
            case 'i':
                return ((int)reader.UInt32()).ToString(CultureInfo.InvariantCulture);
            case 'u':
                return Text(reader.UInt32());
            case 'x':
                return ((long)reader.UInt64()).ToString(CultureInfo.InvariantCulture);
            case 't':
                ulong number = reader.UInt64();
                return number == UnitProperty.Infinity ? "infinity" : Text(number);
            case 'd':
                return BitConverter.UInt64BitsToDouble(reader.UInt64()).ToString(CultureInfo.InvariantCulture);
            case 'a':
                return Array(ref reader, signature, ref position);
            case '(':
                reader.Align(8);
                var members = new List<string>();
                while (signature[position] != ')')
                    members.Add(Value(ref reader, signature, ref position));
                position++;
                return $"({string.Join(' ', members)})";
            default:
                return reader.String();
        }
    }

    private static string Array(ref DBusReader reader, string signature, ref int position)
    {
        int element = position;
        int end = reader.Array(UnitProperty.Alignment(signature[element]));
        var items = new List<string>();
        while (reader.Position < end)
        {
            position = element;
            items.Add(Value(ref reader, signature, ref position));
        }

        position = signature[element] == '(' ? signature.IndexOf(')', element) + 1 : element + 1;
        return $"[{string.Join(", ", items)}]";
    }

    /// <summary>The bits of an array of bytes, the first being the lowest of the first byte.</summary>
    private static string Numbers(ref DBusReader reader)
    {
        int end = reader.Array(1);
        var ranges = new List<string>();
        int number = 0, first = -1;
        while (reader.Position < end || first >= 0)
        {
            int bits = reader.Position < end ? reader.Byte() : 0;
            for (int bit = 0; bit < 8; bit++, number++)
            {
                bool isSet = (bits >> bit & 1) != 0;
                if (isSet && first < 0)
                    first = number;
                if (isSet || first < 0)
                    continue;
                ranges.Add(first == number - 1 ? Text((ulong)first) : $"{Text((ulong)first)}-{Text((ulong)number - 1)}");
                first = -1;
            }
        }

        return string.Join(',', ranges);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
