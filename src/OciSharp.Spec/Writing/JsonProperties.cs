using System.Text;
using System.Text.Json;

namespace OciSharp.Spec;

/// <summary>Properties of the model, each written unless it is absent.</summary>
internal static class JsonProperties
{
    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        json.Name(name);
        json.Value(value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is null)
            return;
        json.Name(name);
        json.Value(value.Value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is null)
            return;
        json.Name(name);
        json.Value(value.Value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is null)
            return;
        json.Name(name);
        json.Value(value.Value);
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null)
            return;
        json.Name(name);
        json.BeginArray();
        foreach (string value in values.AsSpan())
            json.Value(value);
        json.EndArray();
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<uint>? values)
    {
        if (values is null)
            return;
        json.Name(name);
        json.BeginArray();
        foreach (uint value in values.AsSpan())
            json.Value(value);
        json.EndArray();
    }

    public static void Property(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string>? values)
    {
        if (values is null)
            return;
        json.Name(name);
        json.BeginObject();
        foreach ((string key, string value) in values)
        {
            json.Name(key);
            json.Value(value);
        }
        json.EndObject();
    }

    public static void Property<T>(this JsonWriter json, ReadOnlySpan<byte> name, T? value, Action<JsonWriter, T> write)
        where T : SpecObject
    {
        if (value is null)
            return;
        json.Name(name);
        Write(json, value, write);
    }

    public static void Property<T>(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<T>? values, Action<JsonWriter, T> write)
        where T : SpecObject
    {
        if (values is null)
            return;
        json.Name(name);
        json.BeginArray();
        foreach (T value in values.AsSpan())
            Write(json, value, write);
        json.EndArray();
    }

    public static void Property<T>(
        this JsonWriter json,
        ReadOnlySpan<byte> name,
        IReadOnlyDictionary<string, T>? values,
        Action<JsonWriter, T> write)
        where T : SpecObject
    {
        if (values is null)
            return;
        json.Name(name);
        json.BeginObject();
        foreach ((string key, T value) in values)
        {
            json.Name(key);
            Write(json, value, write);
        }
        json.EndObject();
    }

    /// <summary>An object: what <paramref name="write"/> writes, and what is not in the model.</summary>
    public static void Write<T>(this JsonWriter json, T value, Action<JsonWriter, T> write)
        where T : SpecObject
    {
        json.BeginObject();
        write(json, value);
        if (value.Extensions is { } extensions)
        {
            foreach ((string name, JsonElement element) in extensions)
            {
                json.Name(name);
                json.Write(element);
            }
        }
        json.EndObject();
    }

    private static void Write(this JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.BeginObject();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    json.Name(property.Name);
                    json.Write(property.Value);
                }
                json.EndObject();
                break;
            case JsonValueKind.Array:
                json.BeginArray();
                foreach (JsonElement item in element.EnumerateArray())
                    json.Write(item);
                json.EndArray();
                break;
            default:
                // Scalars have no white space inside: they stay as they were spelled.
                json.Raw(Encoding.UTF8.GetBytes(element.GetRawText()));
                break;
        }
    }

    /// <summary>0 is the same as absent.</summary>
    public static long? UnlessZero(long value) => value == 0 ? null : value;

    /// <inheritdoc cref="UnlessZero(long)"/>
    public static ulong? UnlessZero(ulong value) => value == 0 ? null : value;

    /// <summary>false is the same as absent.</summary>
    public static bool? UnlessFalse(bool value) => value ? true : null;
}
