using OciSharp.Spec;

namespace OciSharp.Cgroups.V1;

/// <summary>net_cls and net_prio (net_cls.rst, net_prio.rst), which only v1 has; <c>config-linux.md#network</c>.</summary>
internal static class NetController
{
    /// <summary>Tags the packets of the cgroup.</summary>
    /// <exception cref="CgroupException">The value is refused.</exception>
    public static void ApplyClass(LimitWriter writer, uint classId) => writer.Set("net_cls.classid", classId);

    /// <summary>Sets the priority of the cgroup's packets, per interface.</summary>
    /// <exception cref="CgroupException">An interface is not known.</exception>
    public static void ApplyPriorities(LimitWriter writer, IReadOnlyList<LinuxInterfacePriority> priorities)
    {
        foreach (LinuxInterfacePriority priority in priorities)
            writer.SetKeyed("net_prio.ifpriomap", priority.Name, $"{priority.Priority}", unset: "0");
    }
}
