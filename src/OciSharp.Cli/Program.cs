using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Output;
using OciSharp.Spec;

namespace OciSharp.Cli;

internal static class Program
{
    /// <summary>What a shell reports of a program that died of SIGPIPE.</summary>
    private const int ExitBrokenPipe = 128 + 13;

    // The shape is runc's, which dockerd parses; the name is ours, because tools decide by it which options there are.
    private const string VersionText = $"ocisharp version {BuildInfo.Version}\ncommit: {BuildInfo.Commit}\nspec: {SpecVersion.Max}\n";

    private static int Main(string[] args)
    {
        var session = new Session(new GlobalFlags());
        try
        {
            // Engines ask for the version often, and before anything else.
            return args is ["--version" or "-v"] ? Print(VersionText) : Run(session, args);
        }
        catch (BrokenPipeException)
        {
            return ExitBrokenPipe;
        }
        catch (Exception failure)
        {
            return Report(session, failure);
        }
    }

    private static int Run(Session session, ReadOnlySpan<string> words)
    {
        GlobalFlags flags = session.Flags;
        try
        {
            words = words[Parser.ParseLeading(flags.All, flags.Help, words)..];
        }
        catch (UsageException mistake)
        {
            StandardOutput.Write($"Incorrect Usage. {mistake.Message}\n\n{HelpText.OfProgram(flags)}");
            throw;
        }

        if (flags.Version.Value)
            return Print(VersionText);
        if (flags.Help.Value || words.IsEmpty)
            return Print(HelpText.OfProgram(flags));
        session.OpenLog();
        Command command = CommandTable.Find(words[0]) ?? throw CommandTable.Unknown(words[0]);
        session.FailureCode = command.FailureCode;
        return Run(session, command, words[1..]);
    }

    private static int Run(Session session, Command command, ReadOnlySpan<string> words)
    {
        List<string> arguments;
        try
        {
            arguments = Parser.Parse(command, words);
        }
        catch (UsageException mistake)
        {
            StandardOutput.Write($"Incorrect Usage: {mistake.Message}\n\n{HelpText.OfCommand(command)}");
            throw;
        }

        if (command.Help.Value)
            return Print(HelpText.OfCommand(command));
        try
        {
            Parser.CheckArguments(command, arguments.Count);
        }
        catch (UsageException)
        {
            StandardOutput.Write($"Incorrect Usage.\n\n{HelpText.OfCommand(command)}");
            throw;
        }
        return command.Run(session, arguments);
    }

    private static int Print(string text)
    {
        StandardOutput.Write(text);
        return 0;
    }

    /// <summary>Logs why the command failed, and says it on standard error too if the log is elsewhere: conmon and podman read it there.</summary>
    private static int Report(Session session, Exception failure)
    {
        string reason = Reason(failure);
        try
        {
            RuntimeLog log = session.Log;
            log.FailedAt(failure);
            log.Failed(reason);
            if (!log.IsStandardError)
                StandardError.WriteLine(reason);
        }
        catch (Exception second)
        {
            StandardError.WriteLine($"{reason} (not logged: {second.GetType().Name}: {second.Message})");
        }
        return session.FailureCode;
    }

    /// <summary>What a user is told: the message of what is meant for users, and a clear sign of a mistake of ours.</summary>
    internal static string Reason(Exception failure) => failure switch
    {
        UsageException => failure.Message,
        _ when Failure.IsExpected(failure) => failure.Message,
        OutOfMemoryException => "there is not enough memory: a command may have 64 MiB for its data: make the configuration smaller, or raise the limits of the caller (ulimit -v, ulimit -d)",
        _ => $"internal error: {failure.GetType().Name}: {failure.Message}",
    };
}
