using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>
    /// Sends a signal to the container's init. Takes no lock: a start that hangs can be killed. SIGKILL ends all processes of the
    /// container, also where they have no pid namespace of their own that would end with its init.
    /// </summary>
    /// <param name="context">Where to look.</param>
    /// <param name="id">The container.</param>
    /// <param name="signal">The number.</param>
    /// <param name="all">Send it to all processes of the container's cgroup; that there are none is no error then.</param>
    /// <exception cref="ContainerException">There is no such container, or it is neither created nor running.</exception>
    /// <exception cref="CgroupException">The cgroup cannot be signalled.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Kill(RuntimeContext context, string id, int signal, bool all = false)
    {
        using StateDirectory directory = StateDirectory.Open(context, id);
        ContainerRecord record = directory.Load();
        using OwnedFd? init = record.Creating ? null : InitProcess.TryOpen(record);
        if (init is null && !all)
            throw NotRunning(id);
        using CgroupManager cgroup = record.OpenCgroup();
        if (all && record.CgroupPaths.Count > 0)
            cgroup.Signal(signal);
        else if (init is not null)
            Kill(record, init, cgroup, signal);
    }

    private static void Kill(ContainerRecord record, OwnedFd init, CgroupManager cgroup, int signal)
    {
        if (!InitProcess.Signal(init, signal))
            throw NotRunning(record.Id);
        if (signal != Signal.SIGKILL)
            return;
        if (!record.PrivatePidNamespace)
            cgroup.Signal(signal);
        else if (cgroup.IsFrozen)
            cgroup.Thaw(); // On v1 the frozen do not even die.
    }

    private static ContainerException NotRunning(string id) =>
        new($"container not running: {id}: only a created, running or paused container takes signals");
}
