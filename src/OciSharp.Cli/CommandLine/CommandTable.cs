using OciSharp.Cli.Commands;

namespace OciSharp.Cli.CommandLine;

/// <summary>The commands. Only the one that is asked for is built, unless the help wants them all.</summary>
internal static class CommandTable
{
    /// <summary>The names, in the order of the help.</summary>
    public static string[] Names => ["create", "start", "run", "exec", "state", "kill", "delete", "list", "ps", "events", "pause", "resume", "update", "spec", "explain", "trace", "features", "doctor", "completion", "man", "help"];

    /// <summary>The command of that name, or null.</summary>
    public static Command? Find(string name) => name switch
    {
        "create" => new CreateCommand(),
        "start" => new StartCommand(),
        "run" => new RunCommand(),
        "exec" => new ExecCommand(),
        "state" => new StateCommand(),
        "kill" => new KillCommand(),
        "delete" => new DeleteCommand(),
        "list" => new ListCommand(),
        "ps" => new PsCommand(),
        "events" => new EventsCommand(),
        "pause" => new PauseCommand(),
        "resume" => new ResumeCommand(),
        "update" => new UpdateCommand(),
        "spec" => new SpecCommand(),
        "explain" => new ExplainCommand(),
        "trace" => new TraceCommand(),
        "features" => new FeaturesCommand(),
        "doctor" => new DoctorCommand(),
        "completion" => new CompletionCommand(),
        "man" => new ManCommand(),
        "help" or "h" => new HelpCommand(),
        _ => null,
    };

    /// <summary>The error for a name that is none.</summary>
    public static UsageException Unknown(string name) => new($"unknown command \"{name}\": see ocisharp --help");
}
