namespace OciSharp.Spec.Tests;

/// <summary>What the documents of <c>spec-fixtures</c> cannot show: parts that come alone, and configurations made in code.</summary>
public class ConfigValidatorTests
{
    [Test]
    public void A_process_alone_is_judged_with_paths_of_its_own()
    {
        var bag = new DiagnosticBag();
        ConfigValidator.ValidateProcess(new Process { Cwd = "tmp", Args = ["sh"], User = new User { Umask = 512 } }, bag);

        Assert.That(
            bag.Diagnostics.Select(d => $"{d.Id} {d.Path} {d.Section}"),
            Is.EqualTo(new[] { "OCI1202 $.cwd config.md#process", "OCI1230 $.user.umask umask(2)" }));
    }

    [Test]
    public void Resources_alone_are_judged_with_paths_of_their_own()
    {
        var bag = new DiagnosticBag();
        ConfigValidator.ValidateResources(
            new LinuxResources { Pids = new LinuxPids { Limit = -2 }, Cpu = new LinuxCpu { Cpus = "x" } },
            bag);

        Assert.That(
            bag.Diagnostics.Select(d => $"{d.Id} {d.Path} {d.Section}"),
            Is.EqualTo(new[] { "OCI1102 $.cpu.cpus config-linux.md#cpu", "OCI1701 $.pids.limit config-linux.md#pids" }));
    }

    [Test]
    public void A_configuration_made_in_code_is_judged_too()
    {
        var config = new Config
        {
            OciVersion = SpecVersion.Max,
            Root = new Root { Path = "rootfs" },
            Process = new Process { Cwd = "/", Args = new List<string> { "sh" }, User = null! },
            Linux = new LinuxConfig { Namespaces = new List<LinuxNamespace> { new() { Type = NamespaceTypes.Pid }, new() { Type = NamespaceTypes.Pid } } },
        };
        var bag = new DiagnosticBag();
        ConfigValidator.Validate(config, bag);

        Assert.That(bag.Diagnostics.Select(d => d.Id), Is.EqualTo(new[] { "OCI1502" }));
        Assert.That(config.Process.User.Uid, Is.Zero);
    }

    [TestCase(100000u, true)]
    [TestCase(4294967294u, false)]
    public void The_last_ids_of_a_mapping_count(uint size, bool good)
    {
        var config = new Config
        {
            OciVersion = SpecVersion.Max,
            Root = new Root { Path = "rootfs" },
            Linux = new LinuxConfig
            {
                Namespaces = [new() { Type = NamespaceTypes.User }],
                UidMappings = [new() { ContainerId = 0, HostId = 4294867295, Size = size }],
                GidMappings = [new() { ContainerId = 0, HostId = 1, Size = 1 }],
            },
        };
        var bag = new DiagnosticBag();
        ConfigValidator.Validate(config, bag);

        Assert.That(bag.Count, good ? Is.Zero : Is.EqualTo(1));
    }

    [Test]
    public void Without_a_linux_section_nothing_is_isolated()
    {
        var bag = new DiagnosticBag();
        var config = new Config { OciVersion = SpecVersion.Max, Root = new Root { Path = "rootfs" } };
        ConfigValidator.Validate(config, bag, new ValidationContext { Rootless = true });

        Assert.That(bag.Diagnostics.Select(d => d.Id), Is.EqualTo(new[] { "OCI1505" }));
    }
}
