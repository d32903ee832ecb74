using System.Runtime.CompilerServices;
using OciSharp.Runtime.Doctor;

namespace OciSharp.Runtime.Tests.Doctor;

/// <summary>What tests of the examination share: a host of their own.</summary>
public abstract class DoctorTest
{
    private TemporaryDirectory _directory = null!;

    private protected FakeHost Host { get; private set; } = null!;

    [SetUp]
    public void MakeHost()
    {
        _directory = new TemporaryDirectory();
        Host = new FakeHost(_directory.Path);
    }

    [TearDown]
    public void RemoveHost() => _directory.Dispose();

    /// <summary>The line of that id.</summary>
    private protected static Check Line(Examination examination, string id) => examination.Checks.Single(check => check.Id == id);

    /// <summary>The line of that id, of the host as it is now.</summary>
    private protected Check Line(string id) => Line(Host.Examine(), id);

    /// <summary>Compares with Snapshots/NAME. After a change that is meant, run the tests with UPDATE_SNAPSHOTS=1 and look at the difference.</summary>
    private protected static void CheckSnapshot(string name, string actual, [CallerFilePath] string source = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(source)!, "Snapshots", name);
        if (System.Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            Assert.Ignore($"Snapshots/{name} was rewritten");
        }

        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"Snapshots/{name} differs: UPDATE_SNAPSHOTS=1 rewrites it");
    }
}
