using static OciSharp.Spec.JsonProperties;

namespace OciSharp.Spec;

/// <summary>Writes the state of a container as hooks get it on stdin and seccomp agents on a socket: one line of JSON in UTF-8.</summary>
public static class StateWriter
{
    /// <summary>Writes a state (<c>runtime.md#state</c>).</summary>
    public static byte[] Write(State state)
    {
        var json = new JsonWriter();
        json.Write(state, WriteState);
        return json.Written.ToArray();
    }

    /// <summary>Writes what a seccomp agent is sent (<c>config-linux.md#containerprocessstate</c>).</summary>
    public static byte[] Write(ContainerProcessState state)
    {
        var json = new JsonWriter();
        json.Write(state, WriteProcessState);
        return json.Written.ToArray();
    }

    private static void WriteState(JsonWriter json, State state)
    {
        json.Property("ociVersion"u8, state.OciVersion);
        json.Property("id"u8, state.Id);
        json.Property("status"u8, state.Status);
        json.Property("pid"u8, UnlessZero(state.Pid));
        json.Property("bundle"u8, state.Bundle);
        json.Property("annotations"u8, state.Annotations);
    }

    private static void WriteProcessState(JsonWriter json, ContainerProcessState state)
    {
        json.Property("ociVersion"u8, state.OciVersion);
        json.Property("fds"u8, state.Fds);
        json.Property("pid"u8, state.Pid);
        json.Property("metadata"u8, state.Metadata);
        json.Property("state"u8, state.State, WriteState);
    }
}
