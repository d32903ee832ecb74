using OciSharp.Cgroups;
using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

/// <summary>The steps that make and limit the container's cgroup.</summary>
internal static class CgroupSteps
{
    /// <summary>The steps for the acts of a driver: one for all directories, one for each file, with all that is written to it.</summary>
    public static IEnumerable<ExplainedStep> Of(IReadOnlyList<CgroupAct> acts, LinuxResources? resources)
    {
        string[] made = [.. acts.Where(act => act.Kind == CgroupActKind.Make).Select(act => act.Path)];
        bool isScope = acts.Any(act => act.Kind == CgroupActKind.StartUnit);
        if (made.Length > 0 && !isScope)
        {
            yield return RuntimeSteps.Step(StepGroup.Cgroup, "make-cgroup", "make the container's cgroup", string.Join(", ", made),
                made.Length == 1
                    ? "Beside the first steps of the child, which joins it later; a process is born there where that is possible."
                    : "One in each hierarchy, beside the first steps of the child, which joins them later; in the unified one a process is born where that is possible.",
                [("paths", made)], [.. made.Select(path => $"mkdirat({path}, 0755)")], "$.linux.cgroupsPath");
        }

        for (int i = 0; i < acts.Count;)
        {
            CgroupAct act = acts[i];
            int next = i + 1;
            while (act.Kind == CgroupActKind.Write && next < acts.Count && acts[next].Kind == CgroupActKind.Write && acts[next].Path == act.Path)
                next++;
            if (act.Kind != CgroupActKind.Make)
                yield return Of(act, [.. acts.Skip(i).Take(next - i).Select(one => one.Value)], resources);
            i = next;
        }
    }

    /// <summary>Whether the cgroup can be joined before this step: limits are set while the child goes on.</summary>
    public static bool IsLimit(ExplainedStep step)
    {
        if (step.Kind == "attach-devices")
            return true;
        if (step.Kind != "write-cgroup")
            return false;
        string path = step.Operands[0].Text!;
        ReadOnlySpan<char> file = path.AsSpan(path.LastIndexOf('/') + 1);
        return !file.StartsWith("cpuset.") && !file.StartsWith("devices.");
    }

    /// <summary>The cgroup becomes the user's (config-linux.md, Cgroup ownership).</summary>
    public static ExplainedStep GiveTo(uint owner) => RuntimeSteps.Step(StepGroup.Cgroup, "give-cgroup", "give the cgroup to the container's user", $"user {owner} of the host",
        "With a cgroup namespace of its own and a cgroup mount that it may write to, the container is to make cgroups below its own.",
        [("uid", owner)], ["fchownat(the cgroup)", "fchownat(its files that /sys/kernel/cgroup/delegate names)"], "$.mounts");

    /// <summary>The cgroup below the container's that its process goes on into.</summary>
    public static ExplainedStep MakeDelegated(string cgroup, string name, uint? owner) => RuntimeSteps.Step(StepGroup.Cgroup, "make-delegated-cgroup",
        "make the cgroup that the container hands controllers down from", $"{cgroup}/{name}",
        "It has no limits of its own: those of the container's cgroup, which is above it, are the container's to see and not to change.",
        owner is { } uid ? [("path", $"{cgroup}/{name}"), ("uid", uid)] : [("path", $"{cgroup}/{name}")],
        owner is null ? [$"mkdirat({cgroup}/{name}, 0755)"] : [$"mkdirat({cgroup}/{name}, 0755)", "fchownat(the cgroup)", "fchownat(its files that /sys/kernel/cgroup/delegate names)"],
        "$.annotations");

    /// <summary>The group of resctrl.</summary>
    public static ExplainedStep Resctrl(LinuxIntelRdt rdt, string id)
    {
        string group = string.IsNullOrEmpty(rdt.ClosId) ? id : rdt.ClosId;
        return RuntimeSteps.Step(StepGroup.Cgroup, "make-resctrl", "make or find the group of resctrl", group + (rdt.EnableMonitoring ? ", with monitoring" : ""),
            "Before the container's process is in it: from then on it has this part of caches and memory bandwidth.",
            [("group", group)], ["mkdirat(the group)", "write(schemata)", "write(the pid) to tasks, once there is one"], "$.linux.intelRdt");
    }

