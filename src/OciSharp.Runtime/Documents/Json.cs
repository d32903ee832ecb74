using System.Buffers.Text;
using OciSharp.Spec;

namespace OciSharp.Runtime.Documents;

/// <summary>Whole properties, for the documents that are not of the specification.</summary>
internal static class Json
{
    public static void BeginObject(this JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.Name(name);
        json.BeginObject();
    }

    public static void BeginArray(this JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.Name(name);
        json.BeginArray();
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Value(value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        json.Name(name);
        json.Value(value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        json.Name(name);
        json.Value(value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat(value, text, out int length);
        json.Name(name);
        json.Raw(text[..length]);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        json.Name(name);
        json.Value(value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyCollection<KeyValuePair<string, string>> map)
    {
        json.Name(name);
        json.BeginObject();
        if (map is Dictionary<string, string> dictionary) // whose own enumerator costs no interface call
        {
            foreach (KeyValuePair<string, string> entry in dictionary)
                json.Entry(entry);
        }
        else if (map.Count > 0)
        {
            foreach (KeyValuePair<string, string> entry in map)
                json.Entry(entry);
        }

        json.EndObject();
    }

    private static void Entry(this JsonWriter json, KeyValuePair<string, string> entry)
    {
        json.Name(entry.Key);
        json.Value(entry.Value);
    }
}
