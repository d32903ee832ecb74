using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OciSharp.Runtime.State;

/// <summary>The state of a container as JSON text (<c>runtime.md#state</c>).</summary>
public static class StateJson
{
    /// <summary>The state in one line, as hooks find it on their standard input.</summary>
    public static ReadOnlyMemory<byte> ForHooks(ContainerState state)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        WriteHead(json, state);
        json.WriteString("bundle"u8, state.Record.Bundle);
        WriteAnnotations(json, state);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// The state as <c>state</c> and <c>list --format json</c> print it: the specification's properties and those that runc adds.
    /// </summary>
    /// <param name="json">Where to write; it decides about indentation.</param>
    /// <param name="state">The state.</param>
    /// <param name="owner">The name of the user that created the container, or the empty string.</param>
    public static void Write(Utf8JsonWriter json, ContainerState state, string owner)
    {
        json.WriteStartObject();
        WriteHead(json, state);
        json.WriteString("bundle"u8, state.Record.Bundle);
        json.WriteString("rootfs"u8, state.Record.Rootfs);
        json.WriteString("created"u8, state.Record.Created);
        WriteAnnotations(json, state);
        json.WriteString("owner"u8, owner);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, ContainerState state)
    {
        json.WriteString("ociVersion"u8, state.Record.OciVersion);
        json.WriteString("id"u8, state.Record.Id);
        json.WriteNumber("pid"u8, state.Pid);
        json.WriteString("status"u8, state.Status);
    }

    private static void WriteAnnotations(Utf8JsonWriter json, ContainerState state)
    {
        if (state.Record.Annotations.Count == 0)
            return;
        json.WriteStartObject("annotations"u8);
        foreach (KeyValuePair<string, string> annotation in state.Record.Annotations)
            json.WriteString(annotation.Key, annotation.Value);
        json.WriteEndObject();
    }
}
