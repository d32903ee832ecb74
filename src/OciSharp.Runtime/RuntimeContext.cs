using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime;

/// <summary>What the global options of the command line decide, for every verb.</summary>
public sealed class RuntimeContext
{
    /// <summary>The directory that holds one directory per container: absolute, and not <c>/</c>.</summary>
    public required string Root { get; init; }

    /// <summary>The cgroups are made by systemd: <c>linux.cgroupsPath</c> has the form <c>slice:prefix:name</c>.</summary>
    public bool SystemdCgroup { get; init; }

    /// <summary>Whether to do without privileges: <see langword="null"/> decides by the effective user.</summary>
    public bool? Rootless { get; init; }

    /// <summary>Warnings and debug messages. Errors are thrown, not logged.</summary>
    public required ILogger Log { get; init; }
}
