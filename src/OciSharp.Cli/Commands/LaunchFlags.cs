using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Commands;

/// <summary>The flags that <c>create</c> and <c>run</c> share.</summary>
internal sealed class LaunchFlags
{
    public TextFlag Bundle { get; } = new("bundle", "the bundle's directory (default: the current directory)", 'b', preset: ".");

    public TextFlag Config { get; } = new("config", "another file than config.json: absolute, or relative to the bundle", 'f');

    public TextFlag ConsoleSocket { get; } = new("console-socket", "the socket that receives the master of the container's terminal");

    public TextFlag PidfdSocket { get; } = new("pidfd-socket", "the socket that receives a pidfd of the container's init");

    public TextFlag PidFile { get; } = new("pid-file", "the file to write the pid of the container's init to");

    public Switch NoPivot { get; } = new("no-pivot", "enter the root with chroot instead of pivot_root: for a host whose root is a ramfs");

    public Switch NoNewKeyring { get; } = new("no-new-keyring", "leave the container in the session keyring of the caller");

    public NumberFlag PreserveFds { get; } = new("preserve-fds", "how many descriptors after stdio (and those of LISTEN_FDS) the container gets");

    public Flag[] All => [Bundle, Config, ConsoleSocket, PidfdSocket, PidFile, NoPivot, NoNewKeyring, PreserveFds];
}
