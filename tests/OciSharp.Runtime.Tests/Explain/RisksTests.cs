using System.Text.Json.Nodes;
using OciSharp.Runtime.Documents;
using OciSharp.Runtime.Explain;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Explain;

public sealed class RisksTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void The_default_configuration_has_no_high_ones()
    {
        Risk[] risks = RisksOf(_ => { });
        Assert.That(risks.Where(risk => risk.High), Is.Empty);
        Assert.That(risks.Select(risk => risk.What), Is.EqualTo((string[])["root of the container is root of the host", "no seccomp profile", "no limit of processes", "no limit of memory"]));
    }

    [TestCase("process.capabilities.bounding", """["CAP_SYS_ADMIN"]""", "CAP_SYS_ADMIN")]
    [TestCase("process.capabilities.bounding", """["CAP_SYS_MODULE"]""", "CAP_SYS_MODULE")]
    [TestCase("linux.maskedPaths", "[]", "/proc/kcore is not masked")]
    [TestCase("linux.readonlyPaths", "[]", "/proc/sys is not read-only")]
    [TestCase("linux.resources.devices", """[{ "allow": true, "access": "rwm" }]""", "all devices may be used")]
    [TestCase("linux.devices", """[{ "path": "/dev/sda", "type": "b", "major": 8, "minor": 0 }]""", "a block device: /dev/sda")]
    public void A_high_one(string path, string value, string expected)
    {
        Risk[] risks = RisksOf(config => Set(config, path, JsonNode.Parse(value)));
        Assert.That(risks.Where(risk => risk.High).Select(risk => risk.What), Is.EqualTo((string[])[expected]));
    }

    [TestCase("pid")]
    [TestCase("network")]
    [TestCase("ipc")]
    public void A_namespace_of_the_host(string type)
    {
        Risk[] risks = RisksOf(config =>
        {
            var spaces = (JsonArray)config["linux"]!["namespaces"]!;
            spaces.Remove(spaces.Single(space => (string)space!["type"]! == type));
        });
        Assert.That(risks.Where(risk => risk.High).Select(risk => risk.What), Is.EqualTo((string[])[$"the host's {type} namespace"]));
    }

    [TestCase("/", "ro", "the host's / can be read")]
    [TestCase("/", "rw", "the host's / can be written to")]
    [TestCase("/etc", "rw", "the host's /etc can be written to")]
    [TestCase("/run/docker.sock", "ro", "the socket of an engine: /run/docker.sock")]
    [TestCase("/dev", "rw", "the host's /dev")]
    [TestCase("/sys/kernel", "rw", "the host's /sys/kernel")]
    [TestCase("/etc", "ro", null)]
    [TestCase("/srv", "rw", null)]
    public void A_bind_mount(string source, string access, string? expected)
    {
        Risk[] risks = RisksOf(config => ((JsonArray)config["mounts"]!).Add(JsonNode.Parse($$"""{ "destination": "/m", "source": "{{source}}", "options": ["rbind", "{{access}}"] }""")));
        Assert.That(risks.Where(risk => risk.High).Select(risk => risk.What), Is.EqualTo(expected is null ? [] : (string[])[expected]));
    }

    [Test]
    public void In_a_user_namespace_capabilities_are_notes_and_the_mapping_of_root_is_high()
    {
        Risk[] risks = RisksOf(config =>
        {
            ((JsonArray)config["linux"]!["namespaces"]!).Add(JsonNode.Parse("""{ "type": "user" }"""));
            Set(config, "linux.uidMappings", JsonNode.Parse("""[{ "containerID": 0, "hostID": 0, "size": 1000 }]"""));
            Set(config, "linux.gidMappings", JsonNode.Parse("""[{ "containerID": 0, "hostID": 1000, "size": 1000 }]"""));
            Set(config, "process.capabilities.bounding", JsonNode.Parse("""["CAP_SYS_ADMIN"]"""));
        });
        Assert.That(risks.Where(risk => risk.High).Select(risk => risk.What), Is.EqualTo((string[])["root of the host is mapped"]));
        Assert.That(risks.Single(risk => risk.What == "CAP_SYS_ADMIN").High, Is.False);
    }

    private Risk[] RisksOf(Action<JsonObject> edit)
    {
        var config = (JsonObject)JsonNode.Parse(ConfigWriter.Write(DefaultConfig.Privileged(cgroupNamespace: true), ""))!;
        edit(config);
        return [.. Risks.Of(Explained.Of(_directory.File("config.json", config.ToJsonString())))];
    }

    private static void Set(JsonObject config, string path, JsonNode? value)
    {
        string[] names = path.Split('.');
        JsonObject at = config;
        foreach (string name in names[..^1])
            at = (JsonObject)at[name]!;
        at[names[^1]] = value;
    }
}
