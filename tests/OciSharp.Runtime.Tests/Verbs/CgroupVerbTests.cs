using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Tests.State;

namespace OciSharp.Runtime.Tests.Verbs;

/// <summary>The verbs that work on a container's cgroup, on real ones of this host.</summary>
[Category("Root")]
public sealed class CgroupVerbTests
{
    private TemporaryDirectory _temporary = null!;
    private RuntimeContext _context = null!;
    private CgroupManager _cgroup = null!;
    private FakeContainer _container = null!;

    [SetUp]
    public void SetUp()
    {
        if (RawSyscall.geteuid() != 0)
            Assert.Ignore("making cgroups takes root");
        _temporary = new TemporaryDirectory();
        _context = new RuntimeContext { Root = _temporary.Path + "/root", Log = new RecordedLog() };
        string name = $"ocisharp-test-{Environment.ProcessId}-{TestContext.CurrentContext.Test.ID}";
        _cgroup = CgroupManager.For(CgroupManagerKind.Cgroupfs, name, "c1", rootless: false);
        _cgroup.Create(null);
        _container = new FakeContainer(_context, "c1", "sleep 60 & sleep 61 & wait", record => record with
        {
            CgroupManager = CgroupManagerKind.Cgroupfs,
            CgroupPaths = _cgroup.Paths,
            PrivatePidNamespace = false,
        });
        _cgroup.Join(_container.Record.Pid);

        // The shell may have started its children before it was moved.
        string children = $"/proc/{_container.Record.Pid}/task/{_container.Record.Pid}/children";
        string[] Children() => File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(Children, Has.Length.EqualTo(2).After(5000, 10));
        foreach (string child in Children())
            _cgroup.Join(int.Parse(child));
    }

    [TearDown]
    public void TearDown()
    {
        if (_cgroup is null)
            return;
        _cgroup.Signal(Signal.SIGKILL);
        _container.Dispose();
        _cgroup.Remove();
        _cgroup.Dispose();
        _temporary.Dispose();
    }

    private void CutOff(string id, IReadOnlyDictionary<string, string> paths)
    {
        using StateDirectory directory = StateDirectory.Create(_context, id);
        directory.Save(Records.Sample(id) with { Pid = 0, StartTime = 0, Creating = true, CgroupManager = CgroupManagerKind.Cgroupfs, CgroupPaths = paths });
    }

    private string Status => Container.State(_context, "c1").Status;

    /// <summary>A launch that was cut off early names the cgroup that it was about to make, and there may be one of that name.</summary>
    [Test]
    public void WhatALaunchHasNotMadeIsNotKilledAndStays()
    {
        CutOff("c2", _cgroup.Paths);

        Container.Kill(_context, "c2", Signal.SIGKILL, all: true);
        Container.Delete(_context, "c2", force: true);

        Assert.That(_container.Alive);
        Assert.That(_cgroup.Processes(), Has.Count.EqualTo(3));
        Assert.That(Directory.Exists(_context.Root + "/c2"), Is.False);
    }

    [Test]
    public void WhatALaunchHasMadeBeforeItWasCutOffIsRemoved()
    {
        string name = $"ocisharp-test-{Environment.ProcessId}-{TestContext.CurrentContext.Test.ID}-rest";
        using CgroupManager rest = CgroupManager.For(CgroupManagerKind.Cgroupfs, name, "c2", rootless: false);
        rest.Create(null);
        CutOff("c2", rest.Paths);

        Container.Delete(_context, "c2", force: true);

        Assert.That(rest.Paths.Values, Has.None.Matches<string>(Directory.Exists));
    }

    [Test]
    public void PauseStopsAndResumeGoesOn()
    {
        Container.Pause(_context, "c1");
        Assert.That(Status, Is.EqualTo("paused"));
        Assert.That(() => Container.Pause(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("container not running"));

        Container.Resume(_context, "c1");
        Assert.That(Status, Is.EqualTo("running"));
        Assert.That(() => Container.Resume(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("container not paused"));
    }

    [Test]
    public void ACreatedContainerCanBePaused()
    {
        _container.Waiting();
        Container.Pause(_context, "c1");
        Assert.That(Status, Is.EqualTo("paused"));
        Container.Resume(_context, "c1");
        Assert.That(Status, Is.EqualTo("created"));
    }

    [Test]
    public void AStoppedContainerIsNeitherRunningNorPaused()
    {
        Container.Kill(_context, "c1", Signal.SIGKILL);
        _container.Reap();

        Assert.That(() => Container.Pause(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("container not running"));
        Assert.That(() => Container.Resume(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("container not paused"));
    }

    [Test]
    public void AllProcessesAreListed()
    {
        IReadOnlyList<int> pids = Container.Processes(_context, "c1");
        Assert.That(pids, Has.Count.EqualTo(3).And.Ordered.And.Contain(_container.Record.Pid));
        Assert.That(Container.ProcessTable(_context, "c1", []).Split('\n'), Has.Length.EqualTo(4));
    }

    [Test]
    public void KillEndsAllWhereNoPidNamespaceDoes()
    {
        IReadOnlyList<int> pids = Container.Processes(_context, "c1");

        Container.Kill(_context, "c1", Signal.SIGKILL);

        _container.Reap();
        Assert.That(() => pids.Any(pid => ProcessIdentity.Of(pid) is { Alive: true }), Is.False.After(5000, 10));
        Assert.That(() => Container.Processes(_context, "c1"), Is.Empty.After(5000, 10));
    }

    [Test]
    public void KillAllSendsAnySignalToAll()
    {
        IReadOnlyList<int> pids = Container.Processes(_context, "c1");

        Container.Kill(_context, "c1", Signal.SIGTERM, all: true);

        Assert.That(_container.Reap().Signal, Is.EqualTo(Signal.SIGTERM));
        Assert.That(() => pids.Any(pid => ProcessIdentity.Of(pid) is { Alive: true }), Is.False.After(5000, 10));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void KillEndsAPausedContainer(bool privatePidNamespace)
    {
        using (StateDirectory directory = StateDirectory.OpenLocked(_context, "c1"))
            directory.Save(directory.Load() with { PrivatePidNamespace = privatePidNamespace });
        Container.Pause(_context, "c1");

        Container.Kill(_context, "c1", Signal.SIGKILL);

        Assert.That(_container.Reap().Signal, Is.EqualTo(Signal.SIGKILL));
    }

    [Test]
    public void DeleteTakesThePausedContainerAndItsCgroup()
    {
        Container.Pause(_context, "c1");
        Assert.That(() => Container.Delete(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.EndsWith("not stopped: paused"));

        Container.Delete(_context, "c1", force: true);

        Assert.That(_container.Reap().Signal, Is.EqualTo(Signal.SIGKILL));
        Assert.That(_cgroup.Paths.Values.Where(Directory.Exists), Is.Empty);
        Assert.That(Directory.Exists(_container.Path), Is.False);
    }
}
