using OciSharp.Cli.CommandLine;
using OciSharp.Runtime.Documents;

namespace OciSharp.Cli.Commands;

/// <summary><c>spec</c></summary>
internal sealed class SpecCommand : Command
{
    private readonly TextFlag _bundle = new("bundle", "the bundle's directory (default: the current directory)", 'b') { Takes = "DIRECTORY" };
    private readonly TextFlag _file = new("file", "the file to write, relative to the bundle", 'f', preset: "config.json") { Takes = "FILE" };
    private readonly Switch _rootless = new("rootless", "a configuration for a container of a user without privileges");

    public override string Name => "spec";

    public override string Summary => "write a new config.json";

    public override string Description => """
        Writes a configuration to start from: a shell on a terminal, in the root file system "rootfs" of the bundle. A file that
        is there already is left alone.
        """;

    public override string Examples => """
        mkdir -p bundle/rootfs
        podman export $(podman create busybox) | tar -C bundle/rootfs -x
        ocisharp spec --bundle bundle
        ocisharp run --bundle bundle demo
        """;

    public override Flag[] Flags => [_bundle, _file, _rootless];

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        DefaultConfigFile.Write(Path.Combine(_bundle.Value ?? "", _file.Value!), _rootless.Value);
        return 0;
    }
}
