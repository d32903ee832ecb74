using OciSharp.Cgroups.Stats;

namespace OciSharp.Cgroups.Tests.Stats;

public sealed class CgroupStatsTests
{
    private string _root = null!;

    [SetUp]
    public void SetUp()
    {
        _root = Directory.CreateTempSubdirectory("ocisharp-test-").FullName;
        File("cgroup.procs", ""); // as the root of a hierarchy has it
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    private void File(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{_root}/{path}")!);
        System.IO.File.WriteAllText($"{_root}/{path}", text);
    }

    private CgroupStats ReadV1() => CgroupStats.Read(new[] { "cpu", "cpuacct", "cpuset", "memory", "pids", "blkio", "hugetlb" }
        .ToDictionary(controller => controller, controller => $"{_root}/{controller}"));

    private CgroupStats ReadV2() => CgroupStats.Read(new Dictionary<string, string> { [""] = _root });

    [Test]
    public void WhatIsNotCountedIsNothing()
    {
        foreach (CgroupStats stats in new[] { ReadV1(), ReadV2(), CgroupStats.Read(new Dictionary<string, string>()) })
        {
            Assert.That(stats.Cpu.Total, Is.Zero);
            Assert.That(stats.Cpu.PerCpu, Is.Empty);
            Assert.That(stats.Memory.Raw, Is.Empty);
            Assert.That(stats.Pids, Is.EqualTo(default(PidsStats)));
            Assert.That(stats.Blkio.ServiceBytes, Is.Empty);
            Assert.That(stats.Hugetlb, Is.Empty);
            Assert.That(stats.Cpu.Pressure, Is.Null);
        }
    }

    [Test]
    public void AHierarchyThatIsNotMountedIsNotOneWithoutCounters()
    {
        System.IO.File.Delete(_root + "/cgroup.procs");
        Assert.That(ReadV1, Throws.TypeOf<CgroupException>().With.Message.Contains("not mounted"));
        Assert.That(ReadV2, Throws.TypeOf<CgroupException>().With.Message.Contains("not mounted"));
    }

    [Test]
    public void ProcessorTimeOfV1IsInNanoseconds()
    {
        File("cpuacct/cpuacct.usage", "12227430\n");
        File("cpuacct/cpuacct.usage_percpu", "3903118 8324312 \n");
        File("cpuacct/cpuacct.usage_percpu_sys", "1 2 \n");
        File("cpuacct/cpuacct.usage_percpu_user", "3 4 \n");
        File("cpuacct/cpuacct.stat", "user 3\nsystem 5\n");
        File("cpu/cpu.stat", "nr_periods 7\nnr_throttled 6\nthrottled_time 50000\nnr_bursts 0\n");

        CpuStats cpu = ReadV1().Cpu;

        Assert.That(cpu.Total, Is.EqualTo(12227430));
        Assert.That(cpu.PerCpu, Is.EqualTo(new ulong[] { 3903118, 8324312 }));
        Assert.That(cpu.PerCpuKernel, Is.EqualTo(new ulong[] { 1, 2 }));
        Assert.That(cpu.PerCpuUser, Is.EqualTo(new ulong[] { 3, 4 }));
        Assert.That((cpu.User, cpu.Kernel), Is.EqualTo((30_000_000ul, 50_000_000ul)));
        Assert.That((cpu.Periods, cpu.ThrottledPeriods, cpu.ThrottledTime), Is.EqualTo((7ul, 6ul, 50000ul)));
    }

    [Test]
    public void ProcessorTimeOfV2IsInNanosecondsToo()
    {
        File("cpu.stat", "usage_usec 10\nuser_usec 6\nsystem_usec 4\nnr_periods 1\nnr_throttled 2\nthrottled_usec 3\n");
        File("cpu.pressure", "some avg10=1.50 avg60=0.25 avg300=0.00 total=4455726560\nfull avg10=0.00 avg60=0.00 avg300=3.00 total=7\n");

        CpuStats cpu = ReadV2().Cpu;

        Assert.That((cpu.Total, cpu.User, cpu.Kernel), Is.EqualTo((10_000ul, 6_000ul, 4_000ul)));
        Assert.That((cpu.Periods, cpu.ThrottledPeriods, cpu.ThrottledTime), Is.EqualTo((1ul, 2ul, 3_000ul)));
        Assert.That(cpu.Pressure, Is.EqualTo(new PressureStats(new(1.5, 0.25, 0, 4455726560), new(0, 0, 3, 7))));
    }

    [Test]
    public void CpusetsAreListed()
    {
        File("cpuset/cpuset.cpus", "0-2,5,7-8\n");
        File("cpuset/cpuset.mems", "\n");
        File("cpuset/cpuset.sched_load_balance", "1\n");
        File("cpuset/cpuset.sched_relax_domain_level", "-1\n");

        CpusetStats cpuset = ReadV1().Cpuset;

        Assert.That(cpuset.Cpus, Is.EqualTo(new ulong[] { 0, 1, 2, 5, 7, 8 }));
        Assert.That(cpuset.Mems, Is.Empty);
        Assert.That((cpuset.SchedLoadBalance, cpuset.SchedRelaxDomainLevel), Is.EqualTo((1ul, -1L)));

        File("cpuset.cpus.effective", "3\n");
        Assert.That(ReadV2().Cpuset.Cpus, Is.EqualTo(new ulong[] { 3 }));
    }

    [Test]
    public void MemoryOfV1HasFourKinds()
    {
        foreach ((string prefix, int i) in new[] { ("memory", 1), ("memory.memsw", 2), ("memory.kmem", 3), ("memory.kmem.tcp", 4) })
        {
            File($"memory/{prefix}.limit_in_bytes", "9223372036854771712\n");
            File($"memory/{prefix}.usage_in_bytes", $"{i}\n");
            File($"memory/{prefix}.max_usage_in_bytes", $"{i}0\n");
            File($"memory/{prefix}.failcnt", $"{i}00\n");
        }

        File("memory/memory.stat", "cache 1720320\nrss 57344\ntotal_cache 5\n");

        MemoryStats memory = ReadV1().Memory;

        Assert.That(memory.Usage, Is.EqualTo(new MemoryUsage(9223372036854771712, 1, 10, 100)));
        Assert.That(memory.Swap, Is.EqualTo(new MemoryUsage(9223372036854771712, 2, 20, 200)));
        Assert.That(memory.Kernel, Is.EqualTo(new MemoryUsage(9223372036854771712, 3, 30, 300)));
        Assert.That(memory.KernelTcp, Is.EqualTo(new MemoryUsage(9223372036854771712, 4, 40, 400)));
        Assert.That(memory.Cache, Is.EqualTo(1720320));
        Assert.That(memory.Raw, Has.Count.EqualTo(3));
        Assert.That(memory.Raw[1], Is.EqualTo(new KeyValuePair<string, ulong>("rss", 57344)));
    }

    [Test]
    public void SwapOfV2IsCountedWithMemory()
    {
        File("memory.max", "1000\n");
        File("memory.current", "600\n");
        File("memory.peak", "900\n");
        File("memory.swap.max", "500\n");
        File("memory.swap.current", "50\n");
        File("memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n");
        File("memory.stat", "anon 1\nfile 2\nkernel 3\n");

        MemoryStats memory = ReadV2().Memory;

        Assert.That(memory.Usage, Is.EqualTo(new MemoryUsage(1000, 600, 900, 3)));
        Assert.That(memory.Swap, Is.EqualTo(new MemoryUsage(1500, 650, 0, 0)));
        Assert.That(memory.Cache, Is.EqualTo(2));
        Assert.That(memory.Kernel.Usage, Is.EqualTo(3));

        File("memory.swap.max", "max\n");
        Assert.That(ReadV2().Memory.Swap.Limit, Is.EqualTo(ulong.MaxValue));
    }

    [Test]
    public void TasksWithoutALimitHaveNone()
    {
        File("pids/pids.current", "4\n");
        File("pids/pids.max", "max\n");
        Assert.That(ReadV1().Pids, Is.EqualTo(new PidsStats(4, 0)));

        File("pids.current", "5\n");
        File("pids.max", "100\n");
        Assert.That(ReadV2().Pids, Is.EqualTo(new PidsStats(5, 100)));
    }

    [Test]
    public void BlockDevicesAreCountedBySchedulerOrThrottle()
    {
        File("blkio/blkio.throttle.io_service_bytes", "8:0 Read 1\nTotal 1\n");
        Assert.That(ReadV1().Blkio.ServiceBytes, Is.EqualTo(new[] { new BlkioEntry(8, 0, "Read", 1) }));

        File("blkio/blkio.throttle.io_service_bytes_recursive", "8:16 Read 4096\n8:16 Write 0\n8:16 Total 4096\nTotal 4096\n");
        Assert.That(ReadV1().Blkio.ServiceBytes, Is.EqualTo(new[]
        {
            new BlkioEntry(8, 16, "Read", 4096), new BlkioEntry(8, 16, "Write", 0), new BlkioEntry(8, 16, "Total", 4096),
        }));

        File("blkio/blkio.bfq.io_service_bytes_recursive", "8:32 Read 7\nTotal 7\n");
        Assert.That(ReadV1().Blkio.ServiceBytes, Is.EqualTo(new[] { new BlkioEntry(8, 32, "Read", 7) }));
    }

    [Test]
    public void BlockDevicesOfV2HaveALineEach()
    {
        File("io.stat", "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n7:0 \n");

        BlkioStats blkio = ReadV2().Blkio;

        Assert.That(blkio.ServiceBytes, Is.EqualTo(new[] { new BlkioEntry(8, 16, "Read", 1), new BlkioEntry(8, 16, "Write", 2), new BlkioEntry(8, 16, "Discard", 5) }));
        Assert.That(blkio.Serviced, Is.EqualTo(new[] { new BlkioEntry(8, 16, "Read", 3), new BlkioEntry(8, 16, "Write", 4), new BlkioEntry(8, 16, "Discard", 6) }));
    }

    [Test]
    public void HugePagesAreCountedBySize()
    {
        File("hugetlb/hugetlb.2MB.usage_in_bytes", "1\n");
        File("hugetlb/hugetlb.2MB.max_usage_in_bytes", "2\n");
        File("hugetlb/hugetlb.2MB.failcnt", "3\n");
        Assert.That(ReadV1().Hugetlb, Is.EqualTo(new[] { new KeyValuePair<string, HugetlbStats>("2MB", new(1, 2, 3)) }));

        File("hugetlb.1GB.current", "0\n");
        File("hugetlb.1GB.events", "max 9\n");
        Assert.That(ReadV2().Hugetlb, Is.EqualTo(new[] { new KeyValuePair<string, HugetlbStats>("1GB", new(0, 0, 9)) }));
    }

    [Test]
    public void OomKillsOfV2AreTakenOnceEach()
    {
        File("memory.events", "oom 0\noom_kill 1\n");
        using OomWatch watch = OomWatch.Start(new Dictionary<string, string> { [""] = _root })!;
        Assert.That(watch.Take(), Is.False, "what was before does not count");

        File("memory.events", "oom 1\noom_kill 1\n");
        Assert.That(watch.Take(), Is.False);
        File("memory.events", "oom 1\noom_kill 3\n");
        Assert.That(watch.Take());
        Assert.That(watch.Take(), Is.False);
    }

    [Test]
    public void WithoutAMemoryControllerNothingIsWatched() => Assert.That(OomWatch.Start(new Dictionary<string, string> { ["pids"] = _root }), Is.Null);
}
