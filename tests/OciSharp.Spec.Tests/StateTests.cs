using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciSharp.Spec.Tests;

public class StateTests
{
    private static Fixture[] Good => Fixture.All("state/good");

    private static Fixture[] Bad => Fixture.All("state/bad");

    [TestCaseSource(nameof(Good))]
    public void Good_states_are_read_and_written_again(Fixture fixture)
    {
        var bag = new DiagnosticBag();
        State state = StateReader.Read(fixture.Utf8, bag)!;
        byte[] serialized = JsonSerializer.SerializeToUtf8Bytes(state, OciSharpJsonContext.Default.State);

        Assert.That(bag.Count, Is.Zero);
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(StateWriter.Write(state)), JsonNode.Parse(fixture.Utf8)));
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(serialized), JsonNode.Parse(fixture.Utf8)));
    }

    [TestCaseSource(nameof(Bad))]
    public void Bad_states_have_the_expected_mistakes(Fixture fixture)
    {
        var bag = new DiagnosticBag();
        StateReader.Read(fixture.Utf8, bag);

        Assert.That(bag.Diagnostics.Select(d => $"{d.Id} error {d.Path}"), Is.EquivalentTo(fixture.Expected));
        Assert.That(bag.Diagnostics.Select(d => d.Section).Distinct(), Is.EqualTo(new[] { "runtime.md#state" }));
    }

    [Test]
    public void A_hook_gets_one_line_in_the_order_of_the_specification()
    {
        var state = new State
        {
            OciVersion = SpecVersion.Max,
            Id = "a\"b",
            Status = ContainerStatus.Created,
            Pid = 4422,
            Bundle = "/containers/é",
            Annotations = new Dictionary<string, string> { ["my.key"] = "v\n" },
        };

        Assert.That(
            Encoding.UTF8.GetString(StateWriter.Write(state)),
            Is.EqualTo("""{"ociVersion":"1.3.0","id":"a\"b","status":"created","pid":4422,"bundle":"/containers/é","annotations":{"my.key":"v\n"}}"""));
        Assert.That(Encoding.UTF8.GetString(StateWriter.Write(state with { Pid = 0, Annotations = null })), Does.Not.Contain("pid").And.Not.Contain("annotations"));
    }

    [Test]
    public void A_seccomp_agent_gets_the_document_of_the_specification()
    {
        var state = new State { OciVersion = "1.3.0", Id = "c", Status = ContainerStatus.Creating, Pid = 4422, Bundle = "/b" };
        var process = new ContainerProcessState
        {
            OciVersion = "1.3.0",
            Fds = [ContainerProcessState.SeccompFd],
            Pid = 4422,
            Metadata = "MKNOD=/dev/null",
            State = state,
        };

        string written = Encoding.UTF8.GetString(StateWriter.Write(process));
        Assert.That(
            written,
            Is.EqualTo("""{"ociVersion":"1.3.0","fds":["seccompFd"],"pid":4422,"metadata":"MKNOD=/dev/null","state":"""
                + """{"ociVersion":"1.3.0","id":"c","status":"creating","pid":4422,"bundle":"/b"}}"""));
        Assert.That(JsonSerializer.Serialize(process, OciSharpJsonContext.Default.ContainerProcessState), Is.EqualTo(written));
    }
}
