using OciSharp.Cgroups.Systemd;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Tests.Systemd;

/// <summary>Properties as text: what was written, read back.</summary>
internal static class PropertyText
{
    /// <summary><c>Name=type value</c>, one per property.</summary>
    public static string[] Of(IEnumerable<UnitProperty> properties) => [.. properties.Select(Of)];

    private static string Of(UnitProperty property)
    {
        var writer = new DBusWriter();
        property.Write(writer);
        var reader = new DBusReader(writer.Bytes, littleEndian: true);
        int position = 0;
        string value = Value(ref reader, property.Signature, ref position);
        Assert.That(reader.Position, Is.EqualTo(writer.Length), $"{property.Name} has bytes behind its value");
        return $"{property.Name}={property.Signature} {value}";
    }

    private static string Value(ref DBusReader reader, string signature, ref int position)
    {
        char type = signature[position++];
        switch (type)
        {
            case 'y':
                return $"{reader.Byte()}";
            case 'b':
                return reader.UInt32() == 1 ? "true" : "false";
            case 'i':
                return $"{(int)reader.UInt32()}";
            case 'u':
                return $"{reader.UInt32()}";
            case 'x':
                return $"{(long)reader.UInt64()}";
            case 't':
                ulong number = reader.UInt64();
                return number == ulong.MaxValue ? "infinity" : $"{number}";
            case 'd':
                return $"{BitConverter.UInt64BitsToDouble(reader.UInt64())}";
            case 's' or 'o':
                return reader.String();
            case '(':
                reader.Align(8);
                var members = new List<string>();
                while (signature[position] != ')')
                    members.Add(Value(ref reader, signature, ref position));
                position++;
                return $"({string.Join(' ', members)})";
            case 'a':
                return Array(ref reader, signature, ref position);
            default:
                throw new InvalidOperationException($"type {type}");
        }
    }

    private static string Array(ref DBusReader reader, string signature, ref int position)
    {
        int end = reader.Array(signature[position] is '(' or 't' or 'x' or 'd' ? 8 : signature[position] == 'y' ? 1 : 4);
        var items = new List<string>();
        int element = position;
        while (reader.Position < end)
        {
            position = element;
            items.Add(Value(ref reader, signature, ref position));
        }

        position = signature[element] == '(' ? signature.IndexOf(')', element) + 1 : element + 1;
        return $"[{string.Join(' ', items)}]";
    }
}
