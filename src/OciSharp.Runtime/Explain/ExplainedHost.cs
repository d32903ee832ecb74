using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Linux;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Processes;
using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

/// <summary>What a plan depends on beside the configuration: asked of the host, without changing it.</summary>
internal sealed class ExplainedHost
{
    /// <summary>What a mount of type <c>cgroup</c> shows.</summary>
    public IReadOnlyList<CgroupMount> CgroupMounts { get; init; } = [];

    /// <summary>What makes and limits the cgroup.</summary>
    public IReadOnlyList<CgroupAct> CgroupActs { get; init; } = [];

    /// <summary>As <see cref="Planning.PlanRequest.Privileges"/>.</summary>
    public ulong? Privileges { get; init; }

    /// <summary>The user that the cgroup is given to; null if it stays ours.</summary>
    public uint? CgroupOwner { get; init; }

    /// <summary>Whether a cgroup below the container's can be made for <see cref="DelegatedCgroup"/>.</summary>
    public bool MakesDelegatedCgroup { get; init; }

    /// <summary>Paths of the host that the plan names are looked for.</summary>
    public bool LooksForPaths { get; init; } = true;

    /// <summary>Looks at the host.</summary>
    /// <param name="context">The global options.</param>
    /// <param name="verb"><c>exec</c> makes no cgroup, and finds the container's by its state.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="findings">Gets what the command would fail with.</param>
    public static ExplainedHost Of(RuntimeContext context, ExplainedVerb verb, string id, Config config, FindingLog findings)
    {
        ulong? privileges = AssumesRoot(context) ? ulong.MaxValue : null;
        if (verb == ExplainedVerb.Exec)
            return new ExplainedHost { Privileges = privileges };
        IReadOnlyList<CgroupMount> mounts = [];
        var acts = new List<CgroupAct>();
        uint? owner = null;
        bool delegates = false;
        try
        {
            bool rootless = context.IsRootless || (privileges is null && !UserNamespace.IsInitial);
            using CgroupManager cgroup = CgroupManager.For(context.CgroupManager, config.Linux?.CgroupsPath, id, rootless, config.Annotations);
            mounts = cgroup.MountsForContainer;
            delegates = cgroup.MakesDelegated;
            cgroup.Rehearse(config.Linux?.Resources, acts);
            if (acts.Count > 0 && cgroup.Paths is { Count: 1 } paths && paths.ContainsKey(""))
                owner = CgroupOwnership.NewOwner(config);
        }
        catch (CgroupException e)
        {
            findings.Fails(e.Message);
        }

        if (config.Linux?.IntelRdt is { } rdt)
            LookAtResctrl(rdt, id, findings);
        return new ExplainedHost { CgroupMounts = mounts, CgroupActs = acts, Privileges = privileges, CgroupOwner = owner, MakesDelegatedCgroup = delegates };
    }

    /// <summary>An ordinary user asks what root would do: <c>--rootless false</c>.</summary>
    public static bool AssumesRoot(RuntimeContext context) => !context.IsRootless && RawSyscall.geteuid() != 0;

    private static void LookAtResctrl(LinuxIntelRdt rdt, string id, FindingLog findings)
    {
        try
        {
            ResctrlLaunch.For(rdt, id);
        }
        catch (CgroupException e)
        {
            findings.Fails(e.Message);
        }
    }
}
