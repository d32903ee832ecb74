using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static Hooks? ReadHooks(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        Hook[]? prestart = null, createRuntime = null, createContainer = null, startContainer = null, poststart = null, poststop = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("prestart"u8))
                prestart = json.Objects(ReadHook);
            else if (json.Is("createRuntime"u8))
                createRuntime = json.Objects(ReadHook);
            else if (json.Is("createContainer"u8))
                createContainer = json.Objects(ReadHook);
            else if (json.Is("startContainer"u8))
                startContainer = json.Objects(ReadHook);
            else if (json.Is("poststart"u8))
                poststart = json.Objects(ReadHook);
            else if (json.Is("poststop"u8))
                poststop = json.Objects(ReadHook);
            else
                json.Keep(ref extensions);
        }

        return new Hooks
        {
            Prestart = prestart,
            CreateRuntime = createRuntime,
            CreateContainer = createContainer,
            StartContainer = startContainer,
            Poststart = poststart,
            Poststop = poststop,
            Extensions = extensions,
        };
    }

    private static Hook? ReadHook(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? path = null;
        string[]? args = null, env = null;
        int? timeout = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("path"u8))
                path = json.String();
            else if (json.Is("args"u8))
                args = json.Strings();
            else if (json.Is("env"u8))
                env = json.Strings();
            else if (json.Is("timeout"u8))
                timeout = json.Int32();
            else
                json.Keep(ref extensions);
        }

        return new Hook
        {
            Path = json.Required(path, "path"),
            Args = args,
            Env = env,
            Timeout = timeout,
            Extensions = extensions,
        };
    }
}
