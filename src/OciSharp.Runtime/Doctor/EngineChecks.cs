namespace OciSharp.Runtime.Doctor;

/// <summary>A runtime in the configuration of an engine.</summary>
/// <param name="name">What the engine calls it.</param>
/// <param name="paths">Where its executable may be; the first that is there is taken.</param>
internal sealed class EngineEntry(string name, List<string> paths)
{
    /// <summary>What the engine calls it.</summary>
    public string Name { get; } = name;

    /// <summary>Where its executable may be; the first that is there is taken.</summary>
    public List<string> Paths { get; } = paths;
}

/// <summary>What the checks of all engines have in common.</summary>
/// <param name="host">The host.</param>
/// <param name="subject">Who asks.</param>
/// <param name="checks">Where the lines go.</param>
/// <param name="engine">The engine: podman.</param>
internal sealed class EngineChecks(Host host, Subject subject, CheckList checks, string engine)
{
    private const string OurName = "ocisharp";

    /// <summary>Adds the lines of all engines.</summary>
    public static void AddAll(Host host, Subject subject, CheckList checks)
    {
        PodmanChecks.Add(host, subject, checks);
        DockerChecks.Add(host, subject, checks);
        ContainerdChecks.Add(host, subject, checks);
        CrioChecks.Add(host, subject, checks);
    }

    /// <summary>Whether a word names us: the runtime that an engine takes where nobody chooses one.</summary>
    public static bool IsOurs(string name) => name[(name.LastIndexOf('/') + 1)..].StartsWith(OurName, StringComparison.Ordinal);

    /// <summary>Whether the engine is here at all: one of its programs, or a file of its. Otherwise that is its only line.</summary>
    /// <param name="programs">Its programs.</param>
    /// <param name="files">How many of its files there are.</param>
    public bool IsHere(string[] programs, int files)
    {
        if (files > 0 || Array.Exists(programs, program => host.FindProgram(program) is not null))
            return true;
        checks.NotApplicable($"engines.{engine}", engine, "not installed");
        return false;
    }

    /// <summary>Reads a TOML file over what was read before; a file that is none is a line.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Merge(TomlDocument settings, string path)
    {
        HostFile file = host.Read(path);
        if (file.IsAbsent)
            return false;
        try
        {
            if (file.Text is null)
                Unreadable(path, file.Trouble!);
            else
                settings.Merge(TomlReader.Read(file.Text));
        }
        catch (TomlException e)
        {
            Unreadable(path, e.Message);
        }

        return true;
    }

    /// <summary>A file that the engine will not understand.</summary>
    public void Unreadable(string path, string why) =>
        checks.Problem($"engines.{engine}.file", engine, $"{path}: {why}", [$"correct {path}: {engine} will not read it either"]);

    /// <summary>The line that tells whether the engine knows us.</summary>
    /// <param name="entries">The runtimes that it knows.</param>
    /// <param name="remedy">How it gets to know us.</param>
    public void Runtime(List<EngineEntry> entries, string[] remedy)
    {
        string id = $"engines.{engine}.runtime";
        bool any = false;
        foreach (EngineEntry entry in entries)
        {
            string? path = null;
            foreach (string candidate in entry.Paths)
            {
                if (path is null && IsPath(candidate) && host.MayExecute(candidate))
                    path = candidate;
            }

            bool same = path is not null && IsThisFile(path);
            if (!same && !IsOurs(entry.Name) && !entry.Paths.Exists(IsOurs))
                continue;
            any = true;
            if (path is null)
                checks.Problem(id, engine, $"the runtime \"{entry.Name}\" is {string.Join(", ", entry.Paths)}, where no program is", [$"make install, or name {subject.Ourselves} there"]);
            else
                checks.Ok(id, engine, $"the runtime \"{entry.Name}\" is {path}{(same ? "" : ", another executable than this one")}");
        }

        if (!any)
            checks.Missing(id, engine, "does not know us", remedy);
    }

    /// <summary>The line that tells which runtime is taken where nobody chooses one.</summary>
    public void Default(string? name, string builtIn, string how)
    {
        string id = $"engines.{engine}.default";
        if (name is not null && IsOurs(name))
            checks.Ok(id, $"{engine}, default", $"\"{name}\": we are used where nobody chooses");
        else
            checks.Ok(id, $"{engine}, default", $"{(name is null ? $"{builtIn}, which is built in" : $"\"{name}\"")}; we are used with {how}");
    }

    private static bool IsPath(string text) => text.StartsWith('/') && !text.Contains('\0');

    private bool IsThisFile(string path) =>
        subject.Executable is { } own && host.Stat(own) is { } ours && host.Stat(path) is { } other && ours.IsSameFileAs(other);
}
