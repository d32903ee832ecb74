using System.Text;
using System.Text.Json;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Tests.State;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Verbs;

/// <summary>The verbs on a container with <c>linux.intelRdt</c>; a folder stands for resctrl, which test machines rarely have.</summary>
public sealed class ResctrlTests
{
    private const string Before = "L3:0=7ff\nMB:0= 100\n";

    private TemporaryDirectory _temporary = null!;
    private RuntimeContext _context = null!;
    private ResctrlGroup _group = null!;

    [SetUp]
    public void SetUp()
    {
        _temporary = new TemporaryDirectory();
        _context = new RuntimeContext { Root = _temporary.Path + "/root", Log = new RecordedLog() };
        _group = new ResctrlGroup(_temporary.Path, "c1", "c1", true);
        Directory.CreateDirectory(_group.MonitoringPath!);
        File.WriteAllText(SchemataPath, Before);
    }

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    [Test]
    public void TheGroupIsKeptInTheState()
    {
        ContainerRecord record = Records.Sample("c1") with { Resctrl = _group };
        Assert.That(ContainerRecordJson.Read(ContainerRecordJson.Write(record).Span).Resctrl, Is.EqualTo(_group));
        record = record with { Resctrl = new ResctrlGroup("/r", "/", null, false) };
        Assert.That(ContainerRecordJson.Read(ContainerRecordJson.Write(record).Span).Resctrl, Is.EqualTo(record.Resctrl));
        Assert.That(Encoding.UTF8.GetString(ContainerRecordJson.Write(Records.Sample("c1")).Span), Does.Not.Contain("resctrl"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void DeleteRemovesWhatIsTheContainersOwn(bool own)
    {
        using (StateDirectory directory = StateDirectory.Create(_context, "c1"))
            directory.Save(Records.Sample("c1") with { CgroupPaths = new Dictionary<string, string>(), Resctrl = _group with { IsOwn = own } });
        File.Delete(SchemataPath); // the kernel's files do not keep a directory, those of a folder do
        Directory.CreateDirectory(_group.Path + "/mon_groups");
        if (own)
            Assert.That(() => Container.Delete(_context, "c1"), Throws.TypeOf<CgroupException>().With.Message.StartWith($"remove {_group.Path}: "));
        else
            Container.Delete(_context, "c1");

        Assert.That(Directory.Exists(_group.MonitoringPath), Is.False);
        Assert.That(Directory.Exists(_group.Path));
        if (!own)
            return;
        Directory.Delete(_group.Path + "/mon_groups");
        Container.Delete(_context, "c1");
        Assert.That(Directory.Exists(_group.Path), Is.False);
    }

    [Test]
    public void UpdateSetsAndKeepsTheSchemata()
    {
        using FakeContainer container = Running(_group);
        Container.Update(_context, "c1", new LinuxResources(), new LinuxIntelRdt { MemBwSchema = "MB:0=20" });
        Assert.That(File.ReadAllText(SchemataPath), Does.StartWith("MB:0=20\n"));
        LinuxIntelRdt kept = Kept()!;
        Assert.That((kept.L3CacheSchema, kept.MemBwSchema), Is.EqualTo(("L3:0=7ff", "MB:0=20")));
    }

    [Test]
    public void ALimitThatIsRefusedSetsTheSchemataBack()
    {
        using FakeContainer container = Running(_group);
        Assert.That(
            () => Container.Update(_context, "c1", new LinuxResources { Pids = new LinuxPids { Limit = 5 } }, new LinuxIntelRdt { L3CacheSchema = "L3:0=1" }),
            Throws.TypeOf<CgroupException>());
        Assert.That(File.ReadAllText(SchemataPath), Is.EqualTo(Before));
        Assert.That(Kept()!.L3CacheSchema, Is.EqualTo("L3:0=7ff"));
    }

    [Test]
    public void AContainerWithoutAGroupHasNoSchemata()
    {
        using FakeContainer container = Running(null);
        Assert.That(() => Container.Update(_context, "c1", new LinuxResources(), new LinuxIntelRdt { L3CacheSchema = "L3:0=1" }),
            Throws.TypeOf<ContainerException>().With.Message.StartWith("Intel RDT/CAT: l3 cache schema is not enabled: "));
        Assert.That(() => Container.Update(_context, "c1", new LinuxResources(), new LinuxIntelRdt { MemBwSchema = "MB:0=20" }),
            Throws.TypeOf<ContainerException>().With.Message.StartWith("Intel RDT/MBA: memory bandwidth schema is not enabled: "));
    }

    [Test]
    public void SchemataKeepTheRulesOfTheSpecification()
    {
        using FakeContainer container = Running(_group);
        Assert.That(() => Container.Update(_context, "c1", new LinuxResources(), new LinuxIntelRdt { MemBwSchema = "0=20" }),
            Throws.TypeOf<ContainerException>().With.Message.Contain("$.linux.intelRdt.memBwSchema"));
        Assert.That(File.ReadAllText(SchemataPath), Is.EqualTo(Before));
    }

    [Test]
    public void StatsHaveTheNamesOfRunc()
    {
        using FakeContainer container = Running(_group);
        File.WriteAllText(_temporary.Path + "/cgroup.procs", ""); // as the root of a hierarchy has it
        Put("info/L3/cbm_mask", "7ff\n");
        Put("info/L3/num_closids", "16\n");
        Put("info/MB/bandwidth_gran", "10\n");
        Put("info/MB/num_closids", "8\n");
        Put("schemata", "L3:0=fff\n");
        Put("c1/mon_groups/c1/mon_data/mon_L3_00/llc_occupancy", "5\n");
        Put("c1/mon_groups/c1/mon_data/mon_L3_00/mbm_total_bytes", "7\n");
        StringBuilder lines = new();
        Container.Stats(_context, "c1", line => lines.Append(Encoding.UTF8.GetString(line)));
        Assert.That(
            JsonDocument.Parse(lines.ToString()).RootElement.GetProperty("data").GetProperty("intel_rdt").GetRawText(),
            Is.EqualTo("""
                {"l3_cache_info":{"cbm_mask":"7ff","num_closids":16},"mem_bw_info":{"bandwidth_gran":10,"num_closids":8},
                "l3_cache_schema_root":"L3:0=fff","l3_cache_schema":"L3:0=7ff","mem_bw_schema":"MB:0= 100",
                "schemata":["L3:0=7ff","MB:0= 100"],"mbm_stats":[{"mbm_total_bytes":7}],"cmt_stats":[{"llc_occupancy":5}]}
                """.Replace("\n", "")));
    }

    private string SchemataPath => _group.Path + "/schemata";

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{_temporary.Path}/{path}")!);
        File.WriteAllText($"{_temporary.Path}/{path}", text);
    }

    /// <summary>A container with a cgroup that has no file for any limit.</summary>
    private FakeContainer Running(ResctrlGroup? group)
    {
        var container = new FakeContainer(_context, "c1", "sleep 60", record => record with
        {
            CgroupManager = CgroupManagerKind.Cgroupfs,
            CgroupPaths = new Dictionary<string, string> { ["pids"] = _temporary.Path + "/nowhere" },
            Resctrl = group,
        });
        using StateDirectory directory = StateDirectory.OpenLocked(_context, "c1");
        directory.SaveConfig("""{"ociVersion":"1.3.0","linux":{"intelRdt":{"l3CacheSchema":"L3:0=7ff"}}}"""u8);
        return container;
    }

    private LinuxIntelRdt? Kept()
    {
        using StateDirectory directory = StateDirectory.OpenLocked(_context, "c1");
        return ConfigReader.Read(directory.LoadConfig(), new DiagnosticBag())!.Linux!.IntelRdt;
    }
}
