namespace OciSharp.Spec.Tests;

/// <summary>
/// A document of <c>spec-fixtures</c>. Beside <c>NAME.json</c> may stand <c>NAME.expected</c>: a line <c>ID error|warning PATH</c> for each
/// diagnostic, in any order; a first line <c># rootless</c>, <c># systemd-cgroup</c> or <c># no-pivot</c> says with what it is validated.
/// </summary>
public sealed class Fixture
{
    private Fixture(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        Utf8 = File.ReadAllBytes(path);
        string expected = Path.ChangeExtension(path, ".expected");
        string[] lines = File.Exists(expected) ? File.ReadAllLines(expected) : [];
        Expected = lines.Where(line => !line.StartsWith('#')).Order(StringComparer.Ordinal).ToArray();
        Context = lines.FirstOrDefault(line => line.StartsWith('#')) switch
        {
            null => default,
            "# rootless" => new ValidationContext { Rootless = true },
            "# systemd-cgroup" => new ValidationContext { SystemdCgroup = true },
            "# no-pivot" => new ValidationContext { NoPivot = true },
            string other => throw new InvalidDataException($"{expected}: {other}"),
        };
    }

    public string Name { get; }

    public byte[] Utf8 { get; }

    public string[] Expected { get; }

    public ValidationContext Context { get; }

    /// <summary>The fixtures of a directory below <c>spec-fixtures</c>.</summary>
    public static Fixture[] All(string directory) =>
        Directory.GetFiles(RepositoryPath("spec-fixtures", directory), "*.json").Order(StringComparer.Ordinal).Select(path => new Fixture(path)).ToArray();

    public static string RepositoryPath(params string[] parts)
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "OciSharp.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no OciSharp.sln above the tests");
        return Path.Combine([directory, .. parts]);
    }

    public override string ToString() => Name;
}
