using OciSharp.Spec;

namespace OciSharp.Cgroups.V2;

internal sealed partial class V2Manager
{
    // The controllers that the cgroup has, and why one may be missing.
    private string controllers = "";
    private CgroupException? refusal;

    /// <inheritdoc/>
    public override void Update(LinuxResources resources)
    {
        controllers = ControllerTree.List(directory);
        var undo = new UndoLog();
        try
        {
            Apply(resources, undo);
        }
        catch (CgroupException e)
        {
            if (undo.Revert() is { } left)
                throw new CgroupException($"{e.Message} (and these could not be set back: {left})") { Controller = e.Controller, File = e.File, Value = e.Value };
            throw;
        }
    }

    private void Apply(LinuxResources? resources, UndoLog? undo)
    {
        if (resources is null)
            return;
        var writer = new LimitWriter(directory, undo);
        if (resources.Memory is { } memory)
            MemoryController.Apply(For("memory", MemoryController.Sets(memory)), memory);
        if (resources.Cpu is { } cpu)
        {
            CpuController.Apply(For("cpu", CpuController.Sets(cpu)), cpu);
            CpuSetController.Apply(For("cpuset", CpuSetController.Sets(cpu)), cpu);
        }

        if (resources.Pids?.Limit is { } pids)
            PidsController.Apply(For("pids", true), pids);
        if (resources.BlockIo is { } io)
            IoController.Apply(For("io", IoController.Sets(io)), io);
        if (resources.HugepageLimits is { Count: > 0 } pages)
            HugeTlbController.Apply(For("hugetlb", true), pages);
        if (resources.Rdma is { Count: > 0 } rdma)
            RdmaController.Apply(For("rdma", true), rdma);
        if (resources.Network is { } network && (network.ClassId is not null || network.Priorities is { Count: > 0 }))
            throw NotOnV2.Refuse("network", "net_cls and net_prio have no successor: mark packets with a BPF program or an nftables rule on the cgroup's path");
        if (resources.Unified is { Count: > 0 } unified)
            ApplyUnified(writer, unified);

        LimitWriter For(string controller, bool needed)
        {
            if (needed)
                Require(controller);
            return writer;
        }
    }

    /// <summary>
    /// The files named in <c>linux.resources.unified</c>, whatever they are (<c>config-linux.md#unified</c>). The kernel takes one line per
    /// write, so a value of several lines is several writes.
    /// </summary>
    private void ApplyUnified(LimitWriter writer, IReadOnlyDictionary<string, string> unified)
    {
        foreach ((string file, string value) in unified)
        {
            int dot = file.IndexOf('.');
            if (dot <= 0 || file.Contains('/') || file.Contains('\0'))
                throw new CgroupException($"set linux.resources.unified \"{file}\": the key must be the name of a file, CONTROLLER.NAME") { File = file };
            if (!file.StartsWith("cgroup.", StringComparison.Ordinal))
                Require(file[..dot]);
            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                writer.Set(file, line);
        }
    }

    private void Require(string controller)
    {
        if (ControllerTree.Has(controllers, controller))
            return;
        throw new CgroupException(refusal is not null
            ? $"set limits of the {controller} controller: it is not available in {directory.Path}: {refusal.Message}"
            : $"set limits of the {controller} controller: this kernel does not have it on cgroup v2, or uses it on v1: leave these limits out")
        {
            Controller = controller,
            File = refusal?.File ?? directory.Path,
        };
    }
}
