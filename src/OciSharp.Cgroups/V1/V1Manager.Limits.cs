using OciSharp.Cgroups.Devices;
using OciSharp.Spec;

namespace OciSharp.Cgroups.V1;

internal sealed partial class V1Manager
{
    /// <inheritdoc/>
    protected override void Apply(LinuxResources? resources, UndoLog? undo)
    {
        if (resources is null)
            return;
        if (resources.Memory is { } memory && MemoryController.Sets(memory))
            MemoryController.Apply(Writer(Controllers.Memory, undo), memory);
        if (resources.Cpu is { } cpu)
        {
            if (CpuController.Sets(cpu))
                CpuController.Apply(Writer(Controllers.Cpu, undo), cpu);
            if (CpuSetController.Sets(cpu) && undo is not null)
                CpuSetController.Apply(Writer(Controllers.CpuSet, undo), cpu);
            else if (CpuSetController.Sets(cpu))
                Require(Controllers.CpuSet); // set with the parent's, before the directory could be joined
        }

        if (resources.Pids?.Limit is { } pids)
            PidsController.Apply(Writer(Controllers.Pids, undo), pids);
        if (resources.BlockIo is { } io && BlkIoController.Sets(io))
            BlkIoController.Apply(Writer(Controllers.BlkIo, undo), io);
        if (resources.HugepageLimits is { Count: > 0 } pages)
            HugeTlbController.Apply(Writer(Controllers.HugeTlb, undo), pages);
        if (resources.Network?.ClassId is { } classId)
            NetController.ApplyClass(Writer(Controllers.NetCls, undo), classId);
        if (resources.Network?.Priorities is { Count: > 0 } priorities)
            NetController.ApplyPriorities(Writer(Controllers.NetPrio, undo), priorities);
        if (resources.Rdma is { Count: > 0 } rdma)
            RdmaController.Apply(Writer(Controllers.Rdma, undo), rdma);
        if (resources.Unified is { Count: > 0 } unified)
            RefuseUnified(unified);
    }

    /// <summary>
    /// Who may not make device nodes (an ordinary user, in a user namespace) may not set device rules either, and needs none: the
    /// kernel lets him open what file permissions let him.
    /// </summary>
    private void ApplyDevices(LinuxResources? resources)
    {
        if (rootless && Find(Controllers.Devices) is null)
            return;
        DevicesController.Apply(Require(Controllers.Devices).Directory, DeviceExceptions.Fold(DeviceRules.Of(resources?.Devices)));
    }

    private LimitWriter Writer(Controllers controller, UndoLog? undo) => new(Require(controller).Directory, undo, Rehearsal);

    private Hierarchy Require(Controllers controller)
    {
        if (Find(controller) is { } hierarchy)
            return hierarchy;
        string name = ControllerNames.Of(controller);
        throw new CgroupException(rootless
            ? $"set limits of the {name} controller: its hierarchy is not yours to use: run as root, or leave these limits out"
            : $"set limits of the {name} controller: its hierarchy is not mounted: mount it (mount -t cgroup -o {name} {name} /sys/fs/cgroup/{name}), " +
              "or leave these limits out")
        {
            Controller = name,
        };
    }

    private static void RefuseUnified(IReadOnlyDictionary<string, string> unified)
    {
        foreach (string key in unified.Keys)
        {
            throw new CgroupException(
                $"set linux.resources.unified \"{key}\": it is for cgroup v2, and this host runs v1: use the other members of linux.resources")
            {
                File = key,
            };
        }
    }
}
