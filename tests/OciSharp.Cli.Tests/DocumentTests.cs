using System.Text;
using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Cli.Tests;

public class DocumentTests
{
    [Test]
    public void The_configuration_of_spec() => Snapshot.Check("config.json", Text(DefaultConfig.Privileged(cgroupNamespace: false)));

    [Test]
    public void The_configuration_of_spec_rootless() => Snapshot.Check("config-rootless.json", Text(DefaultConfig.Rootless(1000, 1001, cgroupNamespace: true)));

    [Test]
    public void The_features_document() => Snapshot.Check("features.json", RuntimeFeatures.Text("VERSION", "COMMIT"));

    private static string Text(Config config) => Encoding.UTF8.GetString(Json.Indented(config, OciSharpJsonContext.Default.Config, '\t', 1));
}
