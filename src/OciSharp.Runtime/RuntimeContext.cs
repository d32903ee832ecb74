using Microsoft.Extensions.Logging;
using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.Trace;

namespace OciSharp.Runtime;

/// <summary>What the global options of the command line decide, for every verb.</summary>
public sealed class RuntimeContext
{
    /// <summary>The directory that holds one directory per container: absolute, and not <c>/</c>.</summary>
    public required string Root { get; init; }

    /// <summary>Who makes the cgroups. With systemd, <c>linux.cgroupsPath</c> has the form <c>slice:prefix:name</c>.</summary>
    public CgroupManagerKind CgroupManager { get; init; }

    /// <summary>Whether to do without privileges: <see langword="null"/> decides by the effective user.</summary>
    public bool? Rootless { get; init; }

    /// <summary>What <see cref="Rootless"/> comes to.</summary>
    public bool IsRootless => Rootless ?? RawSyscall.geteuid() != 0;

    /// <summary>Warnings and debug messages. Errors are thrown, not logged.</summary>
    public required ILogger Log { get; init; }

    /// <summary>What writes down how long the steps of the command take; null if nobody wants to know.</summary>
    public CommandTrace? Trace { get; init; }

    /// <summary>The context that the words of a command line describe.</summary>
    /// <param name="root">As <see cref="Root"/>.</param>
    /// <param name="cgroupManager"><c>cgroupfs</c>, <c>systemd</c> or <c>disabled</c>.</param>
    /// <param name="rootless">As <see cref="Rootless"/>.</param>
    /// <param name="log">As <see cref="Log"/>.</param>
    /// <param name="trace">As <see cref="Trace"/>.</param>
    /// <exception cref="ContainerException">There is no such cgroup manager.</exception>
    public static RuntimeContext Of(string root, string cgroupManager, bool? rootless, ILogger log, CommandTrace? trace = null) => new()
    {
        Root = root,
        CgroupManager = cgroupManager switch
        {
            "cgroupfs" => CgroupManagerKind.Cgroupfs,
            "systemd" => CgroupManagerKind.Systemd,
            "disabled" => CgroupManagerKind.Disabled,
            _ => throw new ContainerException($"invalid cgroup-manager: \"{cgroupManager}\" is none of cgroupfs, systemd and disabled"),
        },
        Rootless = rootless,
        Log = log,
        Trace = trace,
    };
}
