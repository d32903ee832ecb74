using System.Text.Json;
using OciSharp.Linux;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Tests.State;

namespace OciSharp.Runtime.Tests.Verbs;

/// <summary>
/// Where threads wait inside of system calls, the collector waits too: what the tests allocate is allowed for beforehand.
/// </summary>
public sealed class DeleteTests
{
    private TemporaryDirectory _temporary = null!;
    private RecordedLog _log = null!;
    private RuntimeContext _context = null!;

    [SetUp]
    public void SetUp()
    {
        Assert.That(GC.TryStartNoGCRegion(64 << 20));
        _temporary = new TemporaryDirectory();
        _log = new RecordedLog();
        _context = new RuntimeContext { Root = _temporary.Path + "/root", Log = _log };
    }

    [TearDown]
    public void TearDown()
    {
        GC.EndNoGCRegion();
        _temporary.Dispose();
    }

    private static ContainerRecord WithoutCgroup(string id) => Records.Sample(id) with { CgroupPaths = new Dictionary<string, string>() };

    private string Stopped(Func<ContainerRecord, ContainerRecord>? change = null)
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");
        directory.Save(change?.Invoke(WithoutCgroup("c1")) ?? WithoutCgroup("c1"));
        return directory.Path;
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AStoppedContainerIsRemoved(bool force)
    {
        string path = Stopped();

        Container.Delete(_context, "c1", force);

        Assert.That(Directory.Exists(path), Is.False);
        Assert.That(_log.Warnings, Is.Empty);
    }

    [Test]
    public void ARunningContainerIsNotTouched()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60");

        Assert.That(() => Container.Delete(_context, "c1"), Throws.TypeOf<ContainerException>()
            .With.Message.EqualTo("cannot delete container c1 that is not stopped: running"));

        Assert.That(container.Alive);
        Assert.That(File.Exists(container.Path + "/state.json"));
    }

    [Test]
    public void ForceKillsARunningContainer()
    {
        using FakeContainer container = new(_context, "c1", "trap '' TERM INT; while :; do sleep 1; done");

        Container.Delete(_context, "c1", force: true);

        Assert.That(container.Reap().Signal, Is.EqualTo(Signal.SIGKILL));
        Assert.That(Directory.Exists(container.Path), Is.False);
    }

    [Test]
    public void ACreatedContainerIsKilled()
    {
        using FakeContainer container = new FakeContainer(_context, "c1", "sleep 60").Waiting();

        Container.Delete(_context, "c1");

        Assert.That(container.Reap().Signal, Is.EqualTo(Signal.SIGKILL));
        Assert.That(Directory.Exists(container.Path), Is.False);
    }

    [Test]
    public void OnlyForceRemovesWhatIsBeingCreated()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60", record => record with { Creating = true });
        Assert.That(() => Container.Delete(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.EndsWith("not stopped: creating"));

        Container.Delete(_context, "c1", force: true);

        Assert.That(container.Reap().Signal, Is.EqualTo(Signal.SIGKILL));
        Assert.That(Directory.Exists(container.Path), Is.False);
    }

    [Test]
    public void AnUnknownContainerIsAnErrorUnlessForced()
    {
        Assert.That(() => Container.Delete(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
        Assert.That(() => Container.Delete(_context, "c1", force: true), Throws.Nothing);
        Assert.That(() => Container.Delete(_context, "../c1", force: true), Throws.TypeOf<ContainerException>());
    }

    [Test]
    public void ForceRemovesTheRestOfACreationThatWasCutOff()
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");
        directory.SaveConfig("{"u8);
        directory.Dispose();
        Assert.That(() => Container.Delete(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));

        Container.Delete(_context, "c1", force: true);

        Assert.That(Directory.Exists(directory.Path), Is.False);
    }

    [Test]
    public void ForceRemovesWhatIsDamaged()
    {
        string path = Stopped();
        File.WriteAllText(path + "/state.json", "{");
        Assert.That(() => Container.Delete(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("is damaged"));

        Container.Delete(_context, "c1", force: true);

        Assert.That(Directory.Exists(path), Is.False);
        Assert.That(_log.Warnings, Is.Not.Empty.And.All.Contains("is damaged"));
    }

    [Test]
    public void ACreatorThatHangsGivesUpAsItsProcessIsKilled()
    {
        using FakeContainer container = new(_context, "c1", "sleep 60", record => record with { Creating = true });

        // Stands for the creator: it holds the lock for as long as init lives.
        string[] waiting = ["tail", "--pid", $"{container.Record.Pid}", "-f", "/dev/null"];
        using System.Diagnostics.Process creator = HostProgram.Start("flock", [container.Path, .. waiting]);
        Assert.That(() => InitProcess.IsAlive(container.Record) && HostProgram.IsLocked(container.Path), Is.True.After(5000, 10));
        Thread reaper = new(() => container.Reap());
        reaper.Start();

        Container.Delete(_context, "c1", force: true);

        Assert.That(Directory.Exists(container.Path), Is.False);
        Assert.That(creator.WaitForExit(10_000));
        reaper.Join();
    }

    [Test]
    public void PoststopHooksRunWithTheStoppedState()
    {
        string path = Stopped(record => record with { HasPoststopHooks = true });
        string hook = _temporary.File("hook", $"#!/bin/sh\ncat > {_temporary.Path}/seen\nls {path} > {_temporary.Path}/there\n");
        Configure(path, $$$"""
            {"ociVersion":"1.3.0","root":{"path":"r"},"hooks":{"poststop":[{"path":"/no/such"},{"path":"{{{hook}}}"}]}}
            """);

        Container.Delete(_context, "c1");

        using JsonDocument seen = JsonDocument.Parse(File.ReadAllText(_temporary.Path + "/seen"));
        Assert.That(seen.RootElement.GetProperty("status").GetString(), Is.EqualTo("stopped"));
        Assert.That(seen.RootElement.GetProperty("id").GetString(), Is.EqualTo("c1"));
        Assert.That(_log.Warnings, Has.One.Contains("error running poststop hook #0 (/no/such)"));
        Assert.That(Directory.Exists(path), Is.False);
    }

    [Test]
    public void HooksThatCannotBeReadAreAWarning()
    {
        string path = Stopped(record => record with { HasPoststopHooks = true });
        Configure(path, "{");

        Container.Delete(_context, "c1");

        Assert.That(_log.Warnings, Has.One.Contains("poststop hooks of container c1 are not run"));
        Assert.That(Directory.Exists(path), Is.False);
    }

    [Test]
    public void TheConfigurationIsReadForPoststopHooksOnly()
    {
        string path = Stopped();
        Configure(path, "{");
        Container.Delete(_context, "c1");
        Assert.That(_log.Warnings, Is.Empty);
    }

    [Test]
    public void ManyDeletesAtOnceRemoveItOnce()
    {
        Stopped();
        int missing = 0;
        Parallel.For(0, 4, _ =>
        {
            try
            {
                Container.Delete(_context, "c1");
            }
            catch (ContainerException e) when (e.Message.Contains("does not exist"))
            {
                Interlocked.Increment(ref missing);
            }
        });

        Assert.That(missing, Is.EqualTo(3));
        Assert.That(Directory.GetFileSystemEntries(_context.Root), Is.Empty);
    }

    private static void Configure(string path, string text) => File.WriteAllText(path + "/config.json", text);
}
