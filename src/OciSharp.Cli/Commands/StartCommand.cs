using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>start</c></summary>
internal sealed class StartCommand : Command
{
    private readonly TextFlag _trace = TraceFlag.New();

    public override string Name => "start";

    public override string Summary => "execute the program of a created container";

    public override string Arguments => "<container-id>";

    public override string Description => """
        Has a container that "create" made execute its program. Returns when that has happened, or tells why it could not.
        """;

    public override string Examples => """
        ocisharp start web
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override Flag[] Flags => [_trace];

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments) => session.Traced(_trace.Value, Name, context =>
    {
        Container.Start(context, arguments[0]);
        return 0;
    });
}
