using System.Runtime.CompilerServices;

namespace OciSharp.Cli.Tests;

/// <summary>
/// Texts that outsiders depend on, kept in Snapshots/. After a change that is meant, run the tests with UPDATE_SNAPSHOTS=1 and look at
/// the difference.
/// </summary>
internal static class Snapshot
{
    public static void Check(string name, string actual, [CallerFilePath] string source = "")
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(source)!, "Snapshots", name), actual);
            Assert.Ignore($"Snapshots/{name} was rewritten");
        }
        string expected = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Snapshots", name));
        Assert.That(actual, Is.EqualTo(expected), $"Snapshots/{name} differs: UPDATE_SNAPSHOTS=1 rewrites it");
    }
}
