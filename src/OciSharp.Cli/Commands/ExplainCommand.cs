using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>explain</c></summary>
internal sealed class ExplainCommand : Command
{
    private readonly TextFlag _bundle = new("bundle", "the bundle's directory (default: the current directory)", 'b', preset: ".") { Takes = "DIRECTORY" };
    private readonly TextFlag _config = new("config", "another file than config.json: absolute, or relative to the bundle", 'f') { Takes = "FILE" };
    private readonly TextFlag _for = new("for", "the command to explain: create or exec", preset: "create") { Takes = "create|exec" };
    private readonly TextFlag _format = new("format", "text, json, sh or html", preset: "text") { Takes = "text|json|sh|html" };
    private readonly Switch _verbose = new("verbose", "with the system calls of each step (text)", 'v');
    private readonly TextFlag _process = new("process", "with --for exec: the file with the process (default: that of the configuration)", 'p') { Takes = "FILE" };
    private readonly Switch _noPivot = new("no-pivot", "as for create");
    private readonly Switch _noNewKeyring = new("no-new-keyring", "as for create");
    private readonly NumberFlag _preserveFds = new("preserve-fds", "as for create and exec") { Takes = "NUMBER" };

    public override string Name => "explain";

    public override string Summary => "show what create, start and exec would do";

    public override string Arguments => "[container-id]";

    public override string Description => """
        Reads, checks and plans as create (or exec) would, and shows the plan in place of running it: each step, the process that takes
        it, the part of config.json that it comes from, and why it stands where it does. Nothing is changed, and no privileges are needed.
        An ordinary user is shown what happens without privileges; "ocisharp --rootless=false explain" shows what root would do.
        """;

    public override string Examples => """
        ocisharp spec --bundle bundle
        ocisharp explain --bundle bundle
        """;

    public override Flag[] Flags => [_bundle, _config, _for, _format, _verbose, _process, _noPivot, _noNewKeyring, _preserveFds];

    public override int MaxArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        ExplainedVerb verb = _for.Value switch
        {
            "create" => ExplainedVerb.Create,
            "exec" => ExplainedVerb.Exec,
            _ => throw new UsageException($"invalid value \"{_for.Value}\" for flag -for: must be create or exec"),
        };
        if (_process.Value is not null && verb != ExplainedVerb.Exec)
            throw new UsageException("--process goes with --for exec");
        RuntimeContext context = session.ContextOnly();
        var options = new ExplainOptions
        {
            Verb = verb,
            Id = arguments.Count > 0 ? arguments[0] : "ID",
            Bundle = _bundle.Value!,
            ConfigFile = _config.Value,
            ProcessFile = _process.Value,
            NoPivot = _noPivot.Value,
            NoNewKeyring = _noNewKeyring.Value,
            PreserveFds = _preserveFds.Value,
        };
        StandardOutput.Write(_format.Value switch
        {
            "text" => Container.ExplainAsText(context, options, _verbose.Value, StandardOutput.TakesColour),
            "json" => Container.ExplainAsJson(context, options),
            "sh" => Container.ExplainAsShell(context, options),
            "html" => Container.ExplainAsHtml(context, options),
            _ => throw new UsageException($"invalid format option: \"{_format.Value}\" is none of text, json, sh and html"),
        });
        return 0;
    }
}
