using OciSharp.Runtime.Doctor;

namespace OciSharp.Runtime.Tests.Doctor;

public class TomlReaderTests
{
    [TestCase("a = 1", "1")]
    [TestCase("a=true # comment", "true")]
    [TestCase("\ufeff a = \"x # y\"\r\n", "x # y")]
    [TestCase("a = 'C:\\no'", "C:\\no")]
    [TestCase("a = \"\\\"\\\\ \\t \\u00e9 \\U0001F600\"", "\"\\ \t é 😀")]
    [TestCase("a = \"\"\"\nline \\\n   goes on \"\" here\"\"\"", "line goes on \"\" here")]
    [TestCase("a = ''''one''''", "'one'")]
    [TestCase("a = 1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z")]
    [TestCase("a = 6.02e+23", "6.02e+23")]
    [TestCase("\"a\" = 1\n\na = 2", "2")]
    public void A_value(string text, string value) => Assert.That(TomlReader.Read(text).Text("a"), Is.EqualTo(value));

    [Test]
    public void Tables_with_dots_and_quotes()
    {
        TomlDocument document = TomlReader.Read("""
            top = 1
            [ plugins . "io.containerd.grpc.v1.cri" . containerd ]
              default_runtime_name = "runc"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.ocisharp.options]
                BinaryName = "/usr/local/bin/ocisharp"
            [[proxy]]
            [other]
            inline.dotted = { x = 1, y = { z = [ "q", ["nested"], {a = 1} , 'r', ] } }
            """);
        Assert.That(document.Text("top"), Is.EqualTo("1"));
        Assert.That(document.Text("plugins", "io.containerd.grpc.v1.cri", "containerd", "default_runtime_name"), Is.EqualTo("runc"));
        Assert.That(document.Names("plugins", "io.containerd.grpc.v1.cri", "containerd", "runtimes"), Is.EqualTo(["ocisharp"]));
        Assert.That(document.Text("other", "inline", "dotted", "x"), Is.EqualTo("1"));
        Assert.That(document.Find("other", "inline", "dotted", "y", "z")!.Items, Is.EqualTo(["q", "r"]));
    }

    [Test]
    public void An_array_over_lines_with_comments() =>
        Assert.That(TomlReader.Read("a = [ # one\n  1, # two\n\n  2\n]\nb = 3").Find("a")!.Items, Is.EqualTo(["1", "2"]));

    [Test]
    public void A_later_file_stands_over_an_earlier_one()
    {
        TomlDocument document = TomlReader.Read("[t]\na = 1\nb = 2");
        document.Merge(TomlReader.Read("t.a = 3"));
        Assert.That((document.Text("t", "a"), document.Text("t", "b")), Is.EqualTo(("3", "2")));
        Assert.That(document.Names("t"), Is.EqualTo(["a", "b"]));
    }

    [TestCase("a", "line 1: = is missing")]
    [TestCase("\n[a", "line 2: ] is missing")]
    [TestCase("a = ", "line 1: a value is missing")]
    [TestCase("a = 1 2", "line 1: there is something behind")]
    [TestCase("a = \"b", "a string does not end")]
    [TestCase("a = \"b\nc\"", "a string does not end")]
    [TestCase("a = '''b", "a string does not end")]
    [TestCase("a = \"\\q\"", "an escape that there is not")]
    [TestCase("a = \"\\ud800\"", "an escape that is no character")]
    [TestCase("a = \"\\u12", "an escape that is no character")]
    [TestCase("a = [1", "a comma or ] is missing")]
    [TestCase("a = {b = 1", "a comma or } is missing")]
    [TestCase("a = {", "a key is missing")]
    [TestCase("= 1", "a key is missing")]
    public void What_is_no_TOML(string text, string message) =>
        Assert.That(() => TomlReader.Read(text), Throws.TypeOf<TomlException>().With.Message.Contains(message));

    [Test]
    public void Depth_and_number_are_bounded()
    {
        Assert.That(() => TomlReader.Read("a = " + new string('[', 100_000)), Throws.TypeOf<TomlException>().With.Message.Contains("deep"));
        Assert.That(() => TomlReader.Read("a = " + string.Concat(Enumerable.Repeat("{a=", 100_000))), Throws.TypeOf<TomlException>().With.Message.Contains("deep"));
        Assert.That(() => TomlReader.Read(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1"), Throws.TypeOf<TomlException>().With.Message.Contains("parts"));
        Assert.That(() => TomlReader.Read(string.Concat(Enumerable.Repeat("a = 1\n", 20_000))), Throws.TypeOf<TomlException>().With.Message.Contains("10000"));
    }

    [Test]
    public void Every_beginning_of_a_document_is_read_or_refused()
    {
        const string Text = "a = \"x\\u0041\"\n[t.'k']\nb = [1, {c = '''d'''}, [\"\"\"e\"\"\"]] # f\n[[g]]\nh.i = { j = 1.5 }\n";
        for (int length = 0; length <= Text.Length; length++)
        {
            try
            {
                TomlReader.Read(Text[..length]);
            }
            catch (TomlException)
            {
                // That is one of the two answers.
            }
        }

        Assert.That(TomlReader.Read(Text).Text("g", "h", "i", "j"), Is.EqualTo("1.5"));
    }
}
