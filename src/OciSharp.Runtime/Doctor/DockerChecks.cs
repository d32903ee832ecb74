using System.Text;
using System.Text.Json;

namespace OciSharp.Runtime.Doctor;

/// <summary>Docker: daemon.json.</summary>
internal static class DockerChecks
{
    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        var engine = new EngineChecks(host, subject, checks, "docker");
        string path = "/etc/docker/daemon.json";
        string? home = host.Variable("XDG_CONFIG_HOME") ?? (host.Variable("HOME") is { } directory ? $"{directory}/.config" : null);
        if (subject.Rootless && home is not null && !host.Read($"{home}/docker/daemon.json").IsAbsent)
            path = $"{home}/docker/daemon.json";
        HostFile file = host.Read(path);
        if (!engine.IsHere(["dockerd"], file.IsAbsent ? 0 : 1))
            return;

        var entries = new List<EngineEntry>();
        string? preset = null;
        try
        {
            if (file.Trouble is { } trouble)
                engine.Unreadable(path, trouble);
            else if (file.Text is { } text)
                preset = Read(text, entries);
        }
        catch (JsonException e)
        {
            engine.Unreadable(path, $"line {(e.LineNumber ?? 0) + 1}: it is no JSON");
        }
        catch (InvalidOperationException)
        {
            engine.Unreadable(path, "a string in it is no text"); // half of a pair of UTF-16
        }

        engine.Runtime(entries,
        [
            $"write into {path}:",
            "  {",
            "    \"runtimes\": {",
            $"      \"ocisharp\": {{ \"path\": \"{subject.Ourselves}\" }}",
            "    }",
            "  }",
            "systemctl reload docker",
        ]);
        engine.Default(preset, "runc", "docker run --runtime ocisharp");
    }

    /// <summary>Collects <c>runtimes.NAME.path</c>.</summary>
    /// <returns><c>default-runtime</c>; null where it is not said.</returns>
    private static string? Read(string text, List<EngineEntry> entries)
    {
        string? preset = null;
        string? section = null, name = null, key = null;
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                // The depth of a property is that of the object that it is in.
                if (json.CurrentDepth == 1)
                    section = json.GetString();
                else if (json.CurrentDepth == 2)
                    name = json.GetString();
                else if (json.CurrentDepth == 3)
                    key = json.GetString();
            }
            else if (json.TokenType == JsonTokenType.String && json.CurrentDepth == 1 && section == "default-runtime")
            {
                preset = json.GetString();
            }
            else if (json.TokenType == JsonTokenType.String && json.CurrentDepth == 3 && section == "runtimes" && key == "path")
            {
                entries.Add(new EngineEntry(name ?? "", [json.GetString()!]));
            }
        }

        return preset;
    }
}
