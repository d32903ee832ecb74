using System.Text;
using OciSharp.Cli.Documents;
using OciSharp.Cli.Output;
using OciSharp.Spec;

namespace OciSharp.Cli.Tests;

public class DocumentTests
{
    [Test]
    public void The_configuration_of_spec() => Snapshot.Check("config.json", Text(DefaultConfig.Privileged(cgroupNamespace: false)));

    [Test]
    public void The_configuration_of_spec_rootless() => Snapshot.Check("config-rootless.json", Text(DefaultConfig.Rootless(1000, 1001, cgroupNamespace: true)));

    [Test]
    public void The_features_document()
    {
        string text = Encoding.UTF8.GetString(Json.Indented(RuntimeFeatures.Document(), OciSharpJsonContext.Default.Features, ' ', 4));
        Snapshot.Check("features.json", text.Replace(BuildInfo.Commit, "COMMIT").Replace(BuildInfo.Version, "VERSION"));
    }

    private static string Text(Config config) => Encoding.UTF8.GetString(Json.Indented(config, OciSharpJsonContext.Default.Config, '\t', 1));
}
