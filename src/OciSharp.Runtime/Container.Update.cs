using Microsoft.Extensions.Logging;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Linux;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Update;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>
    /// Changes limits of a container, and what is kept of its configuration with them. Limits that are absent, or 0 where 0 means
    /// none, stay as they are, and so do the device rules.
    /// </summary>
    /// <param name="context">Where to look.</param>
    /// <param name="id">The container.</param>
    /// <param name="change">The new limits.</param>
    /// <param name="schemata">
    /// New schemata of the L3 cache and the memory bandwidth, for all that share the container's group of resctrl; null: none.
    /// </param>
    /// <exception cref="ContainerException">There is no such container, it has stopped, or its limits would break a rule.</exception>
    /// <exception cref="CgroupException">A limit is refused; those set before it are set back.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Update(RuntimeContext context, string id, LinuxResources change, LinuxIntelRdt? schemata = null)
    {
        using StateDirectory directory = StateDirectory.OpenLocked(context, id);
        ContainerState state = ContainerState.Of(directory, directory.Load());
        if (state.Status is not (ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused))
            throw new ContainerException($"container not running: {id} is {state.Status}: it has no limits that could be updated");

        change = WithoutKernelMemory(change, context.Log);
        Config config = ConfigDocument.Reload(directory);
        LinuxConfig linux = config.Linux ?? new LinuxConfig();
        LinuxResources merged = ResourceChange.Merge(linux.Resources, change);
        Check(merged, schemata, context.Log);
        config = config with { Linux = linux with { Resources = merged, IntelRdt = ResourceChange.Merge(linux.IntelRdt, schemata) } };

        using StateDirectory.Draft draft = directory.DraftConfig(ConfigWriter.Write(config));
        using CgroupManager cgroup = state.Record.OpenCgroup();
        Update(cgroup, ResourceChange.Complete(change, merged), state.Record.Resctrl, schemata);
        draft.Keep();
    }

    /// <summary>Both, or none.</summary>
    private static void Update(CgroupManager cgroup, LinuxResources change, ResctrlGroup? group, LinuxIntelRdt? schemata)
    {
        if (schemata is null)
        {
            cgroup.Update(change);
            return;
        }

        if (group is null)
        {
            string what = schemata.L3CacheSchema is null ? "Intel RDT/MBA: memory bandwidth schema" : "Intel RDT/CAT: l3 cache schema";
            throw new ContainerException($"{what} is not enabled: the container was created without linux.intelRdt");
        }

        ReadOnlyMemory<byte> before = group.Update(schemata);
        try
        {
            cgroup.Update(change);
        }
        catch (CgroupException e)
        {
            if (group.TryRestore(before))
                throw;
            throw new ContainerException($"{e.Message} (and the schemata of {group.Path} could not be set back)");
        }
    }

    /// <summary>Kernels have no limit of their own for kernel memory any more; what asks for one gets a warning, as from the peers.</summary>
    private static LinuxResources WithoutKernelMemory(LinuxResources change, ILogger log)
    {
        if (change.Memory is not { } memory)
            return change;
        if (memory is { Kernel: not (null or 0) } or { KernelTcp: not (null or 0) })
            log.Warn("kernel memory settings are ignored: the kernel counts that memory as memory");
        return change with { Memory = memory with { Kernel = null, KernelTcp = null } };
    }

    private static void Check(LinuxResources merged, LinuxIntelRdt? schemata, ILogger log)
    {
        var bag = new DiagnosticBag();
        ConfigValidator.ValidateResources(merged, bag);
        if (schemata is not null)
            ConfigValidator.ValidateIntelRdt(schemata, bag);
        ConfigDocument.Report(bag, "the updated linux.resources", log);
    }
}
