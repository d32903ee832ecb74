using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Output;
using OciSharp.Runtime.State;

namespace OciSharp.Cli.Commands;

/// <summary><c>state</c></summary>
internal sealed class StateCommand : Command
{
    public override string Name => "state";

    public override string Summary => "print the state of a container";

    public override string Arguments => "<container-id>";

    public override string Description => """
        Prints the state of the runtime specification, with "rootfs", "created" and "owner" besides, as JSON.
        """;

    public override string Examples => """
        ocisharp state web | jq .status
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        StandardOutput.Write(StateJson.Indented(Container.State(session.Context(), arguments[0])));
        return 0;
    }
}
