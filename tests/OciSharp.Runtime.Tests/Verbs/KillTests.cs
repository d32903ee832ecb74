using OciSharp.Linux;

namespace OciSharp.Runtime.Tests.Verbs;

public sealed class KillTests
{
    private TemporaryDirectory _temporary = null!;
    private RuntimeContext _context = null!;

    [SetUp]
    public void SetUp()
    {
        _temporary = new TemporaryDirectory();
        _context = new RuntimeContext { Root = _temporary.Path, Log = new RecordedLog() };
    }

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    [TestCase(Signal.SIGKILL)]
    [TestCase(Signal.SIGTERM)]
    [TestCase(40)]
    public void InitGetsTheSignal(int signal)
    {
        using FakeContainer container = new(_context, "c1", "sleep 60");

        Container.Kill(_context, "c1", signal);

        Assert.That(container.Reap().Signal, Is.EqualTo(signal));
    }

    [Test]
    public void SignalZeroOnlyAsks()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60");
        Container.Kill(_context, "c1", 0);
        Assert.That(container.Alive);
    }

    [Test]
    public void ACreatedContainerTakesSignals()
    {
        using FakeContainer container = new FakeContainer(_context, "c1", "sleep 60").Waiting();
        Container.Kill(_context, "c1", Signal.SIGTERM);
        Assert.That(container.Reap().Signal, Is.EqualTo(Signal.SIGTERM));
    }

    [Test]
    public void WithoutACgroupAllIsInit()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60");
        Container.Kill(_context, "c1", Signal.SIGTERM, all: true);
        Assert.That(container.Reap().Signal, Is.EqualTo(Signal.SIGTERM));
    }

    [Test]
    public void AStoppedContainerIsNotRunning()
    {
        using FakeContainer container = new(_context, "c1", "exit 0");
        Assert.That(() => container.Alive, Is.False.After(5000, 5));

        Assert.That(() => Container.Kill(_context, "c1", Signal.SIGTERM),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("container not running"));
        container.Reap();
        Assert.That(() => Container.Kill(_context, "c1", Signal.SIGTERM),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("container not running"));
        Assert.That(() => Container.Kill(_context, "c1", Signal.SIGTERM, all: true), Throws.Nothing);
    }

    [Test]
    public void APidThatWasUsedAgainIsNotHit()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60", record => record with { StartTime = record.StartTime - 1 });

        Assert.That(() => Container.Kill(_context, "c1", Signal.SIGKILL), Throws.TypeOf<ContainerException>());

        Assert.That(File.Exists($"/proc/{container.Record.Pid}/stat"));
    }

    [Test]
    public void WhatIsBeingCreatedIsNotRunning()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60", record => record with { Creating = true });

        Assert.That(() => Container.Kill(_context, "c1", Signal.SIGKILL), Throws.TypeOf<ContainerException>());

        Assert.That(container.Alive);
    }

    [Test]
    public void AnUnknownContainerDoesNotExist() => Assert.That(() => Container.Kill(_context, "c1", 9),
        Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));

    [Test]
    public void ASignalThatThereIsNotIsRefused()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60");
        Assert.That(() => Container.Kill(_context, "c1", 65), Throws.TypeOf<LinuxException>().With.Message.Contains("invalid argument"));
    }
}
