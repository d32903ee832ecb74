namespace OciSharp.Integration.Harness;

/// <summary>
/// A network namespace that plays the host's part: devices are made and moved there, and with it whatever is left of them goes. The
/// machine's own network is never touched.
/// </summary>
public sealed class NetworkSandbox : IDisposable
{
    private const string Nsenter = "/usr/bin/nsenter";

    private readonly Scratch _scratch;
    private readonly NamespaceHolder _holder;

    /// <param name="scratch">The directory of the test.</param>
    public NetworkSandbox(Scratch scratch)
    {
        _scratch = scratch;
        _holder = NamespaceHolder.Start(scratch, "--net");
    }

    /// <summary>The namespace, for containers that join it.</summary>
    public string Path => $"/proc/{_holder.Pid}/ns/net";

    /// <summary>Why no devices can be made here, or null.</summary>
    public string? Obstacle
    {
        get
        {
            var made = Try(Path, "ip link add name probe type veth && ip link delete dev probe");
            return made.ExitCode == 0 ? null : $"this kernel makes no virtual network devices: {made.Error.Trim()}";
        }
    }

    /// <summary>Runs a shell script in the namespace.</summary>
    /// <returns>What it printed.</returns>
    public string Execute(string script) => In(Path, script);

    /// <summary>Runs a shell script in the namespace of that path.</summary>
    public string In(string path, string script) => Try(path, script).Succeeded().Text;

    /// <summary>Makes a command run in the namespace.</summary>
    public Command Around(Command command) => command.Through(Nsenter, $"--net={Path}");

    /// <summary>All that a runtime could have changed: devices with their numbers, states and masters, addresses, routes.</summary>
    public string State() => Execute("ip -o link; ip -o addr; ip route | sort; ip -6 route | sort");

    /// <inheritdoc/>
    public void Dispose() => _holder.Dispose();

    private CommandResult Try(string path, string script) => new Command(_scratch, [Nsenter, $"--net={path}", "/bin/sh", "-ec", script]).Execute();
}
