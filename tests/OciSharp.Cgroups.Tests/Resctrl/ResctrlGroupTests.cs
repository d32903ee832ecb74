using System.Text;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Resctrl;

/// <summary>What is done with the group of a container that exists.</summary>
public sealed class ResctrlGroupTests
{
    private FakeResctrl resctrl = null!;

    [SetUp]
    public void SetUp() => resctrl = new FakeResctrl();

    [TearDown]
    public void TearDown() => resctrl.Dispose();

    [Test]
    public void An_update_writes_what_is_given_and_can_be_taken_back()
    {
        resctrl.Fill("gold");
        string before = resctrl.Get("gold/schemata");
        ResctrlGroup group = resctrl.Group("gold");
        ReadOnlyMemory<byte> kept = group.Update(new LinuxIntelRdt { L3CacheSchema = "L3:0=3;1=3" });
        Assert.That(resctrl.Get("gold/schemata"), Does.StartWith("L3:0=3;1=3\n"));
        Assert.That(Encoding.UTF8.GetString(kept.Span), Is.EqualTo(before));
        Assert.That(group.TryRestore(kept));
        Assert.That(resctrl.Get("gold/schemata"), Is.EqualTo(before));
    }

    [Test]
    public void An_update_of_a_group_that_is_gone_is_an_error() =>
        Assert.That(() => resctrl.Group("gold").Update(new LinuxIntelRdt { MemBwSchema = "MB:0=20" }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("open schemata of"));

    [Test]
    public void A_process_that_is_gone_cannot_join()
    {
        resctrl.Fill("gold");
        resctrl.Refuse("gold/tasks");
        Assert.That(() => resctrl.Group("gold").Join(4711), Throws.TypeOf<CgroupException>().With.Message.Contain("add to tasks of").And.Message.Contain("4711"));
    }

    [Test]
    public void What_resctrl_tells()
    {
        resctrl.Fill("c1", "    L3:0=00f;1=00f\n    MB:0=  20;1=  70\n");
        resctrl.Put("c1/mon_groups/c1/mon_data/mon_L3_01/llc_occupancy", "300\n");
        resctrl.Put("c1/mon_groups/c1/mon_data/mon_L3_00/llc_occupancy", "100\n");
        resctrl.Put("c1/mon_groups/c1/mon_data/mon_L3_00/mbm_total_bytes", "200\n");
        resctrl.Put("c1/mon_groups/c1/mon_data/mon_L3_00/mbm_local_bytes", "Unavailable\n");

        ResctrlStats stats = ResctrlStats.Read(resctrl.Group("c1", "c1", true));

        Assert.Multiple(() =>
        {
            Assert.That(stats.L3, Is.EqualTo(new CacheInfo("7ff", 1, 16)));
            Assert.That(stats.Bandwidth, Is.EqualTo(new BandwidthInfo(10, 1, 10, 8)));
            Assert.That((stats.L3SchemaOfRoot, stats.L3Schema), Is.EqualTo(("L3:0=7ff;1=7ff", "L3:0=00f;1=00f")));
            Assert.That((stats.BandwidthSchemaOfRoot, stats.BandwidthSchema), Is.EqualTo(("MB:0= 100;1= 100", "MB:0=  20;1=  70")));
            Assert.That(stats.Schemata, Is.EqualTo(new[] { "L3:0=00f;1=00f", "MB:0=  20;1=  70" }));
            Assert.That(stats.Domains, Is.EqualTo(new[] { new DomainStats(100, 200, null), new DomainStats(300, null, null) }));
        });
    }

    [Test]
    public void The_counters_of_a_shared_group_are_not_those_of_the_container()
    {
        resctrl.Fill("gold");
        resctrl.Put("gold/mon_data/mon_L3_00/llc_occupancy", "100\n");
        Assert.That(ResctrlStats.Read(resctrl.Group("gold")).Domains, Is.Empty);
        Assert.That(ResctrlStats.Read(resctrl.Group("gold", isOwn: true)).Domains, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_mount_is_found_where_it_is()
    {
        Assert.That(MountInfo.FindResctrl("30 20 0:27 / /mnt/r\\040c rw,nosuid shared:9 - resctrl resctrl rw,mba_MBps\n"u8), Is.EqualTo("/mnt/r c"));
        Assert.That(MountInfo.FindResctrl("30 20 0:27 / /mnt rw - tmpfs resctrl rw\n"u8), Is.Null);
    }
}
