using System.Globalization;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// Annotations <c>org.systemd.property.NAME</c>, whose values are properties of the container's unit in the text format of
/// GVariant, as with runc and crun.
/// </summary>
internal static class AnnotationProperties
{
    private const string Prefix = "org.systemd.property.";
    private const string Seconds = "Sec";
    private const string Microseconds = "USec";
    private const int ShortestName = 3;

    /// <summary>The properties. Other annotations are passed over.</summary>
    /// <exception cref="CgroupException">A name or a value is none.</exception>
    public static List<UnitProperty> Of(IReadOnlyDictionary<string, string>? annotations)
    {
        var properties = new List<UnitProperty>();
        if (annotations is null)
            return properties;
        foreach ((string key, string value) in annotations)
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal))
                properties.Add(Parse(key, key[Prefix.Length..], value));
        }

        return properties;
    }

    private static UnitProperty Parse(string key, string name, string value)
    {
        bool isName = name.Length >= ShortestName;
        foreach (char c in name)
            isName &= char.IsAsciiLetter(c);
        if (!isName)
            throw new CgroupException($"use the annotation {key}: behind {Prefix} there must be three letters or more, and nothing else");
        try
        {
            // Unit files have times in seconds, and the bus has them in microseconds.
            if (name.EndsWith(Seconds, StringComparison.Ordinal) && !name.EndsWith(Microseconds, StringComparison.Ordinal))
                return UnitProperty.Of($"{name[..^Seconds.Length]}{Microseconds}", ToMicroseconds(value));
            (string signature, Action<DBusWriter> write) = VariantText.Parse(value);
            return new UnitProperty(name, signature, write);
        }
        catch (FormatException e)
        {
            throw new CgroupException($"use the annotation {key}: \"{value}\" is no value as busctl and gdbus write them: {e.Message}");
        }
    }

    private static ulong ToMicroseconds(string value)
    {
        string number = value.Trim();
        number = number[(number.LastIndexOf(' ') + 1)..];
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            && seconds < 1_000_000_000_000
            ? (ulong)(seconds * 1_000_000)
            : throw new FormatException("it is no number of seconds");
    }
}
