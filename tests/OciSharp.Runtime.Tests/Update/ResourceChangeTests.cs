using OciSharp.Runtime.Update;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Update;

public sealed class ResourceChangeTests
{
    private static LinuxResources Memory(long? limit = null, long? swap = null) => new() { Memory = new LinuxMemory { Limit = limit, Swap = swap } };

    [Test]
    public void WhatIsAbsentOrZeroStays()
    {
        var kept = new LinuxResources
        {
            Memory = new LinuxMemory { Limit = 1, Reservation = 2, Swap = 3, Swappiness = 4, CheckBeforeUpdate = true },
            Cpu = new LinuxCpu { Shares = 5, Quota = 6, Period = 7, Burst = 8, Cpus = "0", Mems = "1", Idle = 1, RealtimePeriod = 9, RealtimeRuntime = 10 },
            Pids = new LinuxPids { Limit = 11 },
            BlockIo = new LinuxBlockIo { Weight = 12, LeafWeight = 13 },
        };
        var change = new LinuxResources
        {
            Memory = new LinuxMemory { Limit = 0, Reservation = 0, Swap = 0 },
            Cpu = new LinuxCpu { Shares = 0, Quota = 0, Period = 0, Cpus = "", Mems = "", RealtimePeriod = 0, RealtimeRuntime = 0 },
            Pids = new LinuxPids(),
            BlockIo = new LinuxBlockIo { Weight = 0 },
        };

        Assert.That(ResourceChange.Merge(kept, change), Is.EqualTo(kept));
        Assert.That(ResourceChange.Merge(kept, new LinuxResources()), Is.EqualTo(kept));
    }

    [Test]
    public void WhatIsGivenReplaces()
    {
        var kept = new LinuxResources { Memory = new LinuxMemory { Limit = 1, Swap = 3 }, Cpu = new LinuxCpu { Shares = 5, Burst = 8, Idle = 1 }, Pids = new LinuxPids { Limit = 11 } };
        var change = new LinuxResources { Memory = new LinuxMemory { Limit = 2 }, Cpu = new LinuxCpu { Burst = 0, Idle = 0 }, Pids = new LinuxPids { Limit = 0 } };

        LinuxResources merged = ResourceChange.Merge(kept, change);

        Assert.That(merged.Memory, Is.EqualTo(new LinuxMemory { Limit = 2, Swap = 3 }));
        Assert.That(merged.Cpu, Is.EqualTo(new LinuxCpu { Shares = 5, Burst = 0, Idle = 0 }));
        Assert.That(merged.Pids, Is.EqualTo(new LinuxPids { Limit = 0 }));
    }

    [Test]
    public void DeviceRulesStay()
    {
        LinuxDeviceCgroup[] rules = [new() { Allow = true }], others = [new() { Allow = false }];
        LinuxResources merged = ResourceChange.Merge(new LinuxResources { Devices = rules }, new LinuxResources { Devices = others });
        Assert.That(merged.Devices, Is.SameAs(rules));
    }

    [Test]
    public void ListsAreMergedByWhatTheyAreAbout()
    {
        var kept = new LinuxResources
        {
            HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }, new() { PageSize = "1GB", Limit = 2 }],
            BlockIo = new LinuxBlockIo { ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1 }, new() { Major = 8, Minor = 1, Rate = 2 }] },
            Unified = new Dictionary<string, string> { ["a.b"] = "1", ["c.d"] = "2" },
        };
        var change = new LinuxResources
        {
            HugepageLimits = [new() { PageSize = "2MB", Limit = 3 }],
            BlockIo = new LinuxBlockIo { ThrottleReadBpsDevice = [new() { Major = 8, Minor = 1, Rate = 4 }] },
            Unified = new Dictionary<string, string> { ["c.d"] = "5", ["e.f"] = "6" },
        };

        LinuxResources merged = ResourceChange.Merge(kept, change);

        Assert.That(merged.HugepageLimits!.Select(limit => (limit.PageSize, limit.Limit)), Is.EqualTo(new[] { ("1GB", 2ul), ("2MB", 3ul) }));
        Assert.That(merged.BlockIo!.ThrottleReadBpsDevice!.Select(device => (device.Minor, device.Rate)), Is.EqualTo(new[] { (0L, 1ul), (1L, 4ul) }));
        Assert.That(merged.Unified, Is.EquivalentTo(new Dictionary<string, string> { ["a.b"] = "1", ["c.d"] = "5", ["e.f"] = "6" }));
    }

    [TestCase(100, 200, 150, null, 150, 200, TestName = "The limit alone is checked with the swap that is kept")]
    [TestCase(100, 200, null, 300, 100, 300, TestName = "Swap alone is computed with the limit that is kept")]
    [TestCase(100, 200, null, -1, 100, -1, TestName = "Unlimited swap leaves the limit")]
    [TestCase(100, null, 150, null, 150, null, TestName = "Swap that was never limited stays so")]
    [TestCase(100, 200, 150, 250, 150, 250, TestName = "Both together are what is given")]
    public void MemoryAndSwapGoTogether(long? limit, long? swap, long? newLimit, long? newSwap, long? setLimit, long? setSwap)
    {
        LinuxResources change = Memory(newLimit, newSwap);
        LinuxResources merged = ResourceChange.Merge(Memory(limit, swap), change);
        Assert.That(ResourceChange.Complete(change, merged).Memory, Is.EqualTo(Memory(setLimit, setSwap).Memory));
        Assert.That(merged, Is.EqualTo(Memory(setLimit, setSwap)));
    }

    [Test]
    public void WithoutALimitThereIsNoneOnSwapEither()
    {
        LinuxResources change = Memory(-1);
        LinuxResources merged = ResourceChange.Merge(Memory(100, 200), change);
        Assert.That(merged, Is.EqualTo(Memory(-1)));
        Assert.That(ResourceChange.Complete(change, merged), Is.EqualTo(Memory(-1)));
    }

    [Test]
    public void AChangeOfOtherMemorySettingsTouchesNoLimit()
    {
        var change = new LinuxResources { Memory = new LinuxMemory { Reservation = 50 } };
        LinuxResources merged = ResourceChange.Merge(Memory(100, 200), change);
        Assert.That(ResourceChange.Complete(change, merged), Is.EqualTo(change));
    }

    [Test]
    public void ThatUsageIsCheckedBeforeIsKept()
    {
        var kept = new LinuxResources { Memory = new LinuxMemory { Limit = 100, CheckBeforeUpdate = true } };
        LinuxResources change = Memory(50);
        Assert.That(ResourceChange.Complete(change, ResourceChange.Merge(kept, change)).Memory!.CheckBeforeUpdate, Is.True);
    }
}
