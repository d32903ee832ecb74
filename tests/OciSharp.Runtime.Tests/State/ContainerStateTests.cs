using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OciSharp.Cgroups;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Tests.State;

public sealed class ContainerStateTests
{
    private static readonly ProcessIdentity Self = ProcessIdentity.Of(Environment.ProcessId)!.Value;
    private TemporaryDirectory _temporary = null!;
    private RuntimeContext _context = null!;

    [SetUp]
    public void SetUp()
    {
        _temporary = new TemporaryDirectory();
        _context = new RuntimeContext { Root = _temporary.Path, Log = NullLogger.Instance };
    }

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    private static ContainerRecord Alive => Records.Sample("c1") with
    {
        Pid = Environment.ProcessId,
        StartTime = Self.StartTime,
        CgroupPaths = new Dictionary<string, string>(),
    };

    private ContainerState StateOf(ContainerRecord record, bool startSocket = false)
    {
        using (StateDirectory directory = StateDirectory.Create(_context, "c1"))
        {
            directory.Save(record);
            if (startSocket)
                File.WriteAllText(directory.Path + "/start.sock", "");
        }

        return Container.State(_context, "c1");
    }

    [Test]
    public void BeforeThereIsAProcessItIsCreating() =>
        Assert.That(StateOf(Records.Sample("c1") with { Creating = true }),
            Has.Property("Status").EqualTo("creating").And.Property("Pid").Zero);

    [Test]
    public void UntilTheCreationEndsItIsCreating() =>
        Assert.That(StateOf(Alive with { Creating = true }, startSocket: true), Has.Property("Status").EqualTo("creating"));

    [Test]
    public void WhileItWaitsAtTheSocketItIsCreated() =>
        Assert.That(StateOf(Alive, startSocket: true),
            Has.Property("Status").EqualTo("created").And.Property("Pid").EqualTo(Environment.ProcessId));

    [Test]
    public void WithoutTheSocketItIsRunning() => Assert.That(StateOf(Alive), Has.Property("Status").EqualTo("running"));

    [Test]
    public void WhetherItIsPausedIsNotKnownWhereItsCgroupIsNotMounted() =>
        Assert.That(() => StateOf(Alive with { CgroupPaths = Records.Sample("c1").CgroupPaths }), Throws.TypeOf<CgroupException>().With.Message.Contains("not mounted"));

    [Test]
    public void APidThatWasUsedAgainIsNotOurs() =>
        Assert.That(StateOf(Alive with { StartTime = Self.StartTime + 1 }, startSocket: true),
            Has.Property("Status").EqualTo("stopped").And.Property("Pid").Zero);

    [Test]
    public void WithoutAProcessItIsStopped() =>
        Assert.That(StateOf(Alive with { Pid = int.MaxValue }),
            Has.Property("Status").EqualTo("stopped").And.Property("Pid").Zero);

    [Test]
    public void AZombieIsStopped()
    {
        using System.Diagnostics.Process parent = HostProgram.Start(
            "sh", "-c", "{ until grep -q sleep /proc/$$/comm; do :; done; } & echo $!; exec sleep 60"); // a shell would reap it
        try
        {
            int pid = int.Parse(parent.StandardOutput.ReadLine()!);
            Assert.That(() => ProcessIdentity.Of(pid)?.State, Is.EqualTo('Z').After(5000, 5), "the child became a zombie");
            ulong startTime = ProcessIdentity.Of(pid)!.Value.StartTime;
            Assert.That(StateOf(Alive with { Pid = pid, StartTime = startTime }), Has.Property("Status").EqualTo("stopped"));
        }
        finally
        {
            parent.Kill();
            parent.WaitForExit();
        }
    }

    [Test]
    public void AnUnknownContainerDoesNotExist() =>
        Assert.That(() => Container.State(_context, "c1"), Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));

    [Test]
    public void HooksReadTheSpecificationsProperties()
    {
        ContainerRecord record = Alive;
        using JsonDocument json = JsonDocument.Parse(StateJson.ForHooks(new ContainerState(record, "running")));

        Assert.That(Names(json.RootElement), Is.EqualTo(new[] { "ociVersion", "id", "pid", "status", "bundle", "annotations" }));
        Assert.That(json.RootElement.GetProperty("bundle").GetString(), Is.EqualTo(record.Bundle));
        Assert.That(json.RootElement.GetProperty("annotations").GetProperty("org.example.ä").GetString(), Is.EqualTo("<&>\n"));
    }

    [Test]
    public void StateHasThePropertiesThatRuncPrintsInTheirOrder()
    {
        byte[] text = StateJson.Indented(new ContainerState(Alive with { Annotations = [] }, "stopped")).ToArray();

        using JsonDocument json = JsonDocument.Parse(text);
        string[] names = ["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "owner"];
        Assert.That(Names(json.RootElement), Is.EqualTo(names));
        Assert.That(json.RootElement.GetProperty("pid").GetInt32(), Is.Zero);
    }

    [Test]
    public void TimestampsAreRfc3339()
    {
        string text = Timestamp.Now();
        Assert.That(text, Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$"));
        Assert.That(DateTimeOffset.Parse(text), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [TestCase(0u, ExpectedResult = "root")]
    [TestCase(1000u, ExpectedResult = "a b")]
    [TestCase(100u, ExpectedResult = null)]
    [TestCase(7u, ExpectedResult = "last")]
    public string? UsersAreNamedByThePasswordFile(uint uid) => UserNames.Find(
        Encoding.UTF8.GetBytes("root:x:0:0:root:/root:/bin/sh\n\nbroken\nalso:broken\na b:x:1000:7::/:\nsecond:x:1000:7::/:\nlast:x:7:7::/:"), uid);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
