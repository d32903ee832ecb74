using OciSharp.Runtime.State;
using OciSharp.Runtime.Tests.State;

namespace OciSharp.Runtime.Tests.Verbs;

public sealed class ListTests
{
    private TemporaryDirectory _temporary = null!;
    private RecordedLog _log = null!;
    private RuntimeContext _context = null!;

    [SetUp]
    public void SetUp()
    {
        _temporary = new TemporaryDirectory();
        _log = new RecordedLog();
        _context = new RuntimeContext { Root = _temporary.Path + "/root", Log = _log };
    }

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    private IEnumerable<string> Ids() => Container.List(_context).Select(container => container.Record.Id);

    private string Add(string id)
    {
        using StateDirectory directory = StateDirectory.Create(_context, id);
        directory.Save(Records.Sample(id));
        return directory.Path;
    }

    [Test]
    public void WithoutARootThereAreNone() => Assert.That(Container.List(_context), Is.Empty);

    [Test]
    public void AllAreListedInTheOrderOfTheirIds()
    {
        string[] ids = [.. Enumerable.Range(0, 300).Select(i => $"container-with-a-long-name-{i:000}")];
        foreach (string id in ids.Reverse())
            Add(id);

        Assert.That(Ids(), Is.EqualTo(ids));
    }

    [Test]
    public void TheStatusIsThatOfTheMoment()
    {
        using FakeContainer running = new(_context, "running", "sleep 60");
        using FakeContainer created = new FakeContainer(_context, "created", "sleep 60").Waiting();
        Add("stopped");

        Assert.That(Container.List(_context).Select(container => container.Status), Is.EqualTo(new[] { "created", "running", "stopped" }));
    }

    [Test]
    public void WhatIsBrokenIsLeftOutWithAWarning()
    {
        Add("a");
        File.WriteAllText(Add("b") + "/state.json", "{");
        StateDirectory.Create(_context, "half-made").Dispose();
        File.WriteAllText(_context.Root + "/file", "");
        File.CreateSymbolicLink(_context.Root + "/link", _context.Root + "/a");
        Add("z");

        Assert.That(Ids(), Is.EqualTo(new[] { "a", "z" }));
        Assert.That(_log.Warnings, Has.Count.EqualTo(1));
        Assert.That(_log.Warnings[0], Does.StartWith("container b is left out: ").And.Contain("state.json is damaged"));
    }

    [Test]
    public void ContainersMayComeAndGoMeanwhile()
    {
        Add("a");
        string goOn = _temporary.Path + "/go-on";
        File.Create(goOn).Dispose();
        string again = "mkdir b; cp a/state.json b/state.json.new; mv b/state.json.new b/state.json; rm b/state.json; rmdir b";
        using System.Diagnostics.Process churn = HostProgram.Start("sh", "-c", $"cd {_context.Root}; while [ -e {goOn} ]; do {again}; done");
        try
        {
            for (int i = 0; i < 300; i++)
                Assert.That(Ids().Contains("a"));
        }
        finally
        {
            File.Delete(goOn);
            churn.WaitForExit();
        }

        Assert.That(_log.Warnings, Is.Empty);
    }
}
