using OciSharp.Cli.CommandLine;
using OciSharp.Runtime.Documents;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>features</c></summary>
internal sealed class FeaturesCommand : Command
{
    public override string Name => "features";

    public override string Summary => "print what this build can do";

    public override string Description => """
        Prints the features structure of the runtime specification, as JSON. It tells what the runtime supports; whether the
        host does too is another matter.
        """;

    public override string Examples => """
        ocisharp features | jq .linux.namespaces
        """;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        StandardOutput.Write(RuntimeFeatures.Text(BuildInfo.Version, BuildInfo.Commit));
        return 0;
    }
}
