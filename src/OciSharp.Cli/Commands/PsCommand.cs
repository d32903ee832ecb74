using System.Globalization;
using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>ps</c></summary>
internal sealed class PsCommand : Command
{
    private readonly TextFlag _format = new("format", "table or json", 'f', preset: "table") { Takes = "table|json" };

    public override string Name => "ps";

    public override string Summary => "show the processes of a container";

    public override string Arguments => "<container-id> [ps options]";

    public override string Description => """
        A table is what ps(1) of the host says about the container's processes, with the options behind the id (default: -ef).
        JSON is an array of pids.
        """;

    public override string Examples => """
        ocisharp ps web -o pid,comm
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override int MinArguments => 1;

    public override int MaxArguments => int.MaxValue;

    public override bool FlagsEndAtFirstArgument => true;

    public override Flag[] Flags => [_format];

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        RuntimeContext context = session.Context();
        StandardOutput.Write(_format.Value switch
        {
            "table" => Container.ProcessTable(context, arguments[0], [.. arguments.Skip(1)]),
            "json" => Json(Container.Processes(context, arguments[0])),
            _ => throw new UsageException($"invalid format option: \"{_format.Value}\" is neither table nor json"),
        });
        return 0;
    }

    private static string Json(IReadOnlyList<int> pids)
    {
        string[] texts = new string[pids.Count];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = pids[i].ToString(CultureInfo.InvariantCulture);
        return $"[{string.Join(',', texts)}]\n";
    }
}
