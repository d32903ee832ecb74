namespace OciSharp.Runtime.Doctor;

/// <summary>CRI-O: crio.conf(5), crio.conf.d(5).</summary>
internal static class CrioChecks
{
    private const string Directory = "/etc/crio/crio.conf.d";

    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        var engine = new EngineChecks(host, subject, checks, "crio");
        var settings = new TomlDocument();
        int files = engine.Merge(settings, "/etc/crio/crio.conf") ? 1 : 0;
        foreach (string name in host.List(Directory, ""))
            files += engine.Merge(settings, $"{Directory}/{name}") ? 1 : 0;
        if (!engine.IsHere(["crio"], files))
            return;

        engine.Runtime(
            settings.Names("crio", "runtime", "runtimes").ConvertAll(name =>
                new EngineEntry(name, settings.Text("crio", "runtime", "runtimes", name, "runtime_path") is { Length: > 0 } path ? [path] : [])),
            [
                $"write {Directory}/10-ocisharp.conf:",
                "  [crio.runtime.runtimes.ocisharp]",
                $"  runtime_path = \"{subject.Ourselves}\"",
                "  runtime_type = \"oci\"",
                "  runtime_root = \"/run/ocisharp\"",
                "systemctl reload crio",
            ]);
        engine.Default(settings.Text("crio", "runtime", "default_runtime"), "crun or runc", "runtimeClassName: ocisharp in pods, where the class's handler is ocisharp");
    }
}
