using System.Globalization;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>What <c>state</c>, <c>list</c>, <c>spec</c>, <c>features</c> and <c>--version</c> print: engines parse it.</summary>
public sealed class Outputs : ContainerFixture
{
    [Test]
    public void State()
    {
        var bundle = NewBundle("exec sleep 1000").Annotation("org.example.key", "a \"value\"").Annotation("org.example.empty", "");
        var container = RunDetached(bundle);
        var output = Runtime.Execute("state", container.Id).Succeeded().Output;
        var state = (JsonObject)JsonNode.Parse(output)!;
        Assert.Multiple(() =>
        {
            Assert.That((string)state["ociVersion"]!, Does.Match(@"^1\.\d+\.\d+"));
            Assert.That((string)state["id"]!, Is.EqualTo(container.Id));
            Assert.That((string)state["status"]!, Is.EqualTo("running"));
            Assert.That((string)state["bundle"]!, Is.EqualTo(bundle.Path));
            Assert.That((string)state["rootfs"]!, Is.EqualTo(bundle.Rootfs));
            Assert.That((string)state["annotations"]!["org.example.key"]!, Is.EqualTo("a \"value\""));
            Assert.That((string)state["annotations"]!["org.example.empty"]!, Is.Empty);
            Assert.That((string?)state["owner"], Is.EqualTo("").Or.EqualTo("root"));
            Assert.That(OurProcesses.Read((int)state["pid"]!)!.CommandLine, Is.EqualTo("sleep 1000"));
            Assert.That(DateTimeOffset.Parse((string)state["created"]!, CultureInfo.InvariantCulture), Is.EqualTo(DateTimeOffset.UtcNow).Within(1).Minutes);
            Assert.That((string)state["created"]!, Does.EndWith("Z"));
            Assert.That(output, Does.StartWith("{\n  \""));
        });
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void State_of_what_is_stopped_has_the_pid_0()
    {
        var state = RunDetached(NewBundle()).Until("stopped").State();
        Assert.That((int)state["pid"]!, Is.Zero);
        Assert.That(state.ContainsKey("annotations"), Is.False);
    }

    [Test]
    public void List_of_nothing()
    {
        Assert.That(Runtime.Execute("list", "--format", "json").Succeeded().Text, Is.EqualTo("null"));
        Assert.That(Runtime.Execute("list", "-q").Succeeded().Text, Is.Empty);
        Assert.That(Columns(Runtime.Execute("list").Succeeded().Lines.Single()), Is.EqualTo((string[])["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]));
    }

    [Test]
    public void List()
    {
        var first = Create(NewBundle());
        var second = RunDetached(NewBundle("exec sleep 1000"));
        var third = RunDetached(NewBundle()).Until("stopped");
        string[] ids = [first.Id, second.Id, third.Id];
        Assert.That(Runtime.Execute("list", "--quiet").Succeeded().Lines, Is.EquivalentTo(ids));

        var json = (JsonArray)JsonNode.Parse(Runtime.Execute("list", "--format=json").Succeeded().Output)!;
        Assert.That(json.ToDictionary(s => (string)s!["id"]!, s => (string)s!["status"]!), Is.EquivalentTo(new Dictionary<string, string> { [ids[0]] = "created", [ids[1]] = "running", [ids[2]] = "stopped" }));
        foreach (var (container, entry) in ((Container[])[first, second, third]).Select(c => (c, json.Single(s => (string)s!["id"]! == c.Id))))
        {
            Assert.That(JsonNode.DeepEquals(Known(container.State()), Known((JsonObject)entry!)), $"{entry} differs from state");
        }

        var table = Runtime.Execute("list", "-f", "table").Succeeded().Lines.Skip(1).Select(Columns).ToDictionary(l => l[0]);
        Assert.That(table[second.Id][1..4], Is.EqualTo((string[])[$"{second.Pid}", "running", (string)second.State()["bundle"]!]));
        Assert.That(table[second.Id][5], Is.EqualTo("root"));
        Assert.That(table[third.Id][1..3], Is.EqualTo((string[])["0", "stopped"]));
        foreach (var container in (Container[])[first, second, third]) container.Delete("--force").Succeeded();

        static JsonObject Known(JsonObject entry) => new(entry.Where(p => p.Key is not "owner").Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
    }

    [Test]
    public void List_does_not_mind_containers_that_go_away()
    {
        using var churn = new Command(Scratch, ["/bin/sh", "-c", $"for i in 1 2 3 4 5 6 7 8; do {RuntimeUnderTest.Path} --root {Scratch.StateRoot} run --bundle {NewBundle().Write().Path} {Scratch.Marker}c$i; done"]).Start();
        while (!churn.HasExited) Runtime.Execute("list", "-f", "json").Succeeded();
    }

    [Test]
    public void An_unknown_format_is_refused() => Runtime.Execute("list", "--format", "xml").Failed();

    [Test]
    public void Spec()
    {
        var directory = Scratch.NewDirectory("spec");
        Runtime.Command("spec").Directory(directory).Execute().Succeeded();
        var config = JsonNode.Parse(File.ReadAllText(directory + "/config.json"))!;
        Assert.That((string)config["ociVersion"]!, Does.Match(@"^1\.\d+\.\d+"));
        Assert.That((string)config["process"]!["args"]![0]!, Is.EqualTo("sh"));
        Assert.That(config["linux"]!["namespaces"]!.AsArray().Select(n => (string)n!["type"]!), Does.Contain("pid").And.Contain("mount").And.Contain("network"));
        Runtime.Execute("spec", "--bundle", directory).Failed("config.json");
        Rootfs.Make(directory + "/rootfs", copy: false);
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = Bundle.Strings("echo", "it runs");
        File.WriteAllText(directory + "/config.json", config.ToJsonString());
        Assert.That(Runtime.Execute("run", "--bundle", directory, Scratch.NewName()).Succeeded().Text, Is.EqualTo("it runs"));
    }

    [Test]
    public void Spec_for_an_ordinary_user()
    {
        var directory = Scratch.NewDirectory("spec");
        Runtime.Execute("spec", "--rootless", "--bundle", directory).Succeeded();
        var linux = JsonNode.Parse(File.ReadAllText(directory + "/config.json"))!["linux"]!;
        Assert.That(linux["namespaces"]!.AsArray().Select(n => (string)n!["type"]!), Does.Contain("user").And.Not.Contain("network"));
        Assert.That((int)linux["uidMappings"]![0]!["containerID"]!, Is.Zero);
    }

    [Test]
    public void Features()
    {
        var output = Runtime.Bare("features").Execute().Succeeded().Output;
        var features = JsonNode.Parse(output)!;
        Assert.Multiple(() =>
        {
            Assert.That((string)features["ociVersionMin"]!, Does.StartWith("1."));
            Assert.That((string)features["ociVersionMax"]!, Does.StartWith("1."));
            Assert.That(Strings(features["hooks"]), Is.EquivalentTo((string[])["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]));
            Assert.That(Strings(features["mountOptions"]), Is.SupersetOf((string[])["bind", "rbind", "ro", "rw", "rro", "nosuid", "private", "rshared", "tmpcopyup"]));
            Assert.That(Strings(features["linux"]!["namespaces"]), Is.SupersetOf((string[])["cgroup", "ipc", "mount", "network", "pid", "user", "uts"]));
            Assert.That(Strings(features["linux"]!["capabilities"]), Does.Contain("CAP_SYS_ADMIN"));
            Assert.That((bool)features["linux"]!["cgroup"]!["v1"]!);
            Assert.That(output, Does.StartWith("{\n    \""));
        });

        static IEnumerable<string> Strings(JsonNode? array) => array!.AsArray().Select(s => (string)s!);
    }

    [TestCase("ociVersionMin")]
    [TestCase("ociVersionMax")]
    public void Each_version_that_features_announces_is_taken(string name)
    {
        Require.Command("features");
        var version = (string)JsonNode.Parse(Runtime.Bare("features").Execute().Output)![name]!;
        Assert.That(Run(NewBundle("echo ran").Edit(c => c["ociVersion"] = version)).Succeeded().Text, Is.EqualTo("ran"));
    }

    [Test]
    [Differs("runc", "features.md, mountOptions: \"The runtime MUST recognize the elements in this array\"; runc 1.1.5 fails with ratime")]
    public void Each_mount_option_that_features_announces_is_taken()
    {
        var options = JsonNode.Parse(Runtime.Bare("features").Execute().Output)!["mountOptions"]!.AsArray().Select(o => (string)o!).ToArray();
        var source = Scratch.NewDirectory("source");
        var bundle = NewBundle();
        foreach (var option in options.Except(["bind", "rbind", "remount", "idmap", "ridmap", "tmpcopyup", "rw", "defaults"]))
        {
            // Propagation and what is recursive are for bind mounts; the rest is for file systems too.
            if (option.StartsWith('r') || option is "private" or "shared" or "slave" or "unbindable") bundle.Mount("/m/" + option, source, null, "bind", option);
            else bundle.Mount("/m/" + option, "tmpfs", "tmpfs", option);
        }

        Run(bundle).Succeeded();
    }

    [TestCase("--version")]
    [TestCase("-v")]
    public void Version(string flag)
    {
        var lines = Runtime.Bare(flag).Execute().Succeeded().Lines;
        Assert.That(lines[0], Does.Match(@"^\w+ version \d+\.\d+\.\d+"));
        Assert.That(lines, Has.Some.StartWith("spec: 1."));
    }

    [TestCase("--help")]
    [TestCase("help")]
    [TestCase("-h")]
    [TestCase("create", "--help")]
    [TestCase("run", "-h")]
    public void Help(params string[] arguments) => Assert.That(Runtime.Bare(arguments).Execute().Succeeded().Output, Does.Contain("run").Or.Contain("create"));

    private static string[] Columns(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
