using System.Text.Json;
using System.Text.Json.Nodes;
using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime.Tests.Explain;

public sealed class JsonFormatTests
{
    [TestCase("runc-spec.json")]
    [TestCase("everything.json")]
    public void The_document(string name) => Explained.Check($"create-{name}.json", JsonFormat.Write(Explained.Fixture(name)));

    [Test]
    public void The_document_of_exec() => Explained.Check("exec-podman.json.json", JsonFormat.Write(Explained.Fixture("podman.json", ExplainedVerb.Exec)));

    [TestCaseSource(nameof(Names))]
    public void The_same_configuration_gives_the_same_document(string name)
    {
        string first = JsonFormat.Write(Explained.Fixture(name));
        Assert.That(JsonFormat.Write(Explained.Fixture(name)), Is.EqualTo(first));
        Assert.That((string)JsonNode.Parse(first)!["version"]!, Is.EqualTo(JsonFormat.Version));
    }

    [TestCaseSource(nameof(Names))]
    public void Each_step_has_all_members(string name)
    {
        int number = 0;
        foreach (JsonNode? step in (JsonArray)JsonNode.Parse(JsonFormat.Write(Explained.Fixture(name)))!["steps"]!)
        {
            Assert.That(((JsonObject)step!).Select(member => member.Key), Is.EqualTo((string[])["number", "by", "group", "kind", "does", "config", "why", "operands", "calls"]));
            Assert.That((int)step!["number"]!, Is.EqualTo(++number));
            Assert.That((string?)step["config"], Does.StartWith("$"));
        }
    }

    [Test]
    public void What_differs_in_two_configurations_differs_in_their_documents_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        string one = Steps(directory.File("config.json", Config("a")));
        string other = Steps(directory.File("config.json", Config("b")));
        string[] lines = [.. one.Split('\n').Zip(other.Split('\n')).Where(pair => pair.First != pair.Second).Select(pair => pair.First.Trim())];
        Assert.That(lines, Has.Length.EqualTo(3).And.All.Contains("a"), "what it does, the operand, the call");

        static string Config(string name) =>
            $$"""{ "ociVersion": "1.2.0", "root": { "path": "r" }, "hostname": "{{name}}", "process": { "cwd": "/", "args": ["/x"] }, "linux": { "namespaces": [{ "type": "uts" }] } }""";

        static string Steps(string config) => JsonNode.Parse(JsonFormat.Write(Explained.Of(config)))!["steps"]!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    [Test]
    public void Hostile_texts_stay_texts()
    {
        using var directory = new TemporaryDirectory();
        JsonNode document = JsonNode.Parse(JsonFormat.Write(Explained.Of(directory.File("config.json", Hostile.Config))))!;
        JsonNode hostname = ((JsonArray)document["steps"]!).Single(step => (string)step!["kind"]! == "hostname")!;
        Assert.That((string)hostname["operands"]!["name"]!, Is.EqualTo((string)JsonNode.Parse(Hostile.Config)!["hostname"]!));
    }

    private static string[] Names => Explained.Names;
}
