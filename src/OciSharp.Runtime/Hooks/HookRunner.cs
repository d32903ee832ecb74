using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Processes;
using OciSharp.Runtime.Trace;
using OciSharp.Spec;

namespace OciSharp.Runtime.Hooks;

/// <summary>
/// Runs the hooks of the runtime's own namespaces: prestart, createRuntime, poststart and poststop (<c>config.md#posix-platform-hooks</c>).
/// Those of the container are run by its init.
/// </summary>
public static class HookRunner
{
    /// <summary>Runs hooks in their order, up to the first that fails.</summary>
    /// <param name="kind">The name of the list in the configuration, such as <c>createRuntime</c>.</param>
    /// <param name="hooks">The hooks; <see langword="null"/> is none.</param>
    /// <param name="state">The container's state as JSON, which each hook finds on its standard input.</param>
    /// <param name="directory">The hooks' working directory; <see langword="null"/> for the runtime's own.</param>
    /// <param name="files">Where their output goes.</param>
    /// <param name="trace">Who wants to know how long each takes, if anybody.</param>
    /// <exception cref="ContainerException">A hook could not be run, failed, or took too long; the message holds its output, unless that went to files.</exception>
    public static void Run(
        string kind, IReadOnlyList<Hook>? hooks, ReadOnlyMemory<byte> state, string? directory = null, HookFiles files = default, CommandTrace? trace = null)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            trace?.Hook(kind, i, hooks![i]);
            RunOne(kind, i, hooks![i], state, directory, files);
        }
    }

    /// <summary>As <see cref="Run"/>, where failures are only warnings, and those that follow run all the same.</summary>
    public static void RunAll(
        string kind, IReadOnlyList<Hook>? hooks, ReadOnlyMemory<byte> state, ILogger log, HookFiles files = default, CommandTrace? trace = null)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            trace?.Hook(kind, i, hooks![i]);
            try
            {
                RunOne(kind, i, hooks![i], state, null, files);
            }
            catch (ContainerException e)
            {
                log.Warn(e.Message);
            }
        }
    }

    private static void RunOne(string kind, int index, Hook hook, ReadOnlyMemory<byte> state, string? directory, HookFiles files)
    {
        if (!hook.Path.StartsWith('/'))
            throw Failure(FailureClasses.HookNotRun, kind, index, hook, "the path of a hook must be absolute");
        if (hook.Timeout <= 0)
            throw Failure(FailureClasses.HookTooSlow, kind, index, hook, $"the timeout of a hook must be greater than 0, and is {hook.Timeout}");
        SpawnRequest request = new()
        {
            Path = hook.Path,
            Arguments = hook.Args is { Count: > 0 } arguments ? arguments : [hook.Path],
            Environment = hook.Env,
            WorkingDirectory = directory,
            Input = state,
            OutputFile = files.Output,
            ErrorFile = files.Errors,
            TimeoutSeconds = hook.Timeout,
        };
        SpawnResult result;
        try
        {
            result = Spawn.Run(request);
        }
        catch (Exception e) when (e is LinuxException or ArgumentException)
        {
            throw Failure(FailureClasses.HookNotRun, kind, index, hook, e.Message, e);
        }

        if (result.TimedOut)
            throw Failure(FailureClasses.HookTooSlow, kind, index, hook, $"killed, as it still ran after its timeout of {hook.Timeout} s" + Quote(result.Output, files));
        if (!result.Status.Success)
            throw Failure(FailureClasses.HookFailed, kind, index, hook, result.Status + Quote(result.Output, files));
    }

    private static string Quote(string output, HookFiles files)
    {
        if (output.Length > 0)
            return ", output: " + output.ReplaceLineEndings(" | ");
        return (files.Errors ?? files.Output) is { } file ? $", what it printed is in {file}" : ", and it printed nothing";
    }

    private static ContainerException Failure(FailureClass found, string kind, int index, Hook hook, string reason, Exception? inner = null) =>
        found.Failure($"error running {kind} hook #{index} ({hook.Path}): {reason}", $"$.hooks.{kind}[{index}]", inner);
}
