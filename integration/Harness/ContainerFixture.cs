using NUnit.Framework.Interfaces;

namespace OciSharp.Integration.Harness;

/// <summary>
/// The base of all fixtures: a scratch directory and a state root for each test, and after it the proof that nothing is left on
/// the host. A test that failed is cleaned up after, so that its remains do not fail the next ones.
/// </summary>
public abstract class ContainerFixture
{
    private HostSnapshot? _before;

    protected Scratch Scratch { get; private set; } = null!;

    protected RuntimeUnderTest Runtime { get; private set; } = null!;

    /// <summary>A <c>linux.cgroupsPath</c> of this test's own.</summary>
    protected string CgroupsPath => RuntimeUnderTest.WithSystemd ? $"system.slice:{Scratch.Marker}:cgroup" : $"/{Scratch.Marker}cgroup";

    /// <summary>The cgroup that <see cref="CgroupsPath"/> stands for, as /proc/PID/cgroup shows it.</summary>
    protected string CgroupPlace => RuntimeUnderTest.WithSystemd ? $"/system.slice/{Scratch.Marker}-cgroup.scope" : CgroupsPath;

    [OneTimeSetUp]
    public void CheckHost()
    {
        if (Suite.Obstacle is { } obstacle) Assert.Ignore(obstacle);
    }

    [SetUp]
    public void TakeSnapshot()
    {
        Scratch = new Scratch();
        Runtime = new RuntimeUnderTest(Scratch);
        _before = HostSnapshot.Take(Scratch);
    }

    [TearDown]
    public void CompareSnapshot()
    {
        if (_before is not { } before) return;
        var failed = TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed;
        try
        {
            DeleteContainers();
            Scratch.Unmount();
            if (!failed) Wait.TryUntil(() => before.NewSince(Scratch).Count == 0, seconds: 2);
            var left = before.NewSince(Scratch);
            if (left.Count > 0) CleanUp();
            if (!failed) Assert.That(left, Is.Empty, "the host is not as it was before");
        }
        finally
        {
            Scratch.Delete();
        }
    }

    /// <summary>A new bundle; <see cref="Bundle.Write"/> is done by what uses it.</summary>
    protected Bundle NewBundle() => new($"{Scratch.Path}/{Scratch.NewName()}");

    /// <summary>A bundle whose process is a shell with this script.</summary>
    protected Bundle NewBundle(string script) => NewBundle().Script(script);

    /// <summary><c>run</c>, in the foreground, of a container with a new id.</summary>
    protected CommandResult Run(Bundle bundle, params string[] flags) => RunCommand(bundle, flags).Execute();

    protected Command RunCommand(Bundle bundle, params string[] flags) =>
        Runtime.Command(["run", "--bundle", bundle.Write().Path, .. flags, Scratch.NewName()]);

    /// <summary><c>create</c>, which is to succeed.</summary>
    protected Container Create(Bundle bundle, params string[] flags) => Detached(bundle, ["create", .. flags]);

    /// <summary><c>create</c>, which is to fail.</summary>
    protected CommandResult FailToCreate(Bundle bundle, params string[] flags) =>
        Runtime.Execute(["create", "--bundle", bundle.Write().Path, .. flags, Scratch.NewName()]);

    /// <summary>A container that runs in the background; <c>run --detach</c>.</summary>
    protected Container RunDetached(Bundle bundle, params string[] flags) => Detached(bundle, ["run", "--detach", .. flags]);

    /// <summary>Runs each command in a shell in one container of this bundle.</summary>
    protected Inside Look(Bundle bundle, params string[] commands) => Inside.Parse(commands, Run(bundle.Script(Inside.Script(commands))).Succeeded().Output);

    /// <summary>Runs each command in a shell in one container of the default bundle.</summary>
    protected Inside Look(params string[] commands) => Look(NewBundle(), commands);

    private Container Detached(Bundle bundle, string[] command)
    {
        var id = Scratch.NewName();
        using var running = Runtime.Command([.. command, "--bundle", bundle.Write().Path, id]).Start();
        running.Finish().Succeeded();
        return new Container(Runtime, id, running.Streams);
    }

    /// <summary>Containers that the test did not delete itself: that is nobody's fault, and <c>delete --force</c> has to do.</summary>
    private void DeleteContainers()
    {
        foreach (var directory in Directory.GetDirectories(Scratch.StateRoot).Where(d => d.Contains(Scratch.Marker)))
        {
            using var delete = Runtime.Command("delete", "--force", Path.GetFileName(directory)).Start();
            // As an engine's monitor does: the kernel ends a pid namespace when all its processes are reaped.
            while (!delete.HasExited)
            {
                _ = OurProcesses.Living();
                Thread.Sleep(2);
            }
        }
    }

    private void CleanUp()
    {
        foreach (var process in OurProcesses.Living()) _ = Libc.kill(process.Pid, 9);
        Wait.TryUntil(() => OurProcesses.Living().Count == 0, seconds: 5);
        foreach (var cgroup in HostSnapshot.Cgroups(Scratch.Marker).OrderByDescending(c => c.Length).ToList())
        {
            foreach (var pid in File.ReadAllLines(cgroup + "/cgroup.procs")) _ = Libc.kill(int.Parse(pid), 9);
            Wait.TryUntil(() => Libc.rmdir(cgroup) == 0, seconds: 5);
        }
    }
}
