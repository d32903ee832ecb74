using System.Text.Json;

namespace OciSharp.Spec;

/// <summary>Reads the state of a container (<c>runtime.md#state</c>), as <see cref="ConfigReader"/> reads its configuration.</summary>
public static class StateReader
{
    /// <summary>Reads a state. null: it is not an object in JSON in UTF-8 within the bounds of <see cref="ConfigReader"/>.</summary>
    public static State? Read(ReadOnlySpan<byte> utf8, DiagnosticBag bag) => DocumentReader.Read(utf8, bag, "state", ReadState);

    private static State? ReadState(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? ociVersion = null, id = null, status = null, bundle = null;
        int? pid = null;
        Dictionary<string, string>? annotations = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("ociVersion"u8))
                ociVersion = json.String();
            else if (json.Is("id"u8))
                id = json.String();
            else if (json.Is("status"u8))
                status = json.String();
            else if (json.Is("pid"u8))
                pid = json.Int32();
            else if (json.Is("bundle"u8))
                bundle = json.String();
            else if (json.Is("annotations"u8))
                annotations = json.StringMap();
            else
                json.Keep(ref extensions);
        }

        return new State
        {
            OciVersion = json.Required(ociVersion, "ociVersion"),
            Id = json.Required(id, "id"),
            Status = json.Required(status, "status"),
            Pid = pid ?? 0,
            Bundle = json.Required(bundle, "bundle"),
            Annotations = annotations,
            Extensions = extensions,
        };
    }
}
