using System.Text;

namespace OciSharp.Spec.Tests;

/// <summary>What is wrong with a document whatever it describes: each mistake is named once, with its place, and the rest is still read.</summary>
public class DocumentReaderTests
{
    private const string Minimal = """{"ociVersion":"1.3.0","root":{"path":"rootfs"}}""";

    [Test]
    public void Reads_what_is_there_and_leaves_the_rest_null()
    {
        Config config = Read(Minimal, out DiagnosticBag bag)!;

        Assert.That(bag.Count, Is.Zero);
        Assert.That(config.OciVersion, Is.EqualTo("1.3.0"));
        Assert.That(config.Root!.Path, Is.EqualTo("rootfs"));
        Assert.That(config.Root.Readonly, Is.False);
        Assert.That(config.Process, Is.Null);
        Assert.That(config.Mounts, Is.Null);
        Assert.That(config.Extensions, Is.Null);
    }

    [Test]
    public void Null_is_absent()
    {
        Config config = Read("""{"ociVersion":"1.3.0","root":{"path":"rootfs"},"mounts":null,"linux":null,"hostname":null}""", out DiagnosticBag bag)!;

        Assert.That(bag.Count, Is.Zero);
        Assert.That(config.Mounts, Is.Null);
        Assert.That(config.Linux, Is.Null);
        Assert.That(config.Hostname, Is.Null);
    }

    [Test]
    public void Escapes_in_names_and_values_are_resolved()
    {
        Config config = Read("""{"oci\u0056ersion":"1.\u0033.0","annotations":{"a\"b":"\ud83d\ude00\n"}}""", out DiagnosticBag bag)!;

        Assert.That(bag.Count, Is.Zero);
        Assert.That(config.OciVersion, Is.EqualTo("1.3.0"));
        Assert.That(config.Annotations!["a\"b"], Is.EqualTo("😀\n"));
    }

    [Test]
    public void Unknown_properties_are_kept_at_every_level()
    {
        Config config = Read(
            """{"ociVersion":"1.3.0","vm":{"x":[1,{"y":null}]},"root":{"path":"r","later":true},"linux":{"intelRdt":{"enableCMT":true}}}""",
            out DiagnosticBag bag)!;

        Assert.That(bag.Count, Is.Zero);
        Assert.That(config.Extensions!["vm"].GetRawText(), Is.EqualTo("""{"x":[1,{"y":null}]}"""));
        Assert.That(config.Root!.Extensions!["later"].GetBoolean(), Is.True);
        Assert.That(config.Linux!.IntelRdt!.Extensions!.Keys, Is.EqualTo(new[] { "enableCMT" }));
    }

    [TestCase("""{"ociVersion":1}""", "OCI1006 $.ociVersion: must be a string, is a number")]
    [TestCase("""{"ociVersion":"1.3.0","root":[]}""", "OCI1006 $.root: must be an object, is an array")]
    [TestCase("""{"ociVersion":"1.3.0","root":{"path":"r","readonly":"yes"}}""", "OCI1006 $.root.readonly: must be true or false, is a string")]
    [TestCase("""{"ociVersion":"1.3.0","mounts":{}}""", "OCI1006 $.mounts: must be an array, is an object")]
    [TestCase("""{"ociVersion":"1.3.0","mounts":[{"destination":"/a"},{"destination":"/b","options":["ro",7]}]}""",
        "OCI1006 $.mounts[1].options[1]: must be a string, is a number")]
    [TestCase("""{"ociVersion":"1.3.0","mounts":[null]}""", "OCI1006 $.mounts[0]: must be a value, is null")]
    [TestCase("""{"ociVersion":"1.3.0","linux":{"sysctl":{"net.a":true}}}""", "OCI1006 $.linux.sysctl['net.a']: must be a string, is true or false")]
    [TestCase("""{"ociVersion":"1.3.0","linux":{"sysctl":{"it's\\":null}}}""", @"OCI1006 $.linux.sysctl['it\'s\\']: must be a value, is null")]
    [TestCase("""{"ociVersion":"1.3.0","linux":{"timeOffsets":{"boottime":3}}}""", "OCI1006 $.linux.timeOffsets.boottime: must be an object, is a number")]
    [TestCase("[]", "OCI1006 $: must be an object, is an array")]
    [TestCase("null", "OCI1006 $: must be an object, is null")]
    public void A_wrong_type_is_named_with_its_place(string json, string expected) => AssertOne(json, expected);

