using Microsoft.Extensions.Logging;
using OciSharp.Cgroups;

namespace OciSharp.Runtime.Planning;

/// <summary>What a launch is compiled from, beside the configuration.</summary>
internal sealed class PlanRequest
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>Absolute path of the root file system on the host.</summary>
    public required string Rootfs { get; init; }

    /// <summary>We are not the host's root: what needs privileges has to wait for the user namespace.</summary>
    public bool Rootless { get; init; }

    /// <summary>Whether we may make device nodes: not in a user namespace.</summary>
    public bool MayMakeDevices { get; init; } = true;

    /// <summary>The capabilities that there are to give, outside of user namespaces; null: those of this process.</summary>
    public ulong? Privileges { get; init; }

    /// <summary>chroot(2) in place of pivot_root(2).</summary>
    public bool NoPivot { get; init; }

    /// <summary>Leave the session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Descriptors after stdio that the program gets.</summary>
    public int PreserveFds { get; init; }

    /// <summary>Descriptors of socket activation: they follow stdio, before those of <see cref="PreserveFds"/>.</summary>
    public int ListenFds { get; init; }

    /// <summary>A terminal of the process will be served from the caller's, and has its size from the start.</summary>
    public bool ServesTerminal { get; init; }

    /// <summary>The created container waits for a call of <c>start</c>; else it goes on by itself.</summary>
    public bool WaitForStart { get; init; }

    /// <summary>setgroups(2) will be denied in the user namespace.</summary>
    public bool DenySetgroups { get; init; }

    /// <summary>What a mount of type <c>cgroup</c> shows; asked only if there is one.</summary>
    public required Func<IReadOnlyList<CgroupMount>> CgroupMounts { get; init; }

    /// <summary>Whether the process goes on into a <see cref="Cgroups.DelegatedCgroup"/>.</summary>
    public bool HasDelegatedCgroup { get; init; }

    /// <summary>Where debug messages go.</summary>
    public required ILogger Log { get; init; }
}
