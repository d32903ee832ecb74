using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.State;

/// <summary>The state of a container as JSON text in UTF-8 (<c>runtime.md#state</c>).</summary>
public static class StateJson
{
    /// <summary>The state in one line, as hooks find it on their standard input.</summary>
    public static ReadOnlyMemory<byte> ForHooks(ContainerState state)
    {
        var json = new JsonWriter();
        json.BeginObject();
        WriteHead(json, state);
        json.Property("bundle"u8, state.Record.Bundle);
        WriteAnnotations(json, state);
        json.EndObject();
        return json.Written.ToArray();
    }

    /// <summary>The state as <c>state</c> prints it: the specification's properties and those that runc adds, without a newline at the end.</summary>
    public static ReadOnlySpan<byte> Indented(ContainerState state)
    {
        var json = new JsonWriter("  ");
        Write(json, state, owner: ""); // as runc has it here; its list tells the owner
        return json.Written;
    }

    /// <summary>The states as <c>list --format json</c> prints them: an array in one line.</summary>
    public static ReadOnlySpan<byte> Line(IReadOnlyList<ContainerState> states)
    {
        var json = new JsonWriter();
        if (states.Count == 0)
            json.Null(); // as in runc, where it is an absent slice
        else
            WriteArray(json, states);
        json.EndLine();
        return json.Written;
    }

    private static void WriteArray(JsonWriter json, IReadOnlyList<ContainerState> states)
    {
        var owners = new UserNames();
        json.BeginArray();
        foreach (ContainerState state in states)
            Write(json, state, owners.Of(state.Record.Owner));
        json.EndArray();
    }

    private static void Write(JsonWriter json, ContainerState state, string owner)
    {
        json.BeginObject();
        WriteHead(json, state);
        json.Property("bundle"u8, state.Record.Bundle);
        json.Property("rootfs"u8, state.Record.Rootfs);
        json.Property("created"u8, state.Record.Created);
        WriteAnnotations(json, state);
        json.Property("owner"u8, owner);
        json.EndObject();
    }

    private static void WriteHead(JsonWriter json, ContainerState state)
    {
        json.Property("ociVersion"u8, state.Record.OciVersion);
        json.Property("id"u8, state.Record.Id);
        json.Property("pid"u8, state.Pid);
        json.Property("status"u8, state.Status);
    }

    private static void WriteAnnotations(JsonWriter json, ContainerState state)
    {
        if (state.Record.Annotations.Count > 0)
            json.Property("annotations"u8, state.Record.Annotations);
    }
}
