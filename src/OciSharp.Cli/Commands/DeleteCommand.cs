using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>delete</c></summary>
internal sealed class DeleteCommand : Command
{
    private readonly Switch _force = new("force", "kill the container first if it is not stopped; one that does not exist is no error", 'f');
    private readonly Switch _regex = new("regex", "the id is a regular expression (POSIX, extended): delete each container whose id it matches", 'r');
    private readonly TextFlag _trace = TraceFlag.New();

    public override string Name => "delete";

    public override string Summary => "remove what is left of a container";

    public override string Arguments => "<container-id>";

    public override string Examples => """
        ocisharp delete --force web
        ocisharp delete --regex '^test-'
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override int MinArguments => 1;

    public override Flag[] Flags => [_force, _regex, _trace];

    public override int Run(Session session, IReadOnlyList<string> arguments) => session.Traced(_trace.Value, Name, context =>
    {
        if (!_regex.Value)
            Container.Delete(context, arguments[0], _force.Value);
        else
            EachMatch.Do(context, arguments[0], id => Container.Delete(context, id, _force.Value));
        return 0;
    });
}
