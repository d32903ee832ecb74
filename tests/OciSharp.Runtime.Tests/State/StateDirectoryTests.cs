using Microsoft.Extensions.Logging.Abstractions;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Tests.State;

public sealed class StateDirectoryTests
{
    private TemporaryDirectory _temporary = null!;
    private RuntimeContext _context = null!;

    [SetUp]
    public void SetUp()
    {
        _temporary = new TemporaryDirectory();
        _context = new RuntimeContext { Root = _temporary.Path + "/a/root", Log = NullLogger.Instance };
    }

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    [Test]
    public void CreateMakesTheRootAndADirectoryThatOnlyTheOwnerEnters()
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");

        Assert.That(directory.Path, Is.EqualTo(_context.Root + "/c1"));
        Assert.That((int)File.GetUnixFileMode(directory.Path), Is.EqualTo(Convert.ToInt32("700", 8)));
        Assert.That((int)File.GetUnixFileMode(_context.Root) & ~Convert.ToInt32("711", 8), Is.Zero);
    }

    [Test]
    public void AnIdIsTakenOnce()
    {
        using StateDirectory first = StateDirectory.Create(_context, "c1");

        Assert.That(() => StateDirectory.Create(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("container with given ID already exists"));
    }

    [Test]
    public void AnIdIsFreeAgainAfterRemove()
    {
        using (StateDirectory first = StateDirectory.Create(_context, "c1"))
        {
            Directory.CreateDirectory(first.Path + "/notify/deeper");
            File.WriteAllText(first.Path + "/notify/deeper/file", "");
            File.CreateSymbolicLink(first.Path + "/link", "/etc");
            first.Remove();
        }

        Assert.That(Directory.Exists("/etc"));
        Assert.That(Directory.GetFileSystemEntries(_context.Root), Is.Empty);
        using StateDirectory second = StateDirectory.Create(_context, "c1");
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a b")]
    [TestCase("a\0")]
    [TestCase("ä")]
    public void MalformedIdsAreRefused(string id) => Assert.That(() => StateDirectory.Create(_context, id),
        Throws.TypeOf<ContainerException>().With.Message.StartsWith("invalid container ID format"));

    [TestCase("a")]
    [TestCase("_A-Z+0.9,x")]
    [TestCase("...")]
    public void WellFormedIdsAreAccepted(string id)
    {
        using StateDirectory directory = StateDirectory.Create(_context, id);
        Assert.That(Directory.Exists(directory.Path));
    }

    [Test]
    public void IdsHaveAtMost255Characters()
    {
        using StateDirectory directory = StateDirectory.Create(_context, new string('a', 255));
        Assert.That(() => StateDirectory.Create(_context, new string('a', 256)), Throws.TypeOf<ContainerException>());
    }

    [TestCase("/")]
    [TestCase("//")]
    [TestCase("relative")]
    public void UnfitRootsAreRefused(string root) => Assert.That(
        () => StateDirectory.Create(new RuntimeContext { Root = root, Log = NullLogger.Instance }, "c1"),
        Throws.TypeOf<ContainerException>().With.Message.StartsWith("the root directory"));

    [Test]
    public void ARootThatOthersCanWriteIsRefused()
    {
        Directory.CreateDirectory(_context.Root);
        File.SetUnixFileMode(_context.Root, (UnixFileMode)Convert.ToInt32("1777", 8));

        Assert.That(() => StateDirectory.Create(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("writable by all users"));
    }

    [Test]
    public void WhatIsNotThereDoesNotExist()
    {
        Assert.That(() => StateDirectory.Open(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
        using StateDirectory other = StateDirectory.Create(_context, "other");
        Assert.That(() => StateDirectory.Open(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
        Assert.That(StateDirectory.TryOpen(_context, "c1"), Is.Null);
    }

    [Test]
    public void ASymbolicLinkIsNoContainer()
    {
        Directory.CreateDirectory(_context.Root);
        File.CreateSymbolicLink(_context.Root + "/c1", "/etc");

        Assert.That(() => StateDirectory.Open(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
        File.WriteAllText(_context.Root + "/plain", "");
        Assert.That(() => StateDirectory.Open(_context, "plain"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
    }

    [Test]
    public void TheRecordIsReadAsItWasSaved()
    {
        ContainerRecord record = Records.Sample("c1") with { Pid = 42, StartTime = ulong.MaxValue, Creating = true };
        using (StateDirectory directory = StateDirectory.Create(_context, "c1"))
        {
            directory.Save(record with { Pid = 1 });
            directory.Save(record);
        }

        using StateDirectory again = StateDirectory.Open(_context, "c1");
        ContainerRecord loaded = again.Load();
        Assert.That(loaded.Annotations, Is.EqualTo(record.Annotations));
        Assert.That(loaded.CgroupPaths, Is.EqualTo(record.CgroupPaths));
        Assert.That(loaded with { Annotations = record.Annotations, CgroupPaths = record.CgroupPaths }, Is.EqualTo(record));
        Assert.That(Directory.GetFiles(again.Path), Is.EqualTo(new[] { again.Path + "/state.json" }));
        Assert.That((int)File.GetUnixFileMode(again.Path + "/state.json"), Is.EqualTo(Convert.ToInt32("600", 8)));
    }

    [Test]
    public void PropertiesOfLaterVersionsArePassedOver()
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");
        directory.Save(Records.Sample("c1"));
        string text = File.ReadAllText(directory.Path + "/state.json");
        File.WriteAllText(directory.Path + "/state.json", "{\"later\":{\"id\":[1,{\"pid\":3}]}," + text[1..]);

        Assert.That(directory.Load().Id, Is.EqualTo("c1"));
    }

    [Test]
    public void WithoutARecordThereIsNoContainerYet()
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");

        Assert.That(directory.TryLoad(), Is.Null);
        Assert.That(directory.Load,
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist").And.Message.Contains("delete --force"));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("{\"id\":1}")]
    [TestCase("{\"pid\":99999999999}")]
    [TestCase("{\"annotations\":{\"a\":1}}")]
    [TestCase("{\"annotations\":3}")]
    [TestCase("{\"cgroupManager\":\"later\"}")]
    [TestCase("{\"cgroupPaths\":{\"memory\":\"/a\",\"memory\":\"/b\"}}")]
    public void ADamagedRecordIsNamed(string text)
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");
        File.WriteAllText(directory.Path + "/state.json", text);

        Assert.That(directory.Load,
            Throws.TypeOf<ContainerException>().With.Message.Contains(directory.Path + "/state.json is damaged"));
    }

    [Test]
    public void TheConfigurationIsKept()
    {
        using StateDirectory directory = StateDirectory.Create(_context, "c1");
        Assert.That(directory.LoadConfig, Throws.TypeOf<ContainerException>());
        byte[] text = new byte[100_000];
        Random.Shared.NextBytes(text);

        directory.SaveConfig(text);

        Assert.That(directory.LoadConfig(), Is.EqualTo(text));
    }

    [Test]
    public void TheLockExcludesOthersUntilItIsGivenBack()
    {
        using StateDirectory second = Created("c1", out StateDirectory first);
        Assert.That(HostProgram.IsLocked(second.Path), "flock(1) got the lock that Create took");

        first.Dispose();

        Assert.That(second.Lock());
        Assert.That(HostProgram.IsLocked(second.Path));
        second.Dispose();
        Assert.That(HostProgram.IsLocked(_context.Root + "/c1"), Is.False);
    }

    [Test]
    public void TheLockOnWhatWasDeletedIsWorthNothing()
    {
        using StateDirectory second = Created("c1", out StateDirectory first);
        first.Remove();
        first.Dispose();

        Assert.That(second.Lock(), Is.False);
        Assert.That(() => StateDirectory.OpenLocked(_context, "c1"),
            Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
    }

    private StateDirectory Created(string id, out StateDirectory first)
    {
        first = StateDirectory.Create(_context, id);
        return StateDirectory.Open(_context, id);
    }
}
