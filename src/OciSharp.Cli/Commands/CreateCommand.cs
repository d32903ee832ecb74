using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>create</c></summary>
internal sealed class CreateCommand : Command
{
    private readonly LaunchFlags _launch = new();
    private readonly Switch _detach = new("detach", "create always does", 'd') { Hidden = true };
    private readonly Switch _noSubreaper = new("no-subreaper", "create never is one") { Hidden = true };

    public override string Name => "create";

    public override string Summary => "create a container";

    public override string Arguments => "<container-id>";

    public override string Description => """
        Makes a container from a bundle: namespaces, cgroup, mounts and all else that its config.json asks for. Its program waits for "start".
        """;

    public override string Examples => """
        ocisharp create --bundle /srv/web --pid-file /run/web.pid web
        ocisharp start web
        """;

    public override Flag[] Flags => [.. _launch.All, _detach, _noSubreaper];

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments) => session.Traced(_launch.Trace, Name, context =>
    {
        Container.Create(context, _launch.Options(arguments[0]));
        return 0;
    });
}
