using OciSharp.Cli.CommandLine;
using OciSharp.Runtime.Output;
using OciSharp.Runtime.Trace;

namespace OciSharp.Cli.Commands;

/// <summary><c>trace</c></summary>
internal sealed class TraceCommand : Command
{
    public override string Name => "trace";

    public override string Summary => "show what --trace has written";

    public override string Arguments => "<file>";

    public override string Description => """
        Prints a table of the steps of each process, with their start and length in milliseconds, and a bar that shows when they were.
        """;

    public override string Examples => """
        ocisharp run --trace run.json --bundle /srv/web web
        ocisharp trace run.json
        """;

    public override string ArgumentsTake => "FILE";

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        StandardOutput.Write(TraceReport.Of(arguments[0], StandardOutput.Width, StandardOutput.TakesUnicode, StandardOutput.TakesColour));
        return 0;
    }
}
