using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OciSharp.Cli.Output;

/// <summary>Documents for people and programs, indented.</summary>
internal static class Json
{
    /// <summary>The document in UTF-8, without a newline at its end.</summary>
    /// <param name="value">The document.</param>
    /// <param name="type">Its type.</param>
    /// <param name="indent">The character that a level is indented with.</param>
    /// <param name="width">How many of them.</param>
    public static ReadOnlySpan<byte> Indented<T>(T value, JsonTypeInfo<T> type, char indent, int width)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions
        {
            Indented = true,
            IndentCharacter = indent,
            IndentSize = width,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for files and terminals, not for HTML
        };
        using (var writer = new Utf8JsonWriter(buffer, options))
            JsonSerializer.Serialize(writer, value, type);
        return buffer.WrittenSpan;
    }
}
