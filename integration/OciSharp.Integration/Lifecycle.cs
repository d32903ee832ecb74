namespace OciSharp.Integration;

/// <summary>runtime.md, "Operations".</summary>
public sealed class Lifecycle : ContainerFixture
{
    [Test]
    public void Created_then_running_then_stopped()
    {
        var container = Create(NewBundle("echo ran; sleep 1000"));
        Assert.That(container.Status, Is.EqualTo("created"));
        Assert.That(container.Output, Is.Empty, "create ran the user's program");
        container.Start().Succeeded();
        container.UntilOutput("ran");
        Assert.That(container.Status, Is.EqualTo("running"));
        container.Kill("KILL").Succeeded();
        container.Until("stopped");
        container.Delete().Succeeded();
        Runtime.Execute("state", container.Id).Failed("does not exist");
    }
}
