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
    public void The_features_document()
    {
        Assume.That(Environment.OSVersion.Version, Is.GreaterThanOrEqualTo(new Version(5, 19)), "older kernels do not support all flags of seccomp(2)");
        Snapshot.Check("features.json", RuntimeFeatures.Text("VERSION", "COMMIT"));
    }

    private static string Text(Config config) => Encoding.UTF8.GetString(ConfigWriter.Write(config, "\t"));
}
