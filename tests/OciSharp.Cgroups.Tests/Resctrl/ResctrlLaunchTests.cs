using System.Text;
using NUnit.Framework.Constraints;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Resctrl;

/// <summary>config-linux.md, IntelRdt: which group a container gets, and what becomes of it.</summary>
public sealed class ResctrlLaunchTests
{
    private FakeResctrl resctrl = null!;

    [SetUp]
    public void SetUp() => resctrl = new FakeResctrl();

    [TearDown]
    public void TearDown() => resctrl.Dispose();

    [Test]
    public void Without_a_class_it_has_a_group_of_its_own_which_goes_with_it()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt { L3CacheSchema = "L3:0=f;1=f" });
        launch.MakeGroup();
        resctrl.Fill("c1", new string('\n', 40));
        launch.WriteSchemata();
        launch.MakeMonitoring();
        launch.Group.Join(4711);

        Assert.That(launch.Group, Is.EqualTo(new ResctrlGroup(resctrl.Root, "c1", null, true)));
        Assert.That(resctrl.Get("c1/schemata"), Does.StartWith("L3:0=f;1=f\n"));
        Assert.That(resctrl.Get("c1/tasks"), Is.EqualTo("4711"));
        resctrl.Empty("c1");
        launch.Group.Remove();
        Assert.That(resctrl.Has("c1"), Is.False);
        launch.Group.Remove(); // it is gone already
    }

    [Test]
    public void Without_schemata_nothing_is_written()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt());
        launch.Create(); // would fail: a folder has no such file
        Assert.That(resctrl.Has("c1"));
        Assert.That(Directory.GetFileSystemEntries(resctrl.Root + "/c1"), Is.Empty);
    }

    [Test]
    public void A_group_with_the_container_s_name_that_is_not_ours_is_an_error()
    {
        resctrl.Fill("c1");
        Assert.That(() => For(new LinuxIntelRdt()), Refuses("c1: it exists already"));
    }

    [Test]
    public void A_class_that_is_missing_is_made_with_schemata_and_stays()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "gold", MemBwSchema = "MB:0=20" });
        launch.MakeGroup();
        resctrl.Fill("gold");
        launch.WriteSchemata();
        Assert.That(launch.Group, Is.EqualTo(new ResctrlGroup(resctrl.Root, "gold", null, false)));
        launch.Group.Remove();
        Assert.That(resctrl.Get("gold/schemata"), Does.StartWith("MB:0=20\n"));
    }

    [Test]
    public void A_class_that_is_missing_is_an_error_without_schemata() =>
        Assert.That(() => For(new LinuxIntelRdt { ClosId = "gold" }), Refuses("gold: it does not exist"));

    [Test]
    public void A_class_that_is_there_is_shared_and_left_as_it_is()
    {
        resctrl.Fill("gold");
        string before = resctrl.Get("gold/schemata");
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "gold" });
        launch.Create();
        launch.Group.Join(4711);
        launch.Group.Remove();
        Assert.That((resctrl.Get("gold/schemata"), resctrl.Get("gold/tasks")), Is.EqualTo((before, "4711")));
    }

    [Test]
    public void The_root_is_a_class_too()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "/", EnableMonitoring = true });
        launch.Create();
        resctrl.Put("mon_groups/c1/tasks", "");
        launch.Group.Join(4711);
        Assert.That((resctrl.Get("tasks"), resctrl.Get("mon_groups/c1/tasks")), Is.EqualTo(("4711", "4711")));
    }

    [TestCase("L3:0=7ff;1=7ff", "MB:0=100;1=100")]
    [TestCase("L3:1=7FF", null)]
    [TestCase("L3:0=0x7ff", "MB:1=91", TestName = "a bandwidth that the hardware rounds up")]
    public void A_class_with_the_same_schemata_is_shared(string? l3, string? mb)
    {
        resctrl.Fill("gold");
        Assert.That(() => For(new LinuxIntelRdt { ClosId = "gold", L3CacheSchema = l3, MemBwSchema = mb }), Throws.Nothing);
    }

    [TestCase("L3:0=7fe;1=7ff", null)]
    [TestCase("L3:2=7ff", null)]
    [TestCase("L3:0", null)]
    [TestCase("L2:0=7ff", null)]
    [TestCase("nothing", null)]
    [TestCase(null, "MB:0=90")]
    [TestCase("L3:0=7ff;1=7ff", "MB:0=100;1=20")]
    public void A_class_with_other_schemata_is_an_error(string? l3, string? mb)
    {
        resctrl.Fill("gold");
        Assert.That(() => For(new LinuxIntelRdt { ClosId = "gold", L3CacheSchema = l3, MemBwSchema = mb }), Refuses("do not match"));
    }

    [Test]
    public void The_lines_of_schemata_are_not_compared_but_written()
    {
        resctrl.Fill("gold");
        For(new LinuxIntelRdt { ClosId = "gold", Schemata = ["L3:0=1;1=1", "MB:0=10"] }).Create();
        Assert.That(resctrl.Get("gold/schemata"), Does.StartWith("L3:0=1;1=1\nMB:0=10\n"));
    }

    [Test]
    public void The_cache_is_written_first_then_the_bandwidth_then_the_lines_that_may_overwrite_both()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt { L3CacheSchema = "L3:0=f", MemBwSchema = "MB:0=20", Schemata = ["L3:0=3", "L2:0=1"] });
        launch.MakeGroup();

        // A pipe keeps all that is written, one behind the other.
        Assert.That(Mono.Unix.Native.Syscall.mkfifo(resctrl.Root + "/c1/schemata", Mono.Unix.Native.FilePermissions.DEFFILEMODE), Is.Zero);
        using OwnedFd pipe = Syscall.Open(Fcntl.AT_FDCWD, resctrl.Root + "/c1/schemata", Fcntl.O_RDWR);
        launch.WriteSchemata();
        byte[] written = new byte[100];
        nint length;
        unsafe
        {
            fixed (byte* start = written)
                length = RawSyscall.read(pipe.Value, start, 100);
        }

        Assert.That(Encoding.UTF8.GetString(written, 0, (int)length), Is.EqualTo("L3:0=f\nMB:0=20\nL3:0=3\nL2:0=1\n"));
    }

    [Test]
    public void A_monitoring_group_is_made_in_the_group_and_goes_with_the_container()
    {
        resctrl.Fill("gold");
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "gold", EnableMonitoring = true });
        launch.Create();
        Assert.That(resctrl.Has("gold/mon_groups/c1"));
        launch.Group.Remove();
        Assert.That(resctrl.Has("gold/mon_groups/c1"), Is.False);
        Assert.That(resctrl.Has("gold"));
    }

    [Test]
    public void A_monitoring_group_of_somebody_else_is_an_error()
    {
        resctrl.Fill("gold");
        resctrl.Put("gold/mon_groups/c1/tasks", "");
        Assert.That(() => For(new LinuxIntelRdt { ClosId = "gold", EnableMonitoring = true }), Refuses("mon_groups/c1: it exists already"));
    }

    [Test]
    public void Hardware_that_does_not_monitor_is_an_error_and_nothing_is_left()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt { EnableMonitoring = true });
        launch.MakeGroup();
        Assert.That(launch.MakeMonitoring, Refuses("leave enableMonitoring out"));
        launch.Abandon();
        Assert.That(resctrl.Has("c1"), Is.False);
    }

    [Test]
    public void What_the_kernel_says_about_a_schema_is_in_the_message()
    {
        resctrl.Put("info/last_cmd_status", "Unknown or unsupported resource name 'L2'\n");
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "gold", Schemata = ["L2:0=f"] });
        launch.MakeGroup();
        resctrl.Refuse("gold/schemata");
        Assert.That(launch.WriteSchemata, Refuses("gold to \"L2:0=f\": no space left on device: Unknown or unsupported resource name 'L2'"));
    }

    [Test]
    public void A_failed_launch_sets_the_schemata_of_a_shared_group_back()
    {
        resctrl.Fill("gold");
        string before = resctrl.Get("gold/schemata");
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "gold", Schemata = ["L3:0=1;1=1"], EnableMonitoring = true });
        launch.Create();
        Assert.That(resctrl.Get("gold/schemata"), Is.Not.EqualTo(before));
        launch.Abandon();
        Assert.That(resctrl.Get("gold/schemata"), Is.EqualTo(before));
        Assert.That(resctrl.Has("gold/mon_groups/c1"), Is.False);
    }

    [Test]
    public void A_failed_launch_leaves_the_class_that_it_made_to_others_who_came_into_it()
    {
        ResctrlLaunch launch = For(new LinuxIntelRdt { ClosId = "gold", MemBwSchema = "MB:0=20" });
        launch.MakeGroup();
        resctrl.Put("gold/tasks", "4712\n");
        launch.Abandon();
        Assert.That(resctrl.Has("gold"));

        resctrl.Put("gold/tasks", "");
        Assert.That(launch.Abandon, Refuses("remove " + resctrl.Root + "/gold"), "a folder with files cannot be removed: it was tried");
    }

    private ResctrlLaunch For(LinuxIntelRdt rdt) => ResctrlLaunch.For(rdt, "c1", resctrl.Root);

    private static ContainsConstraint Refuses(string text) => Throws.TypeOf<CgroupException>().With.Message.Contain(text);
}
