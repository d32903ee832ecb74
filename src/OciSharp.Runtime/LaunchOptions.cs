namespace OciSharp.Runtime;

/// <summary>The options of <c>create</c>, which <c>run</c> has too.</summary>
public sealed class CreateOptions
{
    /// <summary>The container's id, unique under the root of the <see cref="RuntimeContext"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The bundle's directory. Relative to the working directory unless it is absolute.</summary>
    public required string Bundle { get; init; }

    /// <summary>The configuration, if it is not <c>config.json</c> of the bundle.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The AF_UNIX socket that gets the master of the container's terminal.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>The AF_UNIX socket that gets a pidfd of the container's init.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>The file that gets the pid of the container's init, in decimal and without a newline.</summary>
    public string? PidFile { get; init; }

    /// <summary>Enter the root file system with MS_MOVE and chroot(2), for roots that pivot_root(2) refuses, such as a ramfs.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Keep the caller's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>How many descriptors from 3 on (and after those of LISTEN_FDS) the container's process gets.</summary>
    public int PreserveFds { get; init; }
}

/// <summary>The options of <c>run</c>.</summary>
public sealed class RunOptions
{
    /// <summary>What it has in common with <c>create</c>.</summary>
    public required CreateOptions Create { get; init; }

    /// <summary>Return as soon as the container's process runs.</summary>
    public bool Detach { get; init; }

    /// <summary>Keep the stopped container's state and cgroup.</summary>
    public bool Keep { get; init; }

    /// <summary>Do not adopt the orphans of the container.</summary>
    public bool NoSubreaper { get; init; }
}
