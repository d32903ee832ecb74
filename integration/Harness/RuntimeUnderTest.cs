namespace OciSharp.Integration.Harness;

/// <summary>The executable that is tested: environment variable RUNTIME, by default the one that was built here.</summary>
public sealed class RuntimeUnderTest(Scratch scratch)
{
    private static readonly Lazy<string> s_path = new(Find);
    private static readonly Lazy<string> s_name = new(() => AskForName(Path));

    public static string Path => s_path.Value;

    /// <summary>The first word of <c>--version</c>: runc, crun, ocisharp.</summary>
    public static string Name => s_name.Value;

    /// <summary>Environment variable CGROUP_MANAGER is <c>systemd</c>: it makes the cgroups, and not the runtime by files.</summary>
    public static bool WithSystemd { get; } = Environment.GetEnvironmentVariable("CGROUP_MANAGER") == "systemd";

    /// <summary>A command of the runtime with the state root of this test.</summary>
    public Command Command(params string[] arguments) =>
        new(scratch, [Path, "--root", scratch.StateRoot, .. (string[])(WithSystemd ? ["--systemd-cgroup"] : []), .. arguments]);

    /// <summary>A command of the runtime with exactly these arguments.</summary>
    public Command Bare(params string[] arguments) => new(scratch, [Path, .. arguments]);

    public CommandResult Execute(params string[] arguments) => Command(arguments).Execute();

    private static string Find()
    {
        var name = Environment.GetEnvironmentVariable("RUNTIME");
        if (string.IsNullOrEmpty(name)) return System.IO.Path.Combine(Repository(), "artifacts/bin/ocisharp");
        if (name.Contains('/')) return System.IO.Path.GetFullPath(name);
        var directories = Environment.GetEnvironmentVariable("PATH")!.Split(':');
        return directories.Select(d => $"{d}/{name}").FirstOrDefault(File.Exists) ?? name;
    }

    /// <summary>The directory of the checkout that the tests were built from.</summary>
    public static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists($"{directory.FullName}/OciSharp.sln"))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"no OciSharp.sln above {AppContext.BaseDirectory}");
        }

        return directory.FullName;
    }

    private static string AskForName(string path)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(path, "--version") { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split(' ')[0].Trim();
    }
}