    [TestCase("uid", "-1", "0 to 4294967295, is -1")]
    [TestCase("uid", "4294967296", "0 to 4294967295, is 4294967296")]
    [TestCase("gid", "1.5", "0 to 4294967295, is 1.5")]
    [TestCase("umask", "1e2", "0 to 4294967295, is 1e2")]
    public void A_number_that_does_not_fit_is_named_with_its_range(string name, string value, string expected)
    {
        string others = string.Concat(new[] { "uid", "gid" }.Where(n => n != name).Select(n => $"\"{n}\":0,"));
        AssertOne(
            """{"ociVersion":"1.3.0","process":{"cwd":"/","user":{""" + others + $"\"{name}\":{value}}}}}}}",
            $"OCI1007 $.process.user.{name}: must be a whole number from {expected}");
    }

    [TestCase("""{"limit":9223372036854775808}""", "$.memory.limit", "-9223372036854775808 to 9223372036854775807")]
    public void Large_numbers_too(string memory, string path, string range)
    {
        var bag = new DiagnosticBag();
        ConfigReader.ReadResources(Encoding.UTF8.GetBytes($$"""{"memory":{{memory}}}"""), bag);

        Assert.That(bag.Diagnostics.Single().Path, Is.EqualTo(path));
        Assert.That(bag.Diagnostics.Single().Message, Does.Contain(range));
        Assert.That(bag.Diagnostics.Single().Section, Is.EqualTo("config-linux.md#memory"));
    }

    [TestCase("""{"root":{"path":"r"}}""", "OCI1008 $.ociVersion: ociVersion is required and missing")]
    [TestCase("""{"ociVersion":"1.3.0","root":{}}""", "OCI1008 $.root.path: path is required and missing")]
    [TestCase("""{"ociVersion":"1.3.0","linux":{"devices":[{"type":"c","path":"/d","major":1}]}}""", "OCI1008 $.linux.devices[0].minor: minor is required and missing")]
    [TestCase("""{"ociVersion":"1.3.0","linux":{"seccomp":{"defaultAction":"a","syscalls":[{"action":"a"}]}}}""",
        "OCI1008 $.linux.seccomp.syscalls[0].names: names is required and missing")]
    public void A_missing_property_is_named(string json, string expected) => AssertOne(json, expected);

    [TestCase("""{"ociVersion":"1.3.0","hostname":"a","hostname":"b"}""", "OCI1005 $.hostname: is given more than once")]
    [TestCase("""{"ociVersion":"1.3.0","annotations":{"k":"a","k":"b"}}""", "OCI1005 $.annotations.k: is given more than once")]
    [TestCase("""{"ociVersion":"1.3.0","unknown":1,"unknown":2}""", "OCI1005 $.unknown: is given more than once")]
    [TestCase("""{"ociVersion":"1.3.0","linux":{"cgroupsPath":"a","seccomp":{"defaultAction":"a"},"cgroupsPath":"b"}}""",
        "OCI1005 $.linux.cgroupsPath: is given more than once")]
    public void A_duplicate_is_named(string json, string expected) => AssertOne(json, expected);

