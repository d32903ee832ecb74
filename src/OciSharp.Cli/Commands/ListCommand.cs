using System.Globalization;
using OciSharp.Cli.CommandLine;
using OciSharp.Cli.Output;
using OciSharp.Runtime;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Output;
using OciSharp.Runtime.State;

namespace OciSharp.Cli.Commands;

/// <summary><c>list</c></summary>
internal sealed class ListCommand : Command
{
    private readonly TextFlag _format = new("format", "table or json", 'f', preset: "table") { Takes = "table|json" };
    private readonly Switch _quiet = new("quiet", "print the ids only", 'q');

    public override string Name => "list";

    public override string Summary => "list the containers below the root directory";

    public override string Examples => """
        ocisharp list --quiet
        ocisharp --root /run/runc list --format json
        """;

    public override Flag[] Flags => [_format, _quiet];

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        IReadOnlyList<ContainerState> containers = Container.List(session.Context());
        if (_quiet.Value)
            WriteIds(containers);
        else if (_format.Value == "table")
            StandardOutput.Write(Table(containers));
        else if (_format.Value == "json")
            StandardOutput.Write(StateJson.Line(containers));
        else
            throw new UsageException($"invalid format option: \"{_format.Value}\" is neither table nor json");
        return 0;
    }

    /// <summary>The table, with the columns of runc.</summary>
    internal static string Table(IReadOnlyList<ContainerState> containers)
    {
        var owners = new UserNames();
        var table = new TextTable("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
        foreach (ContainerState state in containers)
        {
            ContainerRecord record = state.Record;
            table.Add(record.Id, state.Pid.ToString(CultureInfo.InvariantCulture), state.Status, LogEscape.Line(record.Bundle), record.Created, owners.Of(record.Owner));
        }
        return table.ToString();
    }

    private static void WriteIds(IReadOnlyList<ContainerState> containers)
    {
        foreach (ContainerState state in containers)
            StandardOutput.Write($"{state.Record.Id}\n");
    }
}
