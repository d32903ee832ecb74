using System.Text;
using System.Text.Json;

namespace OciSharp.Spec.Tests;

public class JsonWriterTests
{
    [Test]
    public void Writes_on_one_line() => Assert.That(Sample(""), Is.EqualTo("""{"a":[1,-2,true,null,[],{}],"b":{"c":"d"},"e":18446744073709551615}"""));

    [Test]
    public void Writes_indented() => Assert.That(
        Sample("  "),
        Is.EqualTo(
            """
            {
              "a": [
                1,
                -2,
                true,
                null,
                [],
                {}
              ],
              "b": {
                "c": "d"
              },
              "e": 18446744073709551615
            }
            """));

    [TestCase("")]
    [TestCase("plain")]
    [TestCase("quote \" backslash \\ slash /")]
    [TestCase("\0\u0001\b\t\n\f\r\u001f\u007f")]
    [TestCase("é 漢字 😀 \u2028")]
    [TestCase("\"\\\n")]
    public void Strings_survive(string text)
    {
        var json = new JsonWriter();
        json.BeginObject();
        json.Name(text);
        json.Value(text);
        json.EndObject();

        JsonProperty property = JsonDocument.Parse(json.Written.ToArray()).RootElement.EnumerateObject().Single();
        Assert.That(property.Name, Is.EqualTo(text));
        Assert.That(property.Value.GetString(), Is.EqualTo(text));
    }

    [Test]
    public void Half_a_surrogate_pair_becomes_the_replacement_character()
    {
        var json = new JsonWriter();
        json.Value("a\ud800b");
        Assert.That(Encoding.UTF8.GetString(json.Written), Is.EqualTo("\"a\ufffdb\""));
    }

    [Test]
    public void Documents_grow_as_needed()
    {
        string text = new('é', 100_000);
        var json = new JsonWriter();
        json.BeginArray();
        for (int i = 0; i < 10; i++)
            json.Value(text);
        json.EndArray();

        Assert.That(JsonSerializer.Deserialize<string[]>(json.Written.ToArray()), Is.EqualTo(Enumerable.Repeat(text, 10)));
    }

    [Test]
    public void Documents_follow_each_other_line_by_line()
    {
        var json = new JsonWriter();
        json.Value(1);
        json.EndLine();
        json.Raw("{}"u8);
        json.EndLine();

        Assert.That(Encoding.UTF8.GetString(json.Written), Is.EqualTo("1\n{}\n"));
    }

    private static string Sample(string indent)
    {
        var json = new JsonWriter(indent);
        json.BeginObject();
        json.Name("a"u8);
        json.BeginArray();
        json.Value(1);
        json.Value(-2);
        json.Value(true);
        json.Null();
        json.BeginArray();
        json.EndArray();
        json.BeginObject();
        json.EndObject();
        json.EndArray();
        json.Name("b");
        json.BeginObject();
        json.Name("c"u8);
        json.Value("d");
        json.EndObject();
        json.Name("e"u8);
        json.Value(ulong.MaxValue);
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written);
    }
}
