namespace OciSharp.Runtime.Doctor;

/// <summary>podman and buildah: containers.conf(5), containers-config(5).</summary>
internal static class PodmanChecks
{
    private const string DropIn = "containers.conf.d/ocisharp.conf";

    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        var engine = new EngineChecks(host, subject, checks, "podman");
        var settings = new TomlDocument();
        List<string> read = Files(host).FindAll(path => engine.Merge(settings, path));
        if (!engine.IsHere(["podman", "buildah"], read.Count))
            return;

        if (read.Count > 0)
            checks.Ok("engines.podman.files", "podman, files", string.Join(", ", read));
        string own = $"{(subject.Rootless ? ConfigHome(host) ?? "~/.config" : "/etc")}/containers/{DropIn}";
        string[] lists =
        [
            "  [engine]",
            "  runtime_supports_json = [\"crun\", \"runc\", \"kata\", \"runsc\", \"youki\", \"krun\", \"ocisharp\"]",
            "  runtime_supports_nocgroup = [\"crun\", \"krun\", \"ocisharp\"]",
        ];
        List<EngineEntry> entries = settings.Names("engine", "runtimes").ConvertAll(name => new EngineEntry(name, settings.Find("engine", "runtimes", name)?.Items ?? []));
        engine.Runtime(entries, [$"write {own}:", .. lists, "  [engine.runtimes]", $"  ocisharp = [\"{subject.Ourselves}\"]"]);
        engine.Default(settings.Text("engine", "runtime"), "crun or runc", "podman --runtime ocisharp");
        if (!entries.Exists(entry => EngineChecks.IsOurs(entry.Name)))
            return;
        if (Lists(settings, "runtime_supports_json") && Lists(settings, "runtime_supports_nocgroup"))
            checks.Ok("engines.podman.abilities", "podman, abilities", "it asks us for errors as JSON, and knows that we can do without cgroups");
        else
            checks.Missing("engines.podman.abilities", "podman, abilities", "we are not in runtime_supports_json and runtime_supports_nocgroup: exit status 126 for 127, and no --cgroups=disabled", [$"write {own}:", .. lists]);
    }

    /// <summary>From the weakest to the strongest.</summary>
    private static List<string> Files(Host host)
    {
        if (host.Variable("CONTAINERS_CONF") is { } only)
            return [only, .. Strongest(host)];
        bool isRoot = host.Uid == 0;
        var files = new List<string>();
        foreach (string directory in (string[])["/usr/share/containers", "/etc/containers"])
        {
            files.Add($"{directory}/containers.conf");
            AddDirectory($"{directory}/containers.conf.d");
            AddDirectory($"{directory}/containers.{(isRoot ? "rootful" : "rootless")}.conf.d");
            if (!isRoot)
                AddDirectory($"{directory}/containers.rootless.conf.d/{host.Uid}");
        }

        if (ConfigHome(host) is { } home)
        {
            files.Add($"{home}/containers/containers.conf");
            AddDirectory($"{home}/containers/containers.conf.d");
        }

        return [.. files, .. Strongest(host)];

        void AddDirectory(string directory) => files.AddRange(host.List(directory, ".conf").ConvertAll(name => $"{directory}/{name}"));
    }

    private static string[] Strongest(Host host) => host.Variable("CONTAINERS_CONF_OVERRIDE") is { } path ? [path] : [];

    private static string? ConfigHome(Host host) => host.Variable("XDG_CONFIG_HOME") ?? (host.Variable("HOME") is { } home ? $"{home}/.config" : null);

    private static bool Lists(TomlDocument settings, string key) => settings.Find("engine", key)?.Items?.Exists(EngineChecks.IsOurs) == true;
}
