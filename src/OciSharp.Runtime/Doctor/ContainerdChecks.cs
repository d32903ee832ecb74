namespace OciSharp.Runtime.Doctor;

/// <summary>containerd's CRI plugin, versions 1 and 2: /etc/containerd/config.toml and what it imports.</summary>
internal static class ContainerdChecks
{
    private const string Main = "/etc/containerd/config.toml";
    private const string OfVersion2 = "io.containerd.grpc.v1.cri";
    private const string OfVersion3 = "io.containerd.cri.v1.runtime";

    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        var engine = new EngineChecks(host, subject, checks, "containerd");
        var settings = new TomlDocument();
        bool any = engine.Merge(settings, Main);
        if (!engine.IsHere(["containerd"], any ? 1 : 0))
            return;
        string version = settings.Text("version") ?? (any ? "1" : "2");
        foreach (string pattern in settings.Find("imports")?.Items ?? [])
        {
            foreach (string path in Expand(host, pattern))
                engine.Merge(settings, path);
        }

        if (settings.Find("disabled_plugins")?.Items?.Exists(plugin => plugin is "cri" or OfVersion2 or OfVersion3) == true)
            checks.Problem("engines.containerd.cri", "containerd, CRI plugin", "it is in disabled_plugins: Kubernetes cannot use containerd", [$"take \"cri\" out of disabled_plugins in {Main}, and systemctl restart containerd"]);

        string plugin = version == "3" ? OfVersion3 : OfVersion2;
        string other = version == "3" ? OfVersion2 : OfVersion3;
        List<EngineEntry> entries = Entries(settings, plugin);
        bool hasDefault = entries.Exists(entry => entry.Name == "runc");
        string[] builtIn = hasDefault ? [] : [$"  [plugins.\"{plugin}\".containerd.runtimes.runc]", "    runtime_type = \"io.containerd.runc.v2\""];
        // Seen with containerd 1.7.
        if (version == "2" && entries.Count > 0 && !hasDefault && settings.Text("plugins", plugin, "containerd", "default_runtime_name") is null)
            checks.Problem("engines.containerd.cri", "containerd, CRI plugin", "its default, runc, is not among the runtimes, which take the place of those built in: it does not load", [$"write into {Main}:", .. builtIn, "systemctl restart containerd"]);
        engine.Runtime(entries,
        [
            $"write into {Main}:",
            $"  version = {(version == "3" ? "3" : "2")}",
            .. builtIn,
            $"  [plugins.\"{plugin}\".containerd.runtimes.ocisharp]",
            "    runtime_type = \"io.containerd.runc.v2\"",
            $"    [plugins.\"{plugin}\".containerd.runtimes.ocisharp.options]",
            $"      BinaryName = \"{subject.Ourselves}\"",
            "systemctl restart containerd",
            "or, with ctr alone: ctr run --runc-binary " + subject.Ourselves,
        ]);
        if (version is not ("2" or "3"))
            checks.Problem("engines.containerd.version", "containerd, version of the file", $"{Main} has version {version}, whose tables have other names", ["write version = 2 into it, and rename its tables (containerd config migrate)"]);
        else if (Entries(settings, other).Exists(entry => EngineChecks.IsOurs(entry.Name)))
            checks.Problem("engines.containerd.version", "containerd, version of the file", $"{Main} has version {version}, but we are in plugins.\"{other}\", which is not read then", [$"rename the table to plugins.\"{plugin}\""]);
        engine.Default(settings.Text("plugins", plugin, "containerd", "default_runtime_name"), "runc", "runtimeClassName: ocisharp in pods, where the class's handler is ocisharp");
    }

    private static List<EngineEntry> Entries(TomlDocument settings, string plugin) =>
        settings.Names("plugins", plugin, "containerd", "runtimes").ConvertAll(name =>
            new EngineEntry(name, settings.Text("plugins", plugin, "containerd", "runtimes", name, "options", "BinaryName") is { } path ? [path] : []));

    /// <summary>A path, or all files of a directory with an ending: <c>/etc/containerd/conf.d/*.toml</c>; relative to the main file's directory.</summary>
    private static List<string> Expand(Host host, string pattern)
    {
        if (pattern.Contains('\0'))
            return [];
        if (!pattern.StartsWith('/'))
            pattern = $"/etc/containerd/{pattern}";
        int slash = pattern.LastIndexOf('/');
        return pattern[(slash + 1)..].StartsWith('*')
            ? host.List(pattern[..slash], pattern[(slash + 2)..]).ConvertAll(name => $"{pattern[..slash]}/{name}")
            : [pattern];
    }
}
