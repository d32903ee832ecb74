using System.Text;
using OciSharp.Runtime.Trace;

namespace OciSharp.Runtime.Tests.Trace;

public sealed class TraceDocumentTests
{
    private const string Step = """{"name":"a","ph":"X","pid":1,"ts":1,"dur":2}""";

    [Test]
    public void What_was_written_is_read()
    {
        TraceDocument document = TraceDocument.Parse(Traced.FailedText(), "t");

        Assert.That(document.Names, Is.EqualTo(new Dictionary<long, string> { [4711] = "runtime", [4712] = "helper", [4713] = "init" }));
        Assert.That(document.Steps.Where(step => !step.IsWhole).Select(step => step.Name), Is.EqualTo(Traced.Failed().SelectMany(track => track.Events).Select(step => step.Act)));
        Assert.That(document.Steps.Count(step => step.IsWhole), Is.EqualTo(3));
        ReadStep mount = document.Steps[^1];
        Assert.That((mount.Length, mount.Origin, mount.Error), Is.EqualTo((899.1, "$.mounts[1]", "operation not permitted")));
    }

    [TestCase($$"""{"traceEvents":[{{Step}}]}""")]
    [TestCase($$"""{"other":[[1,{"a":null}]],"traceEvents":[{{Step}},{"ph":"i","name":3,"args":[1]},{"ph":"M","args":{"name":{} } }],"more":true}""")]
    [TestCase("""{"traceEvents":[{"args":{"x":[{}],"does":"z"},"id":"0x1","name":"a","ph":"X","pid":1,"tid":"t","ts":1e0,"dur":2.0}]}""")]
    public void What_is_not_used_is_passed_over(string text) => Assert.That(Parse(text).Steps.Single(), Has.Property("Length").EqualTo(2));

    [TestCase("", "it is not JSON: line 1, byte 1")]
    [TestCase("{", "it is not JSON")]
    [TestCase("hello", "it is not JSON: line 1, byte 1")]
    [TestCase("[]", "it has no list \"traceEvents\"")]
    [TestCase("{}", "it has no list \"traceEvents\"")]
    [TestCase("3", "it has no list \"traceEvents\"")]
    [TestCase("""{"traceEvents":{}}""", "it has no list \"traceEvents\"")]
    [TestCase("""{"traceEvents":[]}""", "there is no step in it")]
    [TestCase("""{"traceEvents":[3]}""", "the event at byte 16 is no object")]
    [TestCase("""{"traceEvents":[{"ph":"X"}]}""", "the event at byte 16 lacks a name, a pid, or a sensible ts and dur")]
    [TestCase("""{"traceEvents":[{"name":"a","ph":"X","pid":1,"ts":-1,"dur":2}]}""", "sensible ts and dur")]
    [TestCase("""{"traceEvents":[{"name":"a","ph":"X","pid":1,"ts":1,"dur":1e300}]}""", "sensible ts and dur")]
    [TestCase("""{"traceEvents":[{"name":"a","ph":"X","pid":1,"ts":1e400,"dur":1}]}""", "sensible ts and dur")]
    [TestCase("""{"traceEvents":[{"name":"a","ph":"X","pid":"1","ts":1,"dur":1}]}""", "lacks a name, a pid")]
    [TestCase("""{"traceEvents":[{"name":"\ud800","ph":"X","pid":1,"ts":1,"dur":1}]}""", "is not UTF-8")]
    [TestCase($$"""{"traceEvents":[{{Step}}]} x""", "it is not JSON")]
    [TestCase($$"""{"traceEvents":[{{Step}}""", "it is not JSON")]
    public void Anything_else_is_refused_with_its_reason(string text, string reason) =>
        Assert.That(() => Parse(text), Throws.TypeOf<ContainerException>().With.Message.StartsWith("FILE is no trace: ").And.Message.Contains(reason));

    [Test]
    public void Depth_and_bad_bytes_are_refused()
    {
        Assert.That(() => Parse(new string('[', 100_000)), Throws.TypeOf<ContainerException>());
        Assert.That(() => TraceDocument.Parse([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"'], "FILE"), Throws.TypeOf<ContainerException>());
    }

    [Test]
    public void A_file_that_is_too_large_is_refused_without_being_read_to_its_end()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("large", "");
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(1L << 40);
        Assert.That(() => TraceDocument.Load(path), Throws.TypeOf<ContainerException>().With.Message.Contains("larger than 16 MiB"));
    }

    [Test]
    public void A_file_that_is_not_there_is_an_error() =>
        Assert.That(() => TraceDocument.Load("/is/not/there"), Throws.TypeOf<ContainerException>().With.Message.EqualTo("cannot read the trace: open /is/not/there: no such file or directory"));

    private static TraceDocument Parse(string text) => TraceDocument.Parse(Encoding.UTF8.GetBytes(text), "FILE");
}
