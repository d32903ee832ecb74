using OciSharp.Spec;
using Mount = OciSharp.Linux.Mount;

namespace OciSharp.Runtime.Explain;

/// <summary>A setting by which a container reaches further than one would think.</summary>
/// <param name="High">It leads, or may lead, to the host; else it is something to know.</param>
/// <param name="What">The setting.</param>
/// <param name="Why">What it opens: a sentence.</param>
/// <param name="Origin">Where it stands in config.json.</param>
internal readonly record struct Risk(bool High, string What, string Why, string Origin);

/// <summary>The settings that are marked. That none is found does not make a container safe.</summary>
internal static class Risks
{
    private static readonly (string Name, string Why)[] s_capabilities =
    [
        ("CAP_SYS_ADMIN", "Mounts, namespaces, and a hundred other things: it is close to being root of the host."),
        ("CAP_SYS_MODULE", "Loads code into the host's kernel."),
        ("CAP_SYS_RAWIO", "Reads and writes the host's memory and ports."),
        ("CAP_SYS_PTRACE", "Reads and changes every process that it can see."),
        ("CAP_DAC_READ_SEARCH", "Opens any file of the file systems that it can see a part of, by handle, also outside of the container."),
        ("CAP_DAC_OVERRIDE", "File permissions mean nothing to it, on bind mounts of the host either."),
        ("CAP_SYS_BOOT", "Restarts the host, or loads another kernel."),
        ("CAP_SYS_TIME", "Sets the host's clock."),
        ("CAP_NET_ADMIN", "Configures the network namespace that the container is in, firewall included."),
        ("CAP_BPF", "Loads programs into the kernel."),
        ("CAP_PERFMON", "Watches the whole host's kernel."),
        ("CAP_MAC_ADMIN", "Changes the rules of the host's security module."),
        ("CAP_MAC_OVERRIDE", "The rules of the host's security module do not hold for it."),
        ("CAP_SYSLOG", "Reads the host's kernel log, addresses included."),
        ("CAP_MKNOD", "Makes device nodes; which of them it may open, the device rules say."),
    ];

    /// <summary>The risks of a plan, those that lead to the host first.</summary>
    public static IReadOnlyList<Risk> Of(ExplainedPlan plan)
    {
        var risks = new List<Risk>();
        Config config = plan.Config;
        LinuxConfig linux = config.Linux ?? new LinuxConfig();
        bool userNamespace = linux.Namespaces?.Any(space => space.Type == NamespaceTypes.User) == true;
        Namespaces(risks, config, linux, userNamespace);
        Capabilities(risks, config, userNamespace);
        Process(risks, config, linux);
        Devices(risks, linux);
        Mounts(risks, plan, linux, userNamespace);
        Hooks(risks, config);
        return [.. risks.Where(risk => risk.High), .. risks.Where(risk => !risk.High)];
    }

    private static void Namespaces(List<Risk> risks, Config config, LinuxConfig linux, bool userNamespace)
    {
        foreach ((string type, bool high, string why) in (ReadOnlySpan<(string, bool, string)>)
        [
            (NamespaceTypes.Mount, true, "It sees and changes the host's mounts; chroot is no wall for root."),
            (NamespaceTypes.Pid, true, "It sees the host's processes, and may signal and read those of the same user; for root, that is all."),
            (NamespaceTypes.Network, true, "It uses the host's network, abstract sockets and services on localhost included."),
            (NamespaceTypes.Ipc, true, "It shares System V IPC and POSIX message queues with the host."),
            (NamespaceTypes.Uts, false, "It has the host's name, and with CAP_SYS_ADMIN changes it."),
        ])
        {
            int index = IndexOf(linux.Namespaces, type);
            if (index < 0)
                risks.Add(new Risk(high, $"the host's {type} namespace", why, "$.linux.namespaces"));
            else if (linux.Namespaces![index].Path is { } path && path.StartsWith("/proc/1/ns/", StringComparison.Ordinal))
                risks.Add(new Risk(high, $"the {type} namespace of process 1", why, $"$.linux.namespaces[{index}].path"));
        }

        if (!userNamespace && config.Process?.User.Uid == 0)
            risks.Add(new Risk(false, "root of the container is root of the host", "No user namespace: what gets out of the container, by a hole or by a file of root's, is root.", "$.linux.namespaces"));
        for (int i = 0; i < (linux.UidMappings?.Count ?? 0); i++)
        {
            LinuxIdMapping mapping = linux.UidMappings![i];
            if (userNamespace && mapping.HostId == 0 && mapping.Size > 0)
                risks.Add(new Risk(true, "root of the host is mapped", $"User {mapping.ContainerId} of the container is root of the host.", $"$.linux.uidMappings[{i}]"));
        }
    }

