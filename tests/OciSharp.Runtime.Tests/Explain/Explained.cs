using System.Runtime.CompilerServices;
using OciSharp.Cgroups;
using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime.Tests.Explain;

/// <summary>Plans of configurations in spec-fixtures, on a host that is the same everywhere.</summary>
internal static class Explained
{
    /// <summary>cgroup v2, all capabilities; no path is looked for.</summary>
    public static ExplainedHost Host => new()
    {
        CgroupMounts = [new CgroupMount("", "/sys/fs/cgroup/ID", "", [])],
        CgroupActs =
        [
            new CgroupAct(CgroupActKind.Make, "/sys/fs/cgroup/ID"),
            new CgroupAct(CgroupActKind.Write, "/sys/fs/cgroup/cgroup.subtree_control", "+memory +pids"),
            new CgroupAct(CgroupActKind.Write, "/sys/fs/cgroup/ID/memory.max", "536870912"),
            new CgroupAct(CgroupActKind.AttachDevices, "/sys/fs/cgroup/ID", "deny all\nallow c 1:3 rwm"),
        ],
        Privileges = ulong.MaxValue,
        LooksForPaths = false,
    };

    /// <summary>Explains <c>spec-fixtures/config/good/NAME</c>, as if it were at a place that is the same everywhere: lines are broken by their length.</summary>
    public static ExplainedPlan Fixture(string name, ExplainedVerb verb = ExplainedVerb.Create, bool rootless = false) =>
        Of(Path.Combine(Good, name), verb, rootless) with { ConfigFile = $"/fixtures/{name}" };

    /// <summary>Explains a configuration.</summary>
    public static ExplainedPlan Of(string path, ExplainedVerb verb = ExplainedVerb.Create, bool rootless = false) => Explainer.Explain(
        new RuntimeContext { Root = "/run/ocisharp", Rootless = rootless, Log = new RecordedLog() },
        new ExplainOptions { Id = "ID", Bundle = "/bundle", ConfigFile = path, Verb = verb },
        Host);

    /// <summary>The configurations of spec-fixtures that are good.</summary>
    public static string[] Names => [.. Directory.GetFiles(Good, "*.json").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Compares with Snapshots/NAME. After a change that is meant, run the tests with UPDATE_SNAPSHOTS=1 and look at the difference.
    /// </summary>
    public static void Check(string name, string actual)
    {
        string path = Path.Combine(Folder, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            Assert.Ignore($"{name} was rewritten");
        }

        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"Snapshots/{name} differs: UPDATE_SNAPSHOTS=1 rewrites it");
    }

    private static string Folder { get; } = Path.GetDirectoryName(Here())!;

    private static string Good => Path.GetFullPath(Path.Combine(Folder, "../../../spec-fixtures/config/good"));

    private static string Here([CallerFilePath] string here = "") => here;
}
