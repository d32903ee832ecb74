using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>
/// config-linux.md, "IntelRdt", for a container that exists. Hardware with resctrl is rare: a folder that looks like it is written into the
/// container's state, which is where these commands know their group from.
/// </summary>
public sealed class Resctrl : ContainerFixture
{
    private string _group = "";

    [SetUp]
    public void MakeGroup()
    {
        Require.That(RuntimeUnderTest.Name == "ocisharp", "another runtime keeps its state in another form");
        _group = Scratch.NewDirectory("resctrl") + "/gold";
        Directory.CreateDirectory(_group);
        File.WriteAllText(_group + "/schemata", "L3:0=7ff\nMB:0= 100\n");
        File.WriteAllText(_group + "/tasks", "");
    }

    [Test]
    public void Exec_enters_the_group()
    {
        var container = InGroup();
        Runtime.Execute("exec", container.Id, "/bin/true").Succeeded();
        Assert.That(File.ReadAllText(_group + "/tasks"), Does.Match("^[1-9][0-9]*$"));
    }

    [Test]
    public void Update_changes_its_schemata_or_nothing()
    {
        var container = InGroup();
        Runtime.Execute("update", "--l3-cache-schema", "L3:0=00f", container.Id).Succeeded();
        Assert.That(File.ReadAllText(_group + "/schemata"), Does.StartWith("L3:0=00f\n"));
        var before = File.ReadAllText(_group + "/schemata");
        Runtime.Execute("update", "--mem-bw-schema", "MB:0= 10", "--cpuset-cpus", "9999", container.Id).Failed("cpuset.cpus");
        Assert.That(File.ReadAllText(_group + "/schemata"), Is.EqualTo(before));
        Runtime.Execute("update", "--mem-bw-schema", "0=10", container.Id).Failed("does not start with MB:");
    }

    [Test]
    public void Events_show_it_and_delete_leaves_it_to_the_others()
    {
        var container = InGroup();
        var data = JsonNode.Parse(Runtime.Execute("events", "--stats", container.Id).Succeeded().Output)!["data"]!["intel_rdt"]!;
        Assert.That((string)data["l3_cache_schema"]!, Is.EqualTo("L3:0=7ff"));
        container.Delete("--force").Succeeded();
        Assert.That(File.Exists(_group + "/schemata"));
    }

    private Container InGroup()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        var path = $"{Scratch.StateRoot}/{container.Id}/state.json";
        var state = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        state["resctrl"] = new JsonObject { ["root"] = Path.GetDirectoryName(_group), ["name"] = "gold", ["isOwn"] = false };
        File.WriteAllText(path, state.ToJsonString());
        return container;
    }
}
