using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Systemd;

/// <summary>A property of a unit (org.freedesktop.systemd1(5), systemd.resource-control(5)).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Signature">The type of its value.</param>
/// <param name="Write">Writes the value.</param>
internal sealed record UnitProperty(string Name, string Signature, Action<DBusWriter> Write)
{
    /// <summary>No limit.</summary>
    public const ulong Infinity = ulong.MaxValue;

    /// <summary>A truth value.</summary>
    public static UnitProperty Of(string name, bool value) => new(name, "b", writer => writer.Boolean(value));

    /// <summary>A number.</summary>
    public static UnitProperty Of(string name, ulong value) => new(name, "t", writer => writer.UInt64(value));

    /// <summary>A text.</summary>
    public static UnitProperty Of(string name, string value) => new(name, "s", writer => writer.String(value));

    /// <summary>Bytes.</summary>
    public static UnitProperty Of(string name, byte[] bytes) => new(name, "ay", writer =>
    {
        DBusWriter.ArrayMark array = writer.BeginArray(1);
        writer.Raw(bytes);
        writer.EndArray(array);
    });

    /// <summary>Processes.</summary>
    public static UnitProperty Of(string name, uint[] values) => new(name, "au", writer => writer.List(4, values, writer.UInt32));

    /// <summary>Pairs of texts.</summary>
    public static UnitProperty Of(string name, IReadOnlyList<(string First, string Second)> pairs) => new(name, "a(ss)", writer =>
        writer.Structs(pairs, pair =>
        {
            writer.String(pair.First);
            writer.String(pair.Second);
        }));

    /// <summary>Numbers by device.</summary>
    public static UnitProperty Of(string name, IReadOnlyList<(string Device, ulong Value)> pairs) => new(name, "a(st)", writer =>
        writer.Structs(pairs, pair =>
        {
            writer.String(pair.Device);
            writer.UInt64(pair.Value);
        }));

    /// <summary>The alignment of values of a type, of which this is the first letter.</summary>
    public static int Alignment(char type) => type switch
    {
        'y' or 'g' => 1,
        'n' or 'q' => 2,
        'x' or 't' or 'd' or '(' => 8,
        _ => 4,
    };

    /// <summary>Writes <c>a(sv)</c>.</summary>
    public static void WriteAll(DBusWriter writer, IReadOnlyList<UnitProperty> properties) => writer.Structs(properties, property =>
    {
        writer.String(property.Name);
        writer.Signature(property.Signature);
        property.Write(writer);
    });
}
