using System.Buffers;
using System.Text.Json;
using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Documents;
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

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        ContainerState state = Container.State(session.Context(), arguments[0]);
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter json = Json.Writer(text, ' ', 2))
            StateJson.Write(json, state, owner: ""); // as runc has it here; its list tells the owner
        StandardOutput.Write(text.WrittenSpan);
        return 0;
    }
}
