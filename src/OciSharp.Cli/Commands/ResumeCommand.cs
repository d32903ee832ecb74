using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>resume</c></summary>
internal sealed class ResumeCommand : Command
{
    public override string Name => "resume";

    public override string Summary => "let the processes of a paused container go on";

    public override string Arguments => "<container-id>";

    public override string ArgumentsTake => "CONTAINER";

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        Container.Resume(session.Context(), arguments[0]);
        return 0;
    }
}
