using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>run</c></summary>
internal sealed class RunCommand : Command
{
    private readonly LaunchFlags _launch = new();
    private readonly Switch _detach = new("detach", "do not wait for the container's end", 'd');
    private readonly Switch _keep = new("keep", "do not delete the container when it has ended");
    private readonly Switch _noSubreaper = new("no-subreaper", "do not adopt the orphans of the container");

    public override string Name => "run";

    public override string Summary => "create and start a container";

    public override string Arguments => "<container-id>";

    public override string Description => """
        Makes a container from a bundle and starts it. In the foreground, the exit code is the container's, and the container is
        deleted at its end.
        """;

    public override string ExitStatus => "In the foreground that of the process of the container, or 128 and the number of the signal that ended it; 0 with --detach; 1 if the container could not be run.";

    public override string Examples => """
        ocisharp run --bundle /srv/web web
        ocisharp run --detach --bundle /srv/web --pid-file /run/web.pid web
        """;

    public override Flag[] Flags => [.. _launch.All, _detach, _keep, _noSubreaper];

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments) => session.Traced(_launch.Trace, Name, context => Container.Run(context, new RunOptions
    {
        Create = _launch.Options(arguments[0]),
        Detach = _detach.Value,
        Keep = _keep.Value,
        NoSubreaper = _noSubreaper.Value,
    }));
}
