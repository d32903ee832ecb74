using OciSharp.Cgroups.Devices;
using OciSharp.Cgroups.Systemd;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Systemd;

public sealed class PropertyTests
{
    private const int Recent = 257;

    [Test]
    public void Limits_of_v2_have_the_properties_of_the_manual()
    {
        var resources = new LinuxResources
        {
            Memory = new LinuxMemory { Limit = 1000, Swap = 1500, Reservation = 500 },
            Cpu = new LinuxCpu { Shares = 1024, Quota = 25_000, Period = 50_000, Cpus = "0-2,9", Mems = "0" },
            Pids = new LinuxPids { Limit = 0 },
            BlockIo = new LinuxBlockIo
            {
                Weight = 1000,
                ThrottleReadBpsDevice = [new LinuxThrottleDevice { Major = 8, Minor = 0, Rate = 5 }],
                ThrottleWriteIopsDevice = [new LinuxThrottleDevice { Major = 8, Minor = 0, Rate = 0 }],
            },
        };

        Assert.That(PropertyText.Of(ResourceProperties.ForV2(resources, Recent)), Is.EqualTo(new[]
        {
            "MemoryMax=t 1000",
            "MemoryLow=t 500",
            "MemorySwapMax=t 500",
            "CPUWeight=t 100",
            "CPUQuotaPeriodUSec=t 50000",
            "CPUQuotaPerSecUSec=t 500000",
            "AllowedCPUs=ay [7 2]",
            "AllowedMemoryNodes=ay [1]",
            "TasksMax=t 1",
            "IOWeight=t 10000",
            "IOReadBandwidthMax=a(st) [(/dev/block/8:0 5)]",
            "IOWriteIOPSMax=a(st) [(/dev/block/8:0 infinity)]",
        }));
    }

    [Test]
    public void Values_have_words_for_people()
    {
        UnitProperty[] properties =
        [
            UnitProperty.Of("Delegate", true),
            UnitProperty.Of("Slice", "a.slice"),
            UnitProperty.Of("MemoryMax", 67108864),
            UnitProperty.Of("TasksMax", UnitProperty.Infinity),
            UnitProperty.Of("AllowedCPUs", CpuList.ToBits("0-2,7-8,15")),
            UnitProperty.Of("AllowedMemoryNodes", CpuList.ToBits("7")),
            UnitProperty.Of("Other", new byte[] { 7, 2 }),
            UnitProperty.Of("PIDs", [12u, 13u]),
            UnitProperty.Of("DeviceAllow", [("char-pts", "rw"), ("/dev/char/1:3", "rwm")]),
            UnitProperty.Of("IOReadBandwidthMax", [("/dev/block/8:0", 5ul)]),
            .. AnnotationProperties.Of(new Dictionary<string, string>
            {
                ["org.systemd.property.TimeoutStopUSec"] = "uint64 123",
                ["org.systemd.property.CPUWeight"] = "-5",
                ["org.systemd.property.SocketBindAllow"] = "[(2, 'x', true)]",
                ["org.systemd.property.CollectMode"] = "@as []",
            }),
        ];
        Assert.That(properties.Select(UnitPropertyText.Of), Is.EqualTo(new[]
        {
            "true", "a.slice", "67108864", "infinity", "0-2,7-8,15", "7", "[7, 2]", "[12, 13]", "[(char-pts rw), (/dev/char/1:3 rwm)]", "[(/dev/block/8:0 5)]",
            "123", "-5", "[(2 x true)]", "[]",
        }));
    }

    [Test]
    public void Limits_of_v1_have_older_names()
    {
        var resources = new LinuxResources
        {
            Memory = new LinuxMemory { Limit = -1, Swap = -1 },
            Cpu = new LinuxCpu { Shares = 512, Quota = -1, Cpus = "0" },
            Pids = new LinuxPids { Limit = -1 },
            BlockIo = new LinuxBlockIo { Weight = 300 },
        };

        Assert.That(PropertyText.Of(ResourceProperties.ForV1(resources, Recent)), Is.EqualTo(new[]
        {
            "MemoryLimit=t infinity", "CPUShares=t 512", "CPUQuotaPerSecUSec=t infinity", "TasksMax=t infinity", "BlockIOWeight=t 300",
        }));
    }

    [Test]
    public void What_an_older_systemd_lacks_is_left_to_the_files()
    {
        var resources = new LinuxResources
        {
            Cpu = new LinuxCpu
            {
                Idle = 1,
                Shares = 2,
                Quota = 1000,
                Period = 10_000,
                Cpus = "0",
                Mems = "0"
            }
        };

        Assert.That(PropertyText.Of(ResourceProperties.ForV2(resources, 241)), Is.EqualTo(new[] { "CPUWeight=t 1",
            "CPUQuotaPerSecUSec=t 100000" }));
        Assert.That(PropertyText.Of(ResourceProperties.ForV2(resources, 252))[0], Is.EqualTo("CPUWeight=t 0"));
    }

    [TestCase(1L, 100_000ul, 10_000ul)]
    [TestCase(12_345L, 100_000ul, 130_000ul)]
    [TestCase(200_000L, 100_000ul, 2_000_000ul)]
    public void A_quota_is_rounded_up_to_a_percentage(long quota, ulong period, ulong perSecond)
    {
        var resources = new LinuxResources { Cpu = new LinuxCpu { Quota = quota, Period = period } };

        Assert.That(PropertyText.Of(ResourceProperties.ForV2(resources, Recent)), Does.Contain($"CPUQuotaPerSecUSec=t {perSecond}"));
    }

