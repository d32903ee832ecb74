namespace OciSharp.Runtime;

/// <summary>What <c>exec</c> is told: a process document, or single properties over those of the container's own process.</summary>
public sealed class ExecOptions
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>The file with the process (<c>config.md#process</c> as a document of its own).</summary>
    public string? ProcessFile { get; init; }

    /// <summary>The program and its arguments, where there is no <see cref="ProcessFile"/>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The working directory in the container.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables, <c>NAME=value</c>, over those of the container's process.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The process gets a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary><c>UID</c> or <c>UID:GID</c>.</summary>
    public string? User { get; init; }

    /// <summary>Further groups.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary>Capabilities over those of the container's process; none becomes inheritable.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The AppArmor profile.</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary>The SELinux label.</summary>
    public string? ProcessLabel { get; init; }

    /// <summary>no_new_privs; null leaves it as the container's process has it.</summary>
    public bool? NoNewPrivileges { get; init; }

    /// <summary>Do not wait for the end of the process.</summary>
    public bool Detach { get; init; }

    /// <summary>The file to write the pid to.</summary>
    public string? PidFile { get; init; }

    /// <summary>The socket that receives the master of the terminal.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>The socket that receives a pidfd of the process.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>Descriptors after stdio that the process gets.</summary>
    public int PreserveFds { get; init; }

    /// <summary>
    /// Cgroups below the container's: <c>PATH</c> for all hierarchies, or <c>CONTROLLER[,CONTROLLER…]:PATH</c>.
    /// </summary>
    public IReadOnlyList<string> Cgroups { get; init; } = [];

    /// <summary>Go on in a paused container: the process waits until it is resumed.</summary>
    public bool IgnorePaused { get; init; }
}
