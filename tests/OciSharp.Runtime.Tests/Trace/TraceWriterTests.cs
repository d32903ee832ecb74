using System.Text;
using System.Text.Json.Nodes;
using OciSharp.Runtime.Trace;

namespace OciSharp.Runtime.Tests.Trace;

public sealed class TraceWriterTests
{
    [Test]
    public void The_text() => Traced.Check("failed.json", Encoding.UTF8.GetString(Traced.FailedText()));

    [Test]
    public void Each_event_is_a_line_and_all_of_it_is_json()
    {
        string text = Encoding.UTF8.GetString(Traced.FailedText());
        JsonNode trace = JsonNode.Parse(text)!;
        JsonArray events = trace["traceEvents"]!.AsArray();

        Assert.That(text.Count(c => c == '\n'), Is.EqualTo(events.Count + 2));
        Assert.That((string)trace["otherData"]!["error"]!, Does.StartWith("cannot mount"));
        Assert.That(events.Count(e => (string)e!["ph"]! == "M" && (string)e["name"]! == "process_name"), Is.EqualTo(3));
        Assert.That(text.Where(c => char.IsControl(c) && c != '\n'), Is.Empty, "what a configuration says is escaped");
    }

    [Test]
    public void Times_are_microseconds_with_fractions()
    {
        JsonArray events = JsonNode.Parse(Traced.FailedText())!["traceEvents"]!.AsArray();
        JsonNode first = events.First(e => (string)e!["name"]! == "begin, and fork the helper")!;
        Assert.That(first["ts"]!.ToJsonString(), Is.EqualTo("100000000.000"));
        Assert.That(first["dur"]!.ToJsonString(), Is.EqualTo("150.250"));
    }

    [Test]
    public void A_process_without_steps_is_only_named()
    {
        JsonArray events = JsonNode.Parse(TraceWriter.Write("start", [new TraceTrack("init", 5)], null))!["traceEvents"]!.AsArray();
        Assert.That(events.Select(e => (string)e!["ph"]!), Is.All.EqualTo("M"));
    }
}
