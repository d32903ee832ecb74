using System.Text.Json;

namespace OciSharp.Spec;

/// <summary>
/// Reads <c>config.json</c> and the parts of it that come alone. All mistakes of a document are found in one go; unknown properties are
/// kept (<see cref="SpecObject.Extensions"/>) and otherwise ignored (<c>config.md#extensibility</c>). null is read as absent.
/// </summary>
/// <remarks>
/// When the bag has errors afterwards, the model is what could be read, with empty values in place of what could not: good for
/// finding more mistakes with <see cref="ConfigValidator"/>, and for nothing else.
/// </remarks>
public static partial class ConfigReader
{
    /// <summary>The largest document that is read: 8 MiB, more than the arguments and the environment of any process can fill.</summary>
    public const int MaxDocumentBytes = 8 << 20;

    /// <summary>The deepest document that is read, in objects and arrays within each other.</summary>
    public const int MaxDepth = DocumentReader.MaxDepth;

    /// <summary>Reads a whole configuration. null: it is not an object in JSON in UTF-8 within the bounds.</summary>
    public static Config? Read(ReadOnlySpan<byte> utf8, DiagnosticBag bag) => DocumentReader.Read(utf8, bag, "$", ReadConfig);

    /// <summary>Reads a process alone, what <c>exec --process</c> takes. Paths begin at the process: <c>$.cwd</c>.</summary>
    public static Process? ReadProcess(ReadOnlySpan<byte> utf8, DiagnosticBag bag) =>
        DocumentReader.Read(utf8, bag, "$.process", ReadProcess);

    /// <summary>Reads resources alone, what <c>update --resources</c> takes. Paths begin at the resources: <c>$.memory.limit</c>.</summary>
    public static LinuxResources? ReadResources(ReadOnlySpan<byte> utf8, DiagnosticBag bag) =>
        DocumentReader.Read(utf8, bag, "$.linux.resources", ReadResources);

    private static Config? ReadConfig(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? ociVersion = null, hostname = null, domainname = null;
        Process? process = null;
        Root? root = null;
        Mount[]? mounts = null;
        Hooks? hooks = null;
        Dictionary<string, string>? annotations = null;
        LinuxConfig? linux = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("ociVersion"u8))
                ociVersion = json.String();
            else if (json.Is("process"u8))
                process = ReadProcess(ref json);
            else if (json.Is("root"u8))
                root = ReadRoot(ref json);
            else if (json.Is("hostname"u8))
                hostname = json.String();
            else if (json.Is("domainname"u8))
                domainname = json.String();
            else if (json.Is("mounts"u8))
                mounts = json.Objects(ReadMount);
            else if (json.Is("hooks"u8))
                hooks = ReadHooks(ref json);
            else if (json.Is("annotations"u8))
                annotations = json.StringMap();
            else if (json.Is("linux"u8))
                linux = ReadLinux(ref json);
            else
                json.Keep(ref extensions);
        }

        return new Config
        {
            OciVersion = json.Required(ociVersion, "ociVersion"),
            Process = process,
            Root = root,
            Hostname = hostname,
            Domainname = domainname,
            Mounts = mounts,
            Hooks = hooks,
            Annotations = annotations,
            Linux = linux,
            Extensions = extensions,
        };
    }

    private static Root? ReadRoot(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? path = null;
        bool? isReadonly = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("path"u8))
                path = json.String();
            else if (json.Is("readonly"u8))
                isReadonly = json.Bool();
            else
                json.Keep(ref extensions);
        }

        return new Root { Path = json.Required(path, "path"), Readonly = isReadonly ?? false, Extensions = extensions };
    }
}
