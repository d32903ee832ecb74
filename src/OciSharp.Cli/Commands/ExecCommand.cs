using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary><c>exec</c></summary>
internal sealed class ExecCommand : Command
{
    private readonly TextFlag _consoleSocket = new("console-socket", "the socket that receives the master of the process's terminal") { Takes = "FILE" };
    private readonly TextFlag _pidfdSocket = new("pidfd-socket", "the socket that receives a pidfd of the process") { Takes = "FILE" };
    private readonly TextFlag _cwd = new("cwd", "the working directory in the container") { Takes = "PATH" };
    private readonly ListFlag _env = new("env", "a variable, NAME=value (may be given several times)", 'e') { Takes = "NAME=VALUE" };
    private readonly Switch _tty = new("tty", "give the process a terminal", 't');
    private readonly TextFlag _user = new("user", "the user, UID or UID:GID", 'u') { Takes = "UID[:GID]" };
    private readonly ListFlag _additionalGids = new("additional-gids", "a further group (may be given several times)", 'g') { Takes = "GID" };
    private readonly TextFlag _process = new("process", "the file with the process, as the specification has it in config.json", 'p') { Takes = "FILE" };
    private readonly Switch _detach = new("detach", "do not wait for the end of the process", 'd');
    private readonly TextFlag _pidFile = new("pid-file", "the file to write the pid of the process to") { Takes = "FILE" };
    private readonly TextFlag _processLabel = new("process-label", "the SELinux label of the process") { Takes = "LABEL" };
    private readonly TextFlag _apparmor = new("apparmor", "the AppArmor profile of the process") { Takes = "PROFILE" };
    private readonly Switch _noNewPrivileges = new("no-new-privs", "set no_new_privs for the process");
    private readonly ListFlag _cap = new("cap", "a capability that the process has besides (may be given several times)", 'c') { Takes = "CAPABILITY" };
    private readonly NumberFlag _preserveFds = new("preserve-fds", "how many descriptors after stdio (and those of LISTEN_FDS) the process gets") { Takes = "NUMBER" };
    private readonly ListFlag _cgroup = new("cgroup", "a cgroup below the container's: PATH, or CONTROLLER[,CONTROLLER...]:PATH (may be given several times)") { Takes = "PATH" };
    private readonly Switch _ignorePaused = new("ignore-paused", "go on in a paused container; the process waits until it is resumed");
    private readonly TextFlag _trace = TraceFlag.New();

    public override string Name => "exec";

    public override string Summary => "run a further process in a container";

    public override string Arguments => "<container-id> [command [arguments...]]";

    public override string Description => """
        Runs a process in a container that runs: its program and arguments follow the container's id, or stand in the file of --process.
        The exit code is that of the process, or 255 if it could not be run.
        """;

    public override string ExitStatus => "That of the process, or 128 and the number of the signal that ended it; 0 with --detach; 255 if it could not be run.";

    public override string Examples => """
        ocisharp exec -t web sh
        ocisharp exec --cwd /tmp --env DEBUG=1 web env
        """;

    public override string ArgumentsTake => "CONTAINER";

    public override Flag[] Flags =>
    [
        _consoleSocket, _pidfdSocket, _cwd, _env, _tty, _user, _additionalGids, _process, _detach, _pidFile, _processLabel, _apparmor,
        _noNewPrivileges, _cap, _preserveFds, _cgroup, _ignorePaused, _trace,
    ];

    public override int MinArguments => 1;

    public override int MaxArguments => int.MaxValue;

    public override bool FlagsEndAtFirstArgument => true;

    public override int FailureCode => 255;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 1 && _process.Value is null)
            throw new UsageException("process args cannot be empty");
        return session.Traced(_trace.Value, Name, context => Container.Exec(context, new ExecOptions
        {
            Id = arguments[0],
            Arguments = [.. arguments.Skip(1)],
            ProcessFile = _process.Value,
            WorkingDirectory = _cwd.Value,
            Environment = _env.Values,
            Terminal = _tty.Value,
            User = _user.Value,
            AdditionalGids = [.. _additionalGids.Values.Select(Group)],
            Capabilities = _cap.Values,
            ApparmorProfile = _apparmor.Value,
            ProcessLabel = _processLabel.Value,
            NoNewPrivileges = _noNewPrivileges.IsSet ? _noNewPrivileges.Value : null,
            Detach = _detach.Value,
            PidFile = _pidFile.Value,
            ConsoleSocket = _consoleSocket.Value,
            PidfdSocket = _pidfdSocket.Value,
            PreserveFds = _preserveFds.Value,
            Cgroups = _cgroup.Values,
            IgnorePaused = _ignorePaused.Value,
        }));
    }

    private static uint Group(string text) =>
        uint.TryParse(text, System.Globalization.NumberStyles.None, null, out uint id) && id != uint.MaxValue
            ? id
            : throw new UsageException($"invalid value \"{text}\" for flag -additional-gids: must be a number");
}