    private static int IndexOf(IReadOnlyList<LinuxNamespace>? spaces, string type)
    {
        for (int i = 0; i < (spaces?.Count ?? 0); i++)
        {
            if (spaces![i].Type == type)
                return i;
        }

        return -1;
    }

    private static void Capabilities(List<Risk> risks, Config config, bool userNamespace)
    {
        if (config.Process?.Capabilities is not { } sets)
            return;
        foreach ((string name, string why) in s_capabilities)
        {
            if (sets.Bounding?.Contains(name) == true || sets.Permitted?.Contains(name) == true || sets.Effective?.Contains(name) == true)
            {
                risks.Add(userNamespace
                    ? new Risk(false, name, "It holds only for what belongs to the container's user namespace; it opens more of the kernel to attacks.", "$.process.capabilities")
                    : new Risk(name is not ("CAP_MKNOD" or "CAP_NET_ADMIN" or "CAP_DAC_OVERRIDE"), name, why, "$.process.capabilities"));
            }
        }
    }

    private static void Process(List<Risk> risks, Config config, LinuxConfig linux)
    {
        if (config.Process is { NoNewPrivileges: false })
            risks.Add(new Risk(false, "noNewPrivileges is false", "Set-user-id programs and files with capabilities give their privileges, within the bounding set.", "$.process.noNewPrivileges"));
        if (linux.Seccomp is null)
            risks.Add(new Risk(false, "no seccomp profile", "Every system call of the kernel can be reached, and every hole in one.", "$.linux.seccomp"));
        else if (linux.Seccomp.DefaultAction is SeccompActions.SCMP_ACT_ALLOW or SeccompActions.SCMP_ACT_LOG)
            risks.Add(new Risk(false, $"seccomp allows what it does not name ({linux.Seccomp.DefaultAction})", "A call that is new, or was forgotten, is allowed.", "$.linux.seccomp.defaultAction"));
        if (linux.Resources?.Pids?.Limit is null or < 0)
            risks.Add(new Risk(false, "no limit of processes", "A fork bomb in it fills the host's process table.", "$.linux.resources.pids"));
        if (linux.Resources?.Memory?.Limit is null or <= 0 && linux.Resources?.Unified?.ContainsKey("memory.max") != true)
            risks.Add(new Risk(false, "no limit of memory", "It can take the host's memory from everybody else.", "$.linux.resources.memory.limit"));
    }

    private static void Devices(List<Risk> risks, LinuxConfig linux)
    {
        for (int i = 0; i < (linux.Resources?.Devices?.Count ?? 0); i++)
        {
            LinuxDeviceCgroup rule = linux.Resources!.Devices![i];
            bool any = rule.Type is null or "" or "a" or "b" && rule.Major is null or -1 && rule.Minor is null or -1;
            bool opens = rule.Access is { } access && (access.Contains('r') || access.Contains('w'));
            if (rule.Allow && any && opens)
                risks.Add(new Risk(true, rule.Type == "b" ? "all block devices may be used" : "all devices may be used", "The host's disks and memory are devices.", $"$.linux.resources.devices[{i}]"));
        }

        for (int i = 0; i < (linux.Devices?.Count ?? 0); i++)
        {
            if (linux.Devices![i].Type == "b")
                risks.Add(new Risk(true, $"a block device: {linux.Devices[i].Path}", "Who writes to a disk below its file system has all that is on it.", $"$.linux.devices[{i}]"));
        }
    }

