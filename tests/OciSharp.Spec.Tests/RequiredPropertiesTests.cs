using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OciSharp.Spec.Tests;

/// <summary>What the specification calls REQUIRED, taken out of a document that has everything.</summary>
public class RequiredPropertiesTests
{
    private static readonly string[] Paths =
    [
        "$.ociVersion", "$.root.path", "$.mounts[0].destination",
        "$.mounts[0].uidMappings[0].containerID", "$.mounts[0].gidMappings[0].hostID", "$.mounts[0].gidMappings[1].size",
        "$.process.cwd", "$.process.consoleSize.height", "$.process.consoleSize.width",
        "$.process.rlimits[0].type", "$.process.rlimits[0].soft", "$.process.rlimits[1].hard",
        "$.process.scheduler.policy", "$.process.ioPriority.class", "$.process.ioPriority.priority",
        "$.hooks.prestart[0].path", "$.hooks.createRuntime[0].path", "$.hooks.createContainer[0].path",
        "$.hooks.startContainer[0].path", "$.hooks.poststart[0].path", "$.hooks.poststop[1].path",
        "$.linux.namespaces[3].type",
        "$.linux.uidMappings[0].containerID", "$.linux.uidMappings[1].hostID", "$.linux.gidMappings[0].size",
        "$.linux.devices[0].type", "$.linux.devices[0].path", "$.linux.devices[2].major", "$.linux.devices[3].minor",
        "$.linux.resources.devices[1].allow",
        "$.linux.resources.blockIO.weightDevice[0].major", "$.linux.resources.blockIO.weightDevice[0].minor",
        "$.linux.resources.blockIO.throttleReadBpsDevice[0].major", "$.linux.resources.blockIO.throttleReadIOPSDevice[0].minor",
        "$.linux.resources.blockIO.throttleWriteBpsDevice[0].rate", "$.linux.resources.blockIO.throttleWriteIOPSDevice[0].rate",
        "$.linux.resources.hugepageLimits[0].pageSize", "$.linux.resources.hugepageLimits[1].limit",
        "$.linux.resources.network.priorities[0].name", "$.linux.resources.network.priorities[0].priority",
        "$.linux.memoryPolicy.mode", "$.linux.personality.domain",
        "$.linux.seccomp.defaultAction", "$.linux.seccomp.syscalls[0].names", "$.linux.seccomp.syscalls[1].action",
        "$.linux.seccomp.syscalls[0].args[0].index", "$.linux.seccomp.syscalls[0].args[0].value", "$.linux.seccomp.syscalls[0].args[0].op",
    ];

    private static readonly byte[] Everything = Fixture.All("config/good").Single(fixture => fixture.Name == "everything").Utf8;

    [TestCaseSource(nameof(Paths))]
    public void Each_is_missed(string path)
    {
        JsonNode document = JsonNode.Parse(Everything)!;
        int dot = path.LastIndexOf('.');
        Assert.That(Find(document, path[..dot]).AsObject().Remove(path[(dot + 1)..]), "it is not there");

        var bag = new DiagnosticBag();
        ConfigReader.Read(Encoding.UTF8.GetBytes(document.ToJsonString()), bag);

        Assert.That(bag.Diagnostics.Select(d => $"{d.Id} {d.Path}"), Is.EqualTo(new[] { $"OCI1008 {path}" }));
    }

    private static JsonNode Find(JsonNode node, string path)
    {
        foreach (string step in path[1..].Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
            node = (step.EndsWith(']') ? node[int.Parse(step[..^1], CultureInfo.InvariantCulture)] : node[step])!;
        return node;
    }
}
