using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary><c>update</c>, as engines send it: a document in a file (podman) or on standard input (containerd, dockerd, CRI-O).</summary>
public sealed class Update : ContainerFixture
{
    private static readonly bool s_isV2 = File.Exists("/sys/fs/cgroup/cgroup.controllers");
    private Container _container = null!;

    [SetUp]
    public void Running()
    {
        Require.Command("update");
        if (!s_isV2) Require.CgroupV1("memory");
        _container = RunDetached(NewBundle("exec sleep 1000").WithLinux("cgroupsPath", CgroupsPath).Resource("memory", new JsonObject { ["limit"] = 64 << 20 }));
    }

    [Test]
    public void Containerd_sends_a_document_on_standard_input()
    {
        Runtime.Command("--log", Scratch.Path + "/log.json", "--log-format", "json", "update", "--resources=-", _container.Id)
            .Input("""{"memory":{"limit":33554432},"cpu":{"shares":555}}""").Execute().Succeeded();
        AssertLimits(("memory", "33554432"), ("shares", "555"));
    }

    /// <summary>dockerd fills in all that its API has.</summary>
    [Test]
    public void Docker_fills_in_zeros()
    {
        const string document = """
            {"memory":{"limit":33554432,"reservation":0,"swap":67108864,"kernel":0},
             "cpu":{"shares":0,"quota":0,"period":0,"realtimeRuntime":0,"realtimePeriod":0,"cpus":"","mems":""},"blockIO":{"weight":0}}
            """;
        Runtime.Execute("update", "--cpu-share", "321", _container.Id).Succeeded();
        Runtime.Command("update", "--resources", "-", _container.Id).Input(document).Execute().Succeeded();
        AssertLimits(("memory", "33554432"), ("shares", "321"), ("quota", "-1"));
    }

    [Test]
    public void Podman_writes_a_file()
    {
        var file = Scratch.NewFile("resources.json", """{"cpu":{"period":60000,"quota":30000,"cpus":"0"},"pids":{"limit":44}}""");
        Runtime.Execute("update", $"--resources={file}", _container.Id).Succeeded();
        AssertLimits(("pids", "44"), ("quota", "30000"), ("period", "60000"), ("cpus", "0"));
    }

    [Test]
    public void A_document_goes_before_flags()
    {
        Runtime.Command("update", "--resources", "-", "--cpu-share", "777", _container.Id).Input("""{"cpu":{"shares":555}}""").Execute().Succeeded();
        AssertLimits(("shares", "555"));
    }

    [Test]
    public void Flags()
    {
        Runtime.Execute("update", "--pids-limit", "44", "--cpu-quota", "30000", "--cpu-period", "60000", "--cpuset-cpus", "0", "--cpuset-mems", "0",
            "--memory", "32M", "--memory-reservation", "16m", _container.Id).Succeeded();
        AssertLimits(("pids", "44"), ("quota", "30000"), ("period", "60000"), ("cpus", "0"),
            ("memory", "33554432"), ("reservation", "16777216"));
    }

    [Test]
    public void Errors_fail_and_tell_why()
    {
        Runtime.Execute("update", "--memory", "1g", "nothing").Failed("does not exist");
        Runtime.Execute("update", "--memory", "12x", _container.Id).Failed("invalid value for memory: invalid size: '12x'");
        Runtime.Execute("update", "--resources", "/no/such/file", _container.Id).Failed("no such file or directory");
        Runtime.Command("update", "--resources", "-", _container.Id).Input("{\"memory\":").Execute().Failed();
        _container.Kill("KILL").Succeeded();
        _container.Until("stopped");
        Runtime.Execute("update", "--memory", "1g", _container.Id).Failed("container not running");
    }

    private void AssertLimits(params (string Name, string Value)[] limits) => Assert.Multiple(() =>
    {
        foreach (var (name, value) in limits)
        {
            var shown = Limit(name);
            // How shares become a weight differs between runtimes: fewer than usual are less than usual.
            if (s_isV2 && name == "shares") Assert.That(int.Parse(shown), Is.LessThan(100));
            else Assert.That(shown, Is.EqualTo(value), name);
        }
    });

    private string Limit(string name) => name switch
    {
        "memory" => Read("memory/memory.limit_in_bytes", "memory.max"),
        "reservation" => Read("memory/memory.soft_limit_in_bytes", "memory.low"),
        "shares" => Read("cpu/cpu.shares", "cpu.weight"),
        "quota" => Read("cpu/cpu.cfs_quota_us", "cpu.max").Split(' ')[0].Replace("max", "-1"),
        "period" => Read("cpu/cpu.cfs_period_us", "cpu.max").Split(' ')[^1],
        "cpus" => Read("cpuset/cpuset.cpus", "cpuset.cpus"),
        "mems" => Read("cpuset/cpuset.mems", "cpuset.mems"),
        "pids" => Read("pids/pids.max", "pids.max"),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private string Read(string v1, string v2) =>
        File.ReadAllText("/sys/fs/cgroup" + (s_isV2 ? $"{CgroupPlace}/{v2}" : $"/{v1.Split('/')[0]}{CgroupPlace}/{v1.Split('/')[1]}")).Trim();
}