    private static ExplainedStep Of(CgroupAct act, string[] values, LinuxResources? resources)
    {
        string[] lines = act.Value.Split('\n');
        return act.Kind switch
        {
            CgroupActKind.AttachDevices => RuntimeSteps.Step(StepGroup.Cgroup, "attach-devices", "attach the device rules to the cgroup", $"{string.Join("; ", lines)}",
                "On cgroup v2 device rules are a program, that the kernel asks at each open and mknod of a device.",
                [("path", act.Path), ("rules", lines)], ["bpf(BPF_PROG_LOAD, BPF_PROG_TYPE_CGROUP_DEVICE)", $"bpf(BPF_PROG_ATTACH, {act.Path})"], "$.linux.resources.devices"),
            CgroupActKind.StartUnit => RuntimeSteps.Step(
                StepGroup.Cgroup, "start-unit", "have systemd start the container's scope", $"{act.Path}, with {string.Join(", ", lines)}",
                "systemd makes a scope around a process, so the helper is there before; limits that systemd knows are told to it, or it would undo them.",
                [("unit", act.Path), ("properties", Array.ConvertAll(lines, line => line[..line.IndexOf('=')])), ("values", Array.ConvertAll(lines, line => line[(line.IndexOf('=') + 1)..]))], ["sendmsg(StartTransientUnit), over D-Bus"], "$.linux.cgroupsPath"),
            _ => Write(act.Path, values, resources),
        };
    }

    private static ExplainedStep Write(string path, string[] values, LinuxResources? resources)
    {
        string file = path[(path.LastIndexOf('/') + 1)..];
        (string act, string why) = file switch
        {
            "cgroup.subtree_control" => ("hand controllers down to the cgroup", "A cgroup has the controllers that all cgroups above it hand down."),
            "cpuset.cpus" or "cpuset.mems" when IsInherited(file, resources) =>
                (file == "cpuset.cpus" ? "give the cgroup the processors of the one above it" : "give the cgroup the memory nodes of the one above it", "A new cpuset of cgroup v1 has none, and takes no process before it has some."),
            _ when file.StartsWith("devices.", StringComparison.Ordinal) =>
                ("set the cgroup's device rules", "A new cgroup of v1 has the rules of the one above it: all go first, then those are written that differ from the default."),
            _ => ("set the cgroup's limit", "Init may be in it already; hooks and the program wait until all limits are set."),
        };
        return RuntimeSteps.Step(StepGroup.Cgroup, "write-cgroup", act, $"{path} = {string.Join("; ", values)}", why,
            [("path", path), ("values", values)], [.. values.Select(value => $"write(\"{value}\") to {file}")], Origin(file, resources));
    }

    private static bool IsInherited(string file, LinuxResources? resources) =>
        string.IsNullOrEmpty(file == "cpuset.cpus" ? resources?.Cpu?.Cpus : resources?.Cpu?.Mems);

    private static string Origin(string file, LinuxResources? resources)
    {
        if (resources?.Unified?.ContainsKey(file) == true)
            return $"$.linux.resources.unified['{file}']";
        string controller = file[..Math.Max(0, file.IndexOf('.'))];
        return controller switch
        {
            "memory" => "$.linux.resources.memory",
            "cpu" => "$.linux.resources.cpu",
            "cpuset" => IsInherited(file, resources) ? "$.linux.cgroupsPath" : "$.linux.resources.cpu",
            "pids" => "$.linux.resources.pids",
            "blkio" or "io" => "$.linux.resources.blockIO",
            "hugetlb" => "$.linux.resources.hugepageLimits",
            "net_cls" or "net_prio" => "$.linux.resources.network",
            "rdma" => "$.linux.resources.rdma",
            "devices" => "$.linux.resources.devices",
            _ => "$.linux.cgroupsPath",
        };
    }
}
