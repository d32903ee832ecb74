using Microsoft.Extensions.Logging;
using OciSharp.Runtime;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Trace;

namespace OciSharp.Cli.CommandLine;

/// <summary>What one command of the user has: the global flags, the log, and from them the context of the runtime.</summary>
/// <param name="flags">The global flags, parsed.</param>
internal sealed class Session(GlobalFlags flags)
{
    private RuntimeLog? _log;

    /// <summary>When the command began, for its trace; 0 if nobody wants one.</summary>
    private readonly ulong _began = CommandTrace.IsWanted ? CommandTrace.Now : 0;

    private CommandTrace? _trace;

    /// <summary>The global flags.</summary>
    public GlobalFlags Flags { get; } = flags;

    /// <summary>The log: until it is opened, text on standard error.</summary>
    public RuntimeLog Log => _log ??= RuntimeLog.Open(null, LogFormat.Text, LogLevel.Information);

    /// <summary>Opens the log that the flags describe.</summary>
    /// <exception cref="UsageException">A flag of the log has a value that there is not.</exception>
    public void OpenLog()
    {
        LogFormat format = Flags.LogFormat.Value switch
        {
            "text" => LogFormat.Text,
            "json" => LogFormat.Json,
            _ => throw new UsageException($"invalid log-format: {Flags.LogFormat.Value}"),
        };
        LogLevel level = Flags.LogLevel.Value switch
        {
            "error" => LogLevel.Error,
            "warning" or "warn" => LogLevel.Warning,
            "info" => LogLevel.Information,
            "debug" => LogLevel.Debug,
            _ => throw new UsageException($"invalid log-level: {Flags.LogLevel.Value}"),
        };
        _log = RuntimeLog.Open(Flags.Log.Value, format, Flags.Debug.Value ? LogLevel.Debug : level);
    }

    /// <summary>Does something that <c>--trace</c> may want to know the times of.</summary>
    /// <param name="file">Where the trace goes; null for none.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="act">What to do.</param>
    /// <returns>What that returns.</returns>
    /// <exception cref="ContainerException">The file cannot be opened, and nothing is done; or the act failed.</exception>
    public int Traced(string? file, string command, Func<RuntimeContext, int> act)
    {
        if (file is null)
            return act(Context());
        using (_trace = CommandTrace.Open(file, command, _began))
        {
            try
            {
                return act(Context());
            }
            catch (Exception failure)
            {
                _trace.Fail(Program.Reason(failure));
                throw;
            }
            finally
            {
                WriteTrace(_trace);
            }
        }
    }

    /// <summary>The exit code of the process when it fails.</summary>
    public int FailureCode { get; set; } = 1;

    /// <summary>The context for the verbs of the runtime.</summary>
    /// <exception cref="UsageException">A global flag has a value that there is not.</exception>
    public RuntimeContext Context() => Context(DefaultRoot.Find);

    /// <summary>As <see cref="Context()"/>, for a command that makes nothing, the root directory either.</summary>
    /// <exception cref="UsageException">A global flag has a value that there is not.</exception>
    public RuntimeContext ContextOnly() => Context(DefaultRoot.Name);

    /// <summary>As <see cref="ContextOnly"/>, with an empty root directory where none is given: for a command that runs on hosts where it cannot be told.</summary>
    /// <exception cref="UsageException">A global flag has a value that there is not.</exception>
    public RuntimeContext ContextWithoutRoot() => Context(static () => "");

    private RuntimeContext Context(Func<string> defaultRoot) =>
        RuntimeContext.Of(Root(defaultRoot), Flags.SystemdCgroup.Value ? "systemd" : Flags.CgroupManager.Value!, Rootless(), Log, _trace);

    /// <summary>What was done is done: that nothing tells of it is a warning.</summary>
    private void WriteTrace(CommandTrace trace)
    {
        try
        {
            trace.Write();
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            Log.Warn($"the trace is lost: {e.Message}");
        }
    }

    private string Root(Func<string> defaultRoot) => Flags.Root.Value switch
    {
        null => defaultRoot(),
        "" => throw new UsageException("invalid value \"\" for flag -root: must be a directory"),
        string path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)),
    };

    private bool? Rootless()
    {
        string value = Flags.Rootless.Value!;
        if (value == "auto")
            return null;
        return GoValue.ParseBool(value) ?? throw new UsageException($"invalid value \"{value}\" for flag -rootless: must be true, false or auto");
    }
}
