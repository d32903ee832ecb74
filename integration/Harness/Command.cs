using System.Diagnostics;

namespace OciSharp.Integration.Harness;

/// <summary>
/// A command line to be run, with its streams in files: a container that outlives the command keeps writing there, and
/// nothing here waits for the end of a pipe that somebody else still holds.
/// </summary>
public sealed class Command(Scratch scratch, IReadOnlyList<string> argv)
{
    private readonly Dictionary<string, string?> _environment = new() { ["TMPDIR"] = scratch.Temporary };
    private string _input = "/dev/null";
    private string? _terminal;
    private string _prologue = "", _launcher = "", _redirections = "";
    private string _directory = "/";
    private TimeSpan _timeout = TimeSpan.FromSeconds(60);

    public Command Environment(string name, string? value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Another program that executes the command in the end: <c>env -i A=b</c>, <c>setpriv --groups 4</c>.</summary>
    public Command Through(params string[] launcher)
    {
        _launcher += string.Concat(launcher.Select(word => Shell.Quote(word) + " "));
        return this;
    }

    public Command Directory(string path)
    {
        _directory = path;
        return this;
    }

    /// <summary>Text on stdin.</summary>
    public Command Input(string text)
    {
        _input = scratch.NewFile("in", text);
        return this;
    }

    /// <summary>A file, or a fifo, as stdin.</summary>
    public Command InputFrom(string path)
    {
        _input = path;
        return this;
    }

    /// <summary>Stdin, stdout and stderr are this terminal, which is the command's controlling one.</summary>
    public Command On(Pty terminal)
    {
        _terminal = terminal.Path;
        return this;
    }

    /// <summary>Shell words that run before the command: <c>ulimit -n 100;</c>, <c>trap '' USR1;</c>.</summary>
    public Command After(string shell)
    {
        _prologue = shell + " ";
        return this;
    }

    /// <summary>Redirections in the shell's words, after those of the three standard streams: <c>3&lt;/file 4&gt;/other</c>, <c>0&lt;&amp;-</c>.</summary>
    public Command Redirect(string redirections)
    {
        _redirections = redirections;
        return this;
    }

    public Command Within(TimeSpan timeout)
    {
        _timeout = timeout;
        return this;
    }

    /// <summary>Runs the command to its end. A command that takes longer than its time is killed, and the test fails.</summary>
    public CommandResult Execute()
    {
        using var running = Start();
        return running.Finish();
    }

    /// <summary>Starts the command and comes back at once.</summary>
    public RunningCommand Start()
    {
        var output = scratch.NewFile("out");
        var error = scratch.NewFile("err");
        var streams = _terminal is null
            ? $"<{Shell.Quote(_input)} >>{Shell.Quote(output)} 2>>{Shell.Quote(error)}"
            : $"<{_terminal} >{_terminal} 2>&1";
        var line = $"{_prologue}exec {_launcher}\"$@\" {streams} {_redirections}";

        var start = new ProcessStartInfo(_terminal is null ? "/bin/sh" : "/usr/bin/setsid") { UseShellExecute = false, WorkingDirectory = _directory };
        if (_terminal is not null)
        {
            // The terminal becomes the controlling one of the new session when it is opened as stdin.
            start.ArgumentList.Add("--wait");
            start.ArgumentList.Add("/bin/sh");
        }

        foreach (var argument in (string[])["-c", line, "sh", .. argv]) start.ArgumentList.Add(argument);
        foreach (var name in (string[])["NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "XDG_RUNTIME_DIR"]) start.Environment.Remove(name);
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        return new RunningCommand(string.Join(' ', argv), start, new Streams(output, error), _timeout);
    }
}

/// <summary>A command that has been started and not yet waited for.</summary>
public sealed class RunningCommand : IDisposable
{
    private readonly string _commandLine;
    private readonly Process _process;
    private readonly Streams _streams;
    private readonly TimeSpan _timeout;
    private readonly int _pid;

    internal RunningCommand(string commandLine, ProcessStartInfo start, Streams streams, TimeSpan timeout)
    {
        _commandLine = commandLine;
        _streams = streams;
        _timeout = timeout;
        _process = Process.Start(start)!;
        _pid = _process.Id;
        OurProcesses.Commands[_pid] = true;
    }

    public Streams Streams => _streams;

    public int Pid => _pid;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to stdout so far.</summary>
    public string Output => _streams.ReadOutput();

    public string Error => _streams.ReadError();

    public void Signal(int signal) => Libc.Check(Libc.kill(_pid, signal), "kill");

    /// <summary>Kills it, unless it has ended by itself.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end.</summary>
    public CommandResult Finish()
    {
        if (!_process.WaitForExit(_timeout))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            Assert.Fail($"{_commandLine}\ndid not end within {_timeout.TotalSeconds} s\nstdout: {Output}\nstderr: {Error}");
        }

        return new CommandResult(_commandLine, _process.ExitCode, Output, Error);
    }

    /// <summary>Ends the process if it still runs.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        OurProcesses.Commands.TryRemove(_pid, out _);
    }
}

/// <summary>The files that take the streams of a command, and of the container that it leaves behind.</summary>
public sealed record Streams(string Output, string Error)
{
    public string ReadOutput() => File.ReadAllText(Output);

    public string ReadError() => File.ReadAllText(Error);
}
