using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Signals;

namespace OciSharp.Cli.Commands;

/// <summary><c>kill</c></summary>
internal sealed class KillCommand : Command
{
    private readonly Switch _all = new("all", "send the signal to all processes of the container", 'a');
    private readonly Switch _regex = new("regex", "the id is a regular expression (POSIX, extended): signal each container whose id it matches", 'r');

    public override string Name => "kill";

    public override string Summary => "send a signal (default: SIGTERM) to the init of a container";

    public override string Arguments => "<container-id> [signal]";

    public override string Description => """
        The signal is a name, with or without "SIG", or a number.
        """;

    public override string Examples => """
        ocisharp kill demo KILL
        """;

    public override string ArgumentsTake => "CONTAINER TERM|KILL|HUP|INT|QUIT|USR1|USR2|STOP|CONT|WINCH";

    public override int MinArguments => 1;

    public override int MaxArguments => 2;

    public override Flag[] Flags => [_all, _regex];

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        RuntimeContext context = session.Context();
        int signal = SignalNames.Parse(arguments.Count > 1 ? arguments[1] : "TERM");
        if (!_regex.Value)
            Container.Kill(context, arguments[0], signal, _all.Value);
        else
            EachMatch.Do(context, arguments[0], id => Container.Kill(context, id, signal, _all.Value));
        return 0;
    }
}