    [Test]
    public void Unified_values_that_systemd_knows_are_told_to_it()
    {
        var resources = new LinuxResources
        {
            Unified = new Dictionary<string, string>
            {
                ["cpu.max"] = "max 20000",
                ["cpu.weight"] = "50",
                ["memory.high"] = "max",
                ["pids.max"] = "0",
                ["cpuset.cpus"] = "1",
                ["hugetlb.2MB.max"] = "1",
            },
        };

        Assert.That(PropertyText.Of(ResourceProperties.ForV2(resources, Recent)), Is.EqualTo(new[]
        {
            "CPUQuotaPeriodUSec=t 20000", "CPUQuotaPerSecUSec=t infinity", "CPUWeight=t 50", "MemoryHigh=t infinity", "TasksMax=t 1",
                "AllowedCPUs=ay [2]",
        }));
    }

    [TestCase("x")]
    [TestCase("3-1")]
    [TestCase("")]
    [TestCase("1,-2")]
    public void What_is_no_list_is_refused(string list) =>
        Assert.That(() => CpuList.ToBits(list), Throws.TypeOf<CgroupException>().With.Message.Contain("like 0-3,7"));

    [Test]
    public void Device_rules_never_allow_less_than_our_own()
    {
        LinuxDeviceCgroup[] configured =
        [
            new() { Allow = false, Access = "rwm" },
            new() { Allow = true, Type = "c", Major = 10, Minor = 229, Access = "rw" },
            new() { Allow = true, Type = "c", Major = 13, Access = "r" },
            new() { Allow = false, Type = "c", Major = 13, Minor = 1, Access = "r" },
            new() { Allow = true, Type = "b", Major = 259, Access = "rwm" },
        ];
        const string groups = "Character devices:\n  1 mem\n 13 input\n136 pts\n\nBlock devices:\n  8 sd\n259 blkext\n";

        Assert.That(DeviceProperties.Entries(DeviceRules.Of(configured), groups).Select(entry => $"{entry.Device} {entry.Access}"),
            Is.EqualTo(new[]
        {
            "/dev/char/1:3 rwm", "/dev/char/1:5 rwm", "/dev/char/1:7 rwm", "/dev/char/1:8 rwm", "/dev/char/1:9 rwm", "/dev/char/5:0 rwm",
                "/dev/char/5:2 rwm",
            "/dev/char/10:229 rwm", "/dev/char/13:1 m", "char-input rm", "char-pts rwm", "char-* m", "block-blkext rwm", "block-* m",
        }));
    }

    [Test]
    public void All_devices_are_allowed_by_the_policy()
    {
        var properties = new List<UnitProperty>();

        DeviceProperties.Add(properties, [new LinuxDeviceCgroup { Allow = true, Access = "rwm" }]);

        Assert.That(PropertyText.Of(properties), Is.EqualTo(new[] { "DevicePolicy=s auto", "DeviceAllow=a(ss) []" }));
    }

    [TestCase("org.systemd.property.TimeoutStopUSec", "uint64 123456789", "TimeoutStopUSec=t 123456789")]
    [TestCase("org.systemd.property.TimeoutStopSec", "1.5", "TimeoutStopUSec=t 1500000")]
    [TestCase("org.systemd.property.TimeoutStopSec", "int32 7", "TimeoutStopUSec=t 7000000")]
    [TestCase("org.systemd.property.CollectMode", "'inactive-or-failed'", "CollectMode=s inactive-or-failed")]
    [TestCase("org.systemd.property.SendSIGHUP", "true", "SendSIGHUP=b true")]
    [TestCase("org.systemd.property.CPUSchedulingPriority", "5", "CPUSchedulingPriority=i 5")]
    [TestCase("org.systemd.property.After", "['a.service', \"b.service\"]", "After=as [a.service b.service]")]
    [TestCase("org.systemd.property.After", "@as []", "After=as []")]
    [TestCase("org.systemd.property.DeviceAllow", "[('/dev/null', 'rw')]", "DeviceAllow=a(ss) [(/dev/null rw)]")]
    [TestCase("org.systemd.property.MemoryMax", "@t 5", "MemoryMax=t 5")]
    public void An_annotation_is_a_property(string key, string value, string expected)
    {
        List<UnitProperty> properties = AnnotationProperties.Of(new Dictionary<string, string> { [key] = value, ["org.example"] = "x" });

        Assert.That(PropertyText.Of(properties), Is.EqualTo(new[] { expected }));
    }

    [TestCase("org.systemd.property.ab", "5")]
    [TestCase("org.systemd.property.A1bc", "5")]
    [TestCase("org.systemd.property.Abc", "")]
    [TestCase("org.systemd.property.Abc", "'open")]
    [TestCase("org.systemd.property.Abc", "[]")]
    [TestCase("org.systemd.property.Abc", "uint32 -1")]
    [TestCase("org.systemd.property.Abc", "true false")]
    [TestCase("org.systemd.property.Abc", "[1, 'a']")]
    [TestCase("org.systemd.property.Abc", "[[[[[[[[[[1]]]]]]]]]]")]
    [TestCase("org.systemd.property.AbcSec", "soon")]
    public void What_is_no_property_is_refused(string key, string value) =>
        Assert.That(
            () => AnnotationProperties.Of(new Dictionary<string, string> { [key] = value }),
            Throws.TypeOf<CgroupException>().With.Message.Contain(key));
}
