using OciSharp.Cgroups.Devices;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

internal sealed partial class V2Manager
{
    // The controllers that the cgroup has, and why one may be missing.
    private string controllers = "";
    private List<ControllerTree.Refusal>? refusals;

    /// <inheritdoc/>
    protected override void Apply(LinuxResources? resources, UndoLog? undo)
    {
        if (resources is null)
            return;
        if (undo is not null && present)
            controllers = ControllerTree.List(directory);
        var writer = new LimitWriter(directory, undo, Rehearsal);
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
            throw NotOnV2.Refuse("network",
                "net_cls and net_prio have no successor: mark packets with a BPF program or an nftables rule on the cgroup's path");
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
    /// Whoever may not load programs (an ordinary user, root of a user namespace) may not make device nodes either, and opens only what
    /// file permissions let him: as with the peers, the rules are left to those.
    /// </summary>
    private void ApplyDevices(LinuxResources? resources, bool isNew)
    {
        var rules = DeviceRules.Of(resources?.Devices);
        if (rules.AllowByDefault && rules.Rules.Count == 0 && isNew)
            return; // a new cgroup has no program
        nint result = DeviceFilter.Attach(cloneDirectory!.Value, DeviceProgram.Compile(rules), isNew);
        if (result >= 0 || (rootless && (Errno)(int)-result is Errno.EPERM or Errno.EACCES))
            return;
        throw new CgroupException($"attach the device rules to {directory.Path}", (Errno)(int)-result, (Errno)(int)-result switch
        {
            Errno.EPERM or Errno.EACCES =>
                "BPF programs need CAP_BPF (CAP_SYS_ADMIN on older kernels): run as root, or with --rootless true",
            Errno.EINVAL or Errno.ENOSYS => "the kernel must be built with CONFIG_CGROUP_BPF",
            _ => null,
        })
        {
            Controller = "devices",
            File = directory.Path,
        };
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
        CgroupException? why = refusal ?? ControllerTree.WhyMissing(controller, directory, refusals);
        throw new CgroupException(why is not null
            ? $"set limits of the {controller} controller: {why.Message}"
            : $"set limits of the {controller} controller: this kernel does not have it on cgroup v2, or uses it on v1: leave these limits out")
        {
            Controller = controller,
            File = why?.File ?? directory.Path,
        };
    }
}