    private static void Mounts(List<Risk> risks, ExplainedPlan plan, LinuxConfig linux, bool userNamespace)
    {
        foreach (PlannedMount mount in plan.Mounts)
        {
            bool writable = ((mount.Attributes | mount.RecursiveAttributes) & Mount.MOUNT_ATTR_RDONLY) == 0;
            if (mount.Kind == MountKind.Bind)
                Bind(risks, mount, writable);
            if (mount.Kind == MountKind.FileSystem && mount.Type == "sysfs" && writable)
                risks.Add(new Risk(true, $"sysfs that can be written to, at {mount.Target}", "Much of the host's kernel and hardware is set there.", mount.Origin));
            if (mount.Kind == MountKind.FileSystem && mount.Type is "cgroup" or "cgroup2" && writable)
                risks.Add(new Risk(false, $"a cgroup file system that can be written to, at {mount.Target}", "The container changes limits below its own; on cgroup v1, a release_agent is a program that the host runs.", mount.Origin));
            if ((mount.Propagation & Mount.MS_SHARED) != 0)
                risks.Add(new Risk(false, $"shared propagation, at {mount.Target}", "What the container mounts there appears on the host.", mount.Origin));
        }

        if (!plan.Mounts.Any(mount => mount is { Kind: MountKind.FileSystem, Type: "proc" }))
            return;
        if (linux.MaskedPaths?.Contains("/proc/kcore") != true)
            risks.Add(new Risk(!userNamespace, "/proc/kcore is not masked", "It is the host's memory, for who may open it.", "$.linux.maskedPaths"));
        if (linux.ReadonlyPaths?.Contains("/proc/sys") != true)
            risks.Add(new Risk(!userNamespace, "/proc/sys is not read-only", "For root of the host, kernel.core_pattern there is a program that the host runs.", "$.linux.readonlyPaths"));
    }

    private static void Bind(List<Risk> risks, PlannedMount mount, bool writable)
    {
        string source = mount.Source.Length > 1 ? mount.Source.TrimEnd('/') : mount.Source;
        if (source.EndsWith("/docker.sock", StringComparison.Ordinal) || source.EndsWith("/containerd.sock", StringComparison.Ordinal)
            || source.EndsWith("/podman.sock", StringComparison.Ordinal) || source.EndsWith("/crio.sock", StringComparison.Ordinal))
        {
            risks.Add(new Risk(true, $"the socket of an engine: {source}", "Who speaks to an engine makes a container with all of the host in it. That the mount is read-only changes nothing.", mount.Origin));
        }
        else if (source is "/")
        {
            risks.Add(new Risk(true, writable ? "the host's / can be written to" : "the host's / can be read", "Every file of the host, keys and passwords included.", mount.Origin));
        }
        else if (writable && source is "/etc" or "/usr" or "/bin" or "/sbin" or "/lib" or "/lib64" or "/boot" or "/root" or "/var" or "/home" or "/run" or "/var/run")
        {
            risks.Add(new Risk(true, $"the host's {source} can be written to", "A program or configuration that the host uses can be changed there.", mount.Origin));
        }
        else if (source is "/dev" or "/proc" or "/sys" || (writable && (source.StartsWith("/proc/", StringComparison.Ordinal) || source.StartsWith("/sys/", StringComparison.Ordinal))))
        {
            risks.Add(new Risk(writable, $"the host's {source}", writable ? "It can be written to: devices, processes and the kernel of the host are reached by it." : "It tells about the whole host.", mount.Origin));
        }
    }

    private static void Hooks(List<Risk> risks, Config config)
    {
        if (config.Hooks is { } hooks && (hooks.Prestart is { Count: > 0 } || hooks.CreateRuntime is { Count: > 0 } || hooks.Poststart is { Count: > 0 } || hooks.Poststop is { Count: > 0 }))
            risks.Add(new Risk(false, "hooks on the host", "Programs that the configuration names run on the host, as whoever calls the runtime.", "$.hooks"));
    }
}
