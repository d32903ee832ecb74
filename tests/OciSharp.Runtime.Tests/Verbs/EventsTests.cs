using System.Text;
using System.Text.Json;
using OciSharp.Cgroups;
using OciSharp.Linux;

namespace OciSharp.Runtime.Tests.Verbs;

public sealed class EventsTests
{
    private TemporaryDirectory _temporary = null!;
    private RuntimeContext _context = null!;

    [SetUp]
    public void SetUp()
    {
        _temporary = new TemporaryDirectory();
        _context = new RuntimeContext { Root = _temporary.Path + "/root", Log = new RecordedLog() };
        File("cgroup.procs", ""); // as the root of a hierarchy has it
    }

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    private FakeContainer Running(params string[] controllers) => new(_context, "c1", "sleep 60", record => record with
    {
        CgroupPaths = controllers.ToDictionary(controller => controller, controller => $"{_temporary.Path}/{controller}"),
    });

    private void File(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{_temporary.Path}/{path}")!);
        System.IO.File.WriteAllText($"{_temporary.Path}/{path}", text);
    }

    private static string Flat(string text) => text.Replace("\n", "");

    private string Stats()
    {
        StringBuilder lines = new();
        Container.Stats(_context, "c1", line => lines.Append(Encoding.UTF8.GetString(line)));
        return lines.ToString();
    }

    [Test]
    public void WithoutCountersThereIsTheShapeOfRunc()
    {
        using FakeContainer container = Running("cpu");
        Assert.That(Stats(), Is.EqualTo(Flat("""
            {"type":"stats","id":"c1","data":{
            "cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},
            "cpuset":{"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,"memory_spread_page":0,
            "memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,"sched_relax_domain_level":0},
            "memory":{"usage":{"limit":0,"failcnt":0},"swap":{"limit":0,"failcnt":0},"kernel":{"limit":0,"failcnt":0},
            "kernelTCP":{"limit":0,"failcnt":0}},
            "pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},"network_interfaces":null}}
            """) + "\n"));
    }

    [Test]
    public void CountersHaveTheNamesOfRunc()
    {
        using FakeContainer container = Running("");
        File("cpu.stat", "usage_usec 10\nuser_usec 6\nsystem_usec 4\nnr_periods 1\nnr_throttled 2\nthrottled_usec 3\n");
        File("cpu.pressure", "some avg10=1.50 avg60=0.25 avg300=0.00 total=44\nfull avg10=0.00 avg60=0.00 avg300=3.00 total=7\n");
        File("cpuset.cpus.effective", "0-1\n");
        File("memory.current", "600\n");
        File("memory.max", "max\n");
        File("memory.stat", "anon 1\nfile 2\n");
        File("pids.current", "5\n");
        File("pids.max", "100\n");
        File("io.stat", "8:16 rbytes=1 wbytes=0 rios=3 wios=4 dbytes=5 dios=6\n");
        File("hugetlb.2MB.current", "0\n");

        JsonElement data = JsonDocument.Parse(Stats()).RootElement.GetProperty("data");

        Assert.That(data.GetProperty("cpu").GetRawText(), Is.EqualTo(Flat("""
            {"usage":{"total":10000,"kernel":4000,"user":6000},
            "throttling":{"periods":1,"throttledPeriods":2,"throttledTime":3000},
            "psi":{"some":{"avg10":1.5,"avg60":0.25,"avg300":0,"total":44},"full":{"avg10":0,"avg60":0,"avg300":3,"total":7}}}
            """)));
        Assert.That(data.GetProperty("cpuset").GetProperty("cpus").GetRawText(), Is.EqualTo("[0,1]"));
        JsonElement memory = data.GetProperty("memory");
        Assert.That(memory.GetProperty("usage").GetRawText(), Is.EqualTo("""{"limit":18446744073709551615,"usage":600,"failcnt":0}"""));
        Assert.That(memory.GetProperty("raw").GetRawText(), Is.EqualTo("""{"anon":1,"file":2}"""));
        Assert.That(data.GetProperty("pids").GetRawText(), Is.EqualTo("""{"current":5,"limit":100}"""));
        Assert.That(data.GetProperty("blkio").GetProperty("ioServiceBytesRecursive").GetRawText(), Is.EqualTo(
            """[{"major":8,"minor":16,"op":"Read","value":1},{"major":8,"minor":16,"op":"Write"},{"major":8,"minor":16,"op":"Discard","value":5}]"""));
        Assert.That(data.GetProperty("hugetlb").GetRawText(), Is.EqualTo("""{"2MB":{"failcnt":0}}"""));
    }

    [Test]
    public void OnlyWhatRunsHasEvents()
    {
        using FakeContainer container = new(_context, "c1", "exit 0");
        container.Reap();
        Assert.That(() => Stats(), Throws.TypeOf<ContainerException>().With.Message.EqualTo("container with id c1 is not running"));
        Assert.That(() => Container.Events(_context, "c1", 1000, _ => { }), Throws.TypeOf<ContainerException>());
        Assert.That(() => Container.Stats(_context, "c2", _ => { }), Throws.TypeOf<ContainerException>().With.Message.Contains("does not exist"));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void TheIntervalIsPositive(long interval) => Assert.That(
        () => Container.Events(_context, "c1", interval, _ => { }), Throws.TypeOf<ContainerException>().With.Message.Contains("greater than 0"));

    [Test]
    public void EventsComeUntilTheContainerStops()
    {
        using FakeContainer container = new(_context, "c1", "sleep 0.5", record => record with
        {
            CgroupPaths = new Dictionary<string, string> { [""] = _temporary.Path },
        });
        File("memory.events", "oom_kill 0\n");
        List<string> types = [];

        Container.Events(_context, "c1", 100, line =>
        {
            types.Add(JsonDocument.Parse(line.ToArray()).RootElement.GetProperty("type").GetString()!);
            if (types.Count == 2)
                File("memory.events", "oom_kill 1\n");
        });

        Assert.That(types, Has.Count.InRange(3, 10));
        Assert.That(types.Count(type => type == "oom"), Is.EqualTo(1));
        Assert.That(types[2], Is.EqualTo("oom"));
    }

    [Test]
    [Category("Root")]
    public void AKillForWantOfMemoryIsTold()
    {
        if (RawSyscall.geteuid() != 0)
            Assert.Ignore("making cgroups takes root");
        string name = $"ocisharp-test-{Environment.ProcessId}-oom";
        using CgroupManager cgroup = CgroupManager.For(CgroupManagerKind.Cgroupfs, name, "c1", rootless: false);
        cgroup.Create(new Spec.LinuxResources { Memory = new Spec.LinuxMemory { Limit = 8 << 20, Swap = 8 << 20 } });
        FakeContainer? container = null;
        try
        {
            string script = "sleep 0.5; head -c 64000000 /dev/zero | tail -c 64000000 > /dev/null; sleep 0.3";
            container = new FakeContainer(_context, "c1", script, record => record with { CgroupPaths = cgroup.Paths });
            cgroup.Join(container.Record.Pid);
            List<string> events = [];

            Container.Events(_context, "c1", 60_000, line => events.Add(Encoding.UTF8.GetString(line)));

            Assert.That(events, Does.Contain("""{"type":"oom","id":"c1"}""" + "\n"));
        }
        finally
        {
            cgroup.Signal(Signal.SIGKILL);
            container?.Dispose();
            cgroup.Remove();
        }
    }
}