    [TestCase("", "line 1, column 1", "ends too early")]
    [TestCase("{", "line 1, column 2", "ends too early")]
    [TestCase("{\n  \"ociVersion\": \"1.3.0\",\n}", "line 3, column 1", "unexpected '}'")]
    [TestCase("{\"hostname\": \"aé\", x}", "line 1, column 20", "unexpected 'x'")]
    [TestCase("{\"hostname\": \"a\tb\"}", "line 1, column 16", "unexpected control character U+0009")]
    [TestCase("{\"ociVersion\":\"1.3.0\"} {}", "line 1, column 24", "unexpected '{'")]
    [TestCase("{\"a\": 01}", "line 1, column 8", "unexpected '1'")]
    [TestCase("\uFEFF{}", "line 1, column 1", "unexpected '\uFEFF'")]
    [TestCase("{/**/}", "line 1, column 2", "unexpected '/'")]
    public void Broken_JSON_is_one_mistake_with_line_and_column(string json, string place, string what)
    {
        Assert.That(Read(json, out DiagnosticBag bag), Is.Null);

        Diagnostic diagnostic = bag.Diagnostics.Single();
        Assert.That(diagnostic.Id, Is.EqualTo("OCI1003"));
        Assert.That(diagnostic.Message, Does.EndWith(place).And.Contains(what));
    }

    [Test]
    public void Bytes_that_are_not_UTF_8_are_one_mistake()
    {
        var bag = new DiagnosticBag();
        byte[] utf8 = [.. "{\n\"hostname\": \"é"u8, 0xff, .. "\"}"u8];

        Assert.That(ConfigReader.Read(utf8, bag), Is.Null);
        Assert.That(Describe(bag), Is.EqualTo("OCI1002 $: the document is not UTF-8 at line 2, column 15"));
    }

    [TestCase("""{"ociVersion":"1.3.0","hostname":"\ud800"}""", "$.hostname")]
    [TestCase("""{"ociVersion":"1.3.0","mounts":[{"destination":"\udc00\ud800"}]}""", "$.mounts[0].destination")]
    public void Half_a_surrogate_pair_is_one_mistake(string json, string path)
    {
        Assert.That(Read(json, out DiagnosticBag bag), Is.Null);
        Assert.That(Describe(bag), Is.EqualTo($"OCI1002 {path}: has an escape that is half of a surrogate pair"));
    }

