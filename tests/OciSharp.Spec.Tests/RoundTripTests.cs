using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciSharp.Spec.Tests;

/// <summary>What was read can be written again, by the plain reader and writer, by the serializer, and by any mix of them.</summary>
public class RoundTripTests
{
    private static Fixture[] Configs => Fixture.All("config/good");

    private static Fixture[] FeatureDocuments => Fixture.All("features/good");

    [TestCaseSource(nameof(Configs))]
    public void Writing_keeps_what_was_read(Fixture fixture)
    {
        byte[] written = ConfigWriter.Write(Read(fixture.Utf8));

        AssertKept(JsonNode.Parse(fixture.Utf8), JsonNode.Parse(written), "$");
        Assert.That(ConfigWriter.Write(Read(written)), Is.EqualTo(written));
    }

    [TestCaseSource(nameof(Configs))]
    public void The_serializer_writes_the_same(Fixture fixture)
    {
        Config config = Read(fixture.Utf8);
        byte[] written = JsonSerializer.SerializeToUtf8Bytes(config, OciSharpJsonContext.Default.Config);

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(ConfigWriter.Write(config))), "both writers agree");
        Assert.That(ConfigWriter.Write(Read(written)), Is.EqualTo(ConfigWriter.Write(config)));
    }

    // The serializer refuses null in place of a flag, and half a size of a terminal that is not there.
    private static IEnumerable<Fixture> ConfigsOfTheSerializer =>
        Configs.Where(fixture => fixture.Name is not ("nulls" or "console-size-without-terminal"));

    [TestCaseSource(nameof(ConfigsOfTheSerializer))]
    public void The_serializer_reads_the_same(Fixture fixture)
    {
        Config config = JsonSerializer.Deserialize(fixture.Utf8, OciSharpJsonContext.Default.Config)!;

        Assert.That(Encoding.UTF8.GetString(ConfigWriter.Write(config)), Is.EqualTo(Encoding.UTF8.GetString(ConfigWriter.Write(Read(fixture.Utf8)))));
    }

    [TestCaseSource(nameof(FeatureDocuments))]
    public void Features_are_written_as_they_were_read(Fixture fixture)
    {
        Features features = JsonSerializer.Deserialize(fixture.Utf8, OciSharpJsonContext.Default.Features)!;

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(FeaturesWriter.Write(features)), JsonNode.Parse(fixture.Utf8)));
        Assert.That(
            JsonNode.DeepEquals(JsonNode.Parse(JsonSerializer.Serialize(features, OciSharpJsonContext.Default.Features)), JsonNode.Parse(fixture.Utf8)));
    }

    [Test]
    public void Indentation_is_that_of_runc_spec()
    {
        Fixture runc = Configs.Single(fixture => fixture.Name == "runc-spec");

        Assert.That(Encoding.UTF8.GetString(ConfigWriter.Write(Read(runc.Utf8), "\t")), Is.EqualTo(Encoding.UTF8.GetString(runc.Utf8).TrimEnd()));
    }

    [Test]
    public void Everything_has_all_properties_of_the_model()
    {
        JsonNode everything = JsonNode.Parse(Configs.Single(fixture => fixture.Name == "everything").Utf8)!;
        var seen = new HashSet<string>();
        Collect(everything, seen);

        IEnumerable<string> all = typeof(Config).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(SpecObject)) && !type.Name.EndsWith("Features", StringComparison.Ordinal)
                && type != typeof(State) && type != typeof(ContainerProcessState))
            .SelectMany(type => OciSharpJsonContext.Default.GetTypeInfo(type)!.Properties)
            .Where(property => !property.IsExtensionData)
            .Select(property => property.Name);
        Assert.That(all.Except(seen), Is.Empty);
    }

    private static Config Read(byte[] utf8)
    {
        var bag = new DiagnosticBag();
        Config? config = ConfigReader.Read(utf8, bag);
        Assert.That(bag.HasErrors, Is.False);
        return config!;
    }

    // Null, false and 0 may be left out where the specification gives them the meaning of absence.
    private static void AssertKept(JsonNode? read, JsonNode? written, string path)
    {
        switch (read)
        {
            case JsonObject properties:
                foreach ((string name, JsonNode? value) in properties)
                    AssertKept(value, written?[name], $"{path}.{name}");
                break;
            case JsonArray elements:
                Assert.That(written, Is.InstanceOf<JsonArray>(), path);
                Assert.That(written!.AsArray(), Has.Count.EqualTo(elements.Count), path);
                for (int i = 0; i < elements.Count; i++)
                    AssertKept(elements[i], written[i], $"{path}[{i}]");
                break;
            default:
                if (written is not null || read?.ToJsonString() is not (null or "false" or "0"))
                    Assert.That(JsonNode.DeepEquals(read, written), $"{path}: {read?.ToJsonString()} became {written?.ToJsonString()}");
                break;
        }
    }

    private static void Collect(JsonNode? node, HashSet<string> names)
    {
        foreach ((string name, JsonNode? value) in (node as JsonObject)?.AsEnumerable() ?? [])
        {
            names.Add(name);
            Collect(value, names);
        }
        foreach (JsonNode? element in (node as JsonArray)?.AsEnumerable() ?? [])
            Collect(element, names);
    }
}
