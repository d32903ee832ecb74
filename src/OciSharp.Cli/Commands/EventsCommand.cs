using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>events</c></summary>
internal sealed class EventsCommand : Command
{
    private readonly DurationFlag _interval = new("interval", "the time from counters to counters", preset: "5s") { Takes = "DURATION" };
    private readonly Switch _stats = new("stats", "print the counters once");

    public override string Name => "events";

    public override string Summary => "print the counters of a container, and each time that it runs out of memory";

    public override string Arguments => "<container-id>";

    public override string Description => """
        Prints one JSON object per line, of the type "stats" or "oom", until the container stops.
        """;

    public override string Examples => """
        ocisharp events --stats web | jq .data.memory.usage
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override Flag[] Flags => [_interval, _stats];

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        RuntimeContext context = session.Context();
        if (_stats.Value)
            Container.Stats(context, arguments[0], StandardOutput.Write);
        else
            Container.Events(context, arguments[0], _interval.Milliseconds, StandardOutput.Write);
        return 0;
    }
}
