using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OciSharp.Runtime.Documents;

/// <summary>JSON for files, pipes and terminals: nothing is escaped that only HTML would need.</summary>
public static class Json
{
    /// <summary>A writer of indented JSON.</summary>
    /// <param name="target">Where it writes.</param>
    /// <param name="indent">The character that a level is indented with.</param>
    /// <param name="width">How many of them; 0 for JSON in one line.</param>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> target, char indent = ' ', int width = 0) => new(target, new JsonWriterOptions
    {
        Indented = width > 0,
        IndentCharacter = indent,
        IndentSize = width,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A document in UTF-8, without a newline at its end.</summary>
    public static ReadOnlySpan<byte> Indented<T>(T document, JsonTypeInfo<T> type, char indent, int width)
    {
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter json = Writer(text, indent, width))
            JsonSerializer.Serialize(json, document, type);
        return text.WrittenSpan;
    }
}
