namespace OciSharp.Integration.Harness;

/// <summary>Before and after a whole run. Each test assembly has a [SetUpFixture] that is one, in a namespace above that of all its tests.</summary>
public abstract class Suite
{
    /// <summary>Why no integration test can run here at all, or null.</summary>
    public static string? Obstacle { get; } =
        Libc.geteuid() != 0 ? "integration tests make containers: run them as root"
        : Rootfs.Obstacle;

    [OneTimeSetUp]
    public void Begin()
    {
        if (Obstacle is not null) return;
        if (!File.Exists(RuntimeUnderTest.Path))
        {
            Assert.Fail($"{RuntimeUnderTest.Path} does not exist: build it (dotnet publish src/OciSharp.Cli -c Release -o artifacts/bin), or name a runtime with RUNTIME=");
        }

        Libc.BecomeSubreaper();
        TestContext.Progress.WriteLine($"runtime under test: {RuntimeUnderTest.Path} ({RuntimeUnderTest.Name})");
    }

    [OneTimeTearDown]
    public void End() => Scratch.DeleteSuite();
}
