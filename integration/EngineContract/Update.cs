using System.Text.Json.Nodes;

namespace OciSharp.EngineContract;

/// <summary><c>update</c>, as engines send it: a document in a file (podman) or on standard input (containerd, dockerd, CRI-O).</summary>
public sealed class Update : ContainerFixture
{
    private Container _container = null!;
    private string _path = null!;

    [SetUp]
    public void Running()
    {
        Require.Command("update");
        Require.CgroupV1("memory");
        _path = "/" + Scratch.NewName();
        _container = RunDetached(NewBundle("exec sleep 1000").WithLinux("cgroupsPath", _path).Resource("memory", new JsonObject { ["limit"] = 64 << 20 }));
    }

    [Test]
    public void Containerd_sends_a_document_on_standard_input()
    {
        Runtime.Command("--log", Scratch.Path + "/log.json", "--log-format", "json", "update", "--resources=-", _container.Id)
            .Input("""{"memory":{"limit":33554432},"cpu":{"shares":555}}""").Execute().Succeeded();
        AssertFiles(("memory", "memory.limit_in_bytes", "33554432"), ("cpu", "cpu.shares", "555"));
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
        AssertFiles(("memory", "memory.limit_in_bytes", "33554432"), ("cpu", "cpu.shares", "321"), ("cpu", "cpu.cfs_quota_us", "-1"));
    }

    [Test]
    public void Podman_writes_a_file()
    {
        var file = Scratch.NewFile("resources.json", """{"cpu":{"period":60000,"quota":30000,"cpus":"0"},"pids":{"limit":44}}""");
        Runtime.Execute("update", $"--resources={file}", _container.Id).Succeeded();
        AssertFiles(("pids", "pids.max", "44"), ("cpu", "cpu.cfs_quota_us", "30000"), ("cpu", "cpu.cfs_period_us", "60000"), ("cpuset", "cpuset.cpus", "0"));
    }

    [Test]
    public void A_document_goes_before_flags()
    {
        Runtime.Command("update", "--resources", "-", "--cpu-share", "777", _container.Id).Input("""{"cpu":{"shares":555}}""").Execute().Succeeded();
        AssertFiles(("cpu", "cpu.shares", "555"));
    }

    [Test]
    public void Flags()
    {
        Runtime.Execute("update", "--pids-limit", "44", "--cpu-quota", "30000", "--cpu-period", "60000", "--cpuset-cpus", "0", "--cpuset-mems", "0",
            "--memory", "32M", "--memory-reservation", "16m", _container.Id).Succeeded();
        AssertFiles(("pids", "pids.max", "44"), ("cpu", "cpu.cfs_quota_us", "30000"), ("cpu", "cpu.cfs_period_us", "60000"), ("cpuset", "cpuset.cpus", "0"),
            ("memory", "memory.limit_in_bytes", "33554432"), ("memory", "memory.soft_limit_in_bytes", "16777216"));
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

    private void AssertFiles(params (string Controller, string File, string Value)[] files) => Assert.Multiple(() =>
    {
        foreach (var (controller, file, value) in files) Assert.That(File.ReadAllText($"/sys/fs/cgroup/{controller}{_path}/{file}").Trim(), Is.EqualTo(value), file);
    });
}
