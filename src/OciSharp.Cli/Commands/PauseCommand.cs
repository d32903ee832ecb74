using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>pause</c></summary>
internal sealed class PauseCommand : Command
{
    public override string Name => "pause";

    public override string Summary => "stop all processes of a container for a while";

    public override string Arguments => "<container-id>";

    public override string ArgumentsTake => "CONTAINER";

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        Container.Pause(session.Context(), arguments[0]);
        return 0;
    }
}
