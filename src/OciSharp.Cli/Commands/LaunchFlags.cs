using OciSharp.Cli.CommandLine;
using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary>The flags that <c>create</c> and <c>run</c> share.</summary>
internal sealed class LaunchFlags
{
    private readonly TextFlag _bundle = new("bundle", "the bundle's directory (default: the current directory)", 'b', preset: ".") { Takes = "DIRECTORY" };
    private readonly TextFlag _config = new("config", "another file than config.json: absolute, or relative to the bundle", 'f') { Takes = "FILE" };
    private readonly TextFlag _consoleSocket = new("console-socket", "the socket that receives the master of the container's terminal") { Takes = "FILE" };
    private readonly TextFlag _pidfdSocket = new("pidfd-socket", "the socket that receives a pidfd of the container's init") { Takes = "FILE" };
    private readonly TextFlag _pidFile = new("pid-file", "the file to write the pid of the container's init to") { Takes = "FILE" };
    private readonly TextFlag _trace = TraceFlag.New();
    private readonly Switch _noPivot = new("no-pivot", "enter the root with chroot instead of pivot_root: for a host whose root is a ramfs");
    private readonly Switch _noNewKeyring = new("no-new-keyring", "leave the container in the session keyring of the caller");
    private readonly NumberFlag _preserveFds = new("preserve-fds", "how many descriptors after stdio (and those of LISTEN_FDS) the container gets") { Takes = "NUMBER" };

    public Flag[] All => [_bundle, _config, _consoleSocket, _pidfdSocket, _pidFile, _trace, _noPivot, _noNewKeyring, _preserveFds];

    /// <summary>The file of <c>--trace</c>, or null.</summary>
    public string? Trace => _trace.Value;

    /// <summary>What they were set to, for the container <paramref name="id"/>.</summary>
    public CreateOptions Options(string id) => new()
    {
        Id = id,
        Bundle = _bundle.Value!,
        ConfigFile = _config.Value,
        ConsoleSocket = _consoleSocket.Value,
        PidfdSocket = _pidfdSocket.Value,
        PidFile = _pidFile.Value,
        NoPivot = _noPivot.Value,
        NoNewKeyring = _noNewKeyring.Value,
        PreserveFds = _preserveFds.Value,
    };
}
