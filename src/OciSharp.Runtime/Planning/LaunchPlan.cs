using OciSharp.Init.Plan;
using OciSharp.Spec;

namespace OciSharp.Runtime.Planning;

/// <summary>A compiled launch: the steps of the child, and what the parent has to do meanwhile.</summary>
internal sealed class LaunchPlan
{
    /// <summary>The configuration that was compiled.</summary>
    public required Config Config { get; init; }

    /// <summary>The steps, with where each comes from.</summary>
    public required PlanBuilder Builder { get; init; }

    /// <summary>The helper itself becomes init: no new or joined pid namespace, no time namespace.</summary>
    public bool HelperIsInit { get; set; }

    /// <summary>The child asks for its mappings (MapUser).</summary>
    public bool MapsUser { get; set; }

    /// <summary>The child asks for the hooks that run before pivot_root (Hooks).</summary>
    public bool AsksForHooks { get; set; }

    /// <summary>Init is process 1 of a pid namespace that is its own.</summary>
    public bool OwnPidNamespace { get; set; }

    /// <summary>The container's mounts are made in the mount namespace of the host, below a mount of their own.</summary>
    public bool MountsOnHost { get; set; }

    /// <summary>Offset of the container's state, as the hooks that init runs read it; 0 if there are none.</summary>
    public uint HookState { get; set; }

    /// <summary>Room for it.</summary>
    public uint HookStateSize { get; set; }

    /// <summary>Offset of the seccomp filter, which the parent writes while the child works; 0 if there is none.</summary>
    public uint SeccompFilter { get; set; }
}