    [Test]
    public void A_document_may_be_as_deep_as_the_bound_and_no_deeper()
    {
        string Nested(int depth) => $$"""{"ociVersion":"1.3.0","x":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";

        Read(Nested(ConfigReader.MaxDepth), out DiagnosticBag good);
        Assert.That(good.Count, Is.Zero);

        Assert.That(Read(Nested(ConfigReader.MaxDepth + 1), out DiagnosticBag bad), Is.Null);
        Assert.That(Describe(bad), Is.EqualTo("OCI1004 $: the document is nested more than 64 deep at line 1, column 90"));
    }

    [Test]
    public void A_document_may_be_as_large_as_the_bound_and_no_larger()
    {
        byte[] Padded(int size) => [.. Encoding.UTF8.GetBytes(Minimal), .. Enumerable.Repeat((byte)' ', size - Minimal.Length)];

        var good = new DiagnosticBag();
        Assert.That(ConfigReader.Read(Padded(ConfigReader.MaxDocumentBytes), good), Is.Not.Null);
        Assert.That(good.Count, Is.Zero);

        var bad = new DiagnosticBag();
        Assert.That(ConfigReader.Read(Padded(ConfigReader.MaxDocumentBytes + 1), bad), Is.Null);
        Assert.That(Describe(bad), Is.EqualTo("OCI1001 $: the document has 8388609 bytes; at most 8388608 are read"));
    }

    [Test]
    public void No_more_mistakes_are_kept_than_anyone_reads()
    {
        string wrong = string.Join(',', Enumerable.Repeat("0", DiagnosticBag.Capacity + 7));
        Read($$"""{"ociVersion":"1.3.0","mounts":[{{wrong}}]}""", out DiagnosticBag bag);

        Assert.That(bag.Count, Is.EqualTo(DiagnosticBag.Capacity));
        Assert.That(bag.Omitted, Is.EqualTo(7));
    }

    [Test]
    public void All_mistakes_are_reported_together_and_what_is_right_is_read()
    {
        Config config = Read(
            """
            {
              "root": {"path": 5},
              "process": {"terminal": "no", "user": {"uid": -1}, "args": ["sh", 3], "cwd": "/"},
              "linux": {"resources": {"memory": {"limit": "1G"}, "cpu": {"shares": 12}}}
            }
            """,
            out DiagnosticBag bag)!;

        Assert.That(
            bag.Diagnostics.Select(d => $"{d.Id} {d.Severity} {d.Path}"),
            Is.EqualTo(new[]
            {
                "OCI1006 Error $.root.path",
                "OCI1006 Error $.process.terminal",
                "OCI1007 Error $.process.user.uid",
                "OCI1009 Warning $.process.user.gid",
                "OCI1006 Error $.process.args[1]",
                "OCI1006 Error $.linux.resources.memory.limit",
                "OCI1008 Error $.ociVersion",
            }));
        Assert.That(config.Process!.Args, Is.EqualTo(new[] { "sh" }));
        Assert.That(config.Linux!.Resources!.Cpu!.Shares, Is.EqualTo(12));
    }

    [Test]
    public void Console_size_is_ignored_without_a_terminal_wherever_it_stands()
    {
        const string Size = """ "consoleSize":{"height":"x"} """;
        string Process(string properties) => """{"ociVersion":"1.3.0","process":{"cwd":"/","user":{"uid":0,"gid":0},""" + properties + "}}";

        Read(Process(Size), out DiagnosticBag none);
        Read(Process($"{Size},\"terminal\":false"), out DiagnosticBag off);
        Read(Process($"{Size},\"terminal\":true"), out DiagnosticBag on);

        Assert.That(none.Count, Is.Zero);
        Assert.That(off.Count, Is.Zero);
        Assert.That(
            on.Diagnostics.Select(d => $"{d.Id} {d.Path}"),
            Is.EqualTo(new[] { "OCI1006 $.process.consoleSize.height", "OCI1008 $.process.consoleSize.width" }));
    }

    [Test]
    public void A_diagnostic_prints_place_message_remedy_id_and_section()
    {
        Read("""{"ociVersion":"1.3.0","linux":{"resources":{"memory":{"limit":"1G"}}}}""", out DiagnosticBag bag);

        Assert.That(bag.HasErrors);
        Assert.That(
            bag.Diagnostics.Single().ToString(),
            Is.EqualTo("$.linux.resources.memory.limit: must be a number, is a string; write a value of that type, or leave the property out "
                + "(OCI1006, config-linux.md#memory)"));
    }

    [Test]
    public void A_process_alone_is_read_with_paths_of_its_own()
    {
        var bag = new DiagnosticBag();
        Process process = ConfigReader.ReadProcess("""{"args":["id"],"user":{"uid":1,"gid":2,"additionalGids":[3]},"cwd":"/","rlimits":[{}]}"""u8, bag)!;

        Assert.That(process.User.AdditionalGids, Is.EqualTo(new uint[] { 3 }));
        Assert.That(
            bag.Diagnostics.Select(d => $"{d.Path} {d.Section}"),
            Is.EqualTo(new[] { "type", "hard", "soft" }.Select(n => $"$.rlimits[0].{n} config.md#posix-process")));
    }

    private static Config? Read(string json, out DiagnosticBag bag)
    {
        bag = new DiagnosticBag();
        return ConfigReader.Read(Encoding.UTF8.GetBytes(json), bag);
    }

    private static void AssertOne(string json, string expected)
    {
        Read(json, out DiagnosticBag bag);
        Assert.That(Describe(bag), Is.EqualTo(expected));
    }

    private static string Describe(DiagnosticBag bag) => string.Join('\n', bag.Diagnostics.Select(d => $"{d.Id} {d.Path}: {d.Message}"));
}
