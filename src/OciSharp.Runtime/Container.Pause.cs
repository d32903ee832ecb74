using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>Stops every process of a container; returns when all are stopped.</summary>
    /// <exception cref="ContainerException">There is no such container, or it is neither created nor running.</exception>
    /// <exception cref="CgroupException">There is no freezer, or it does not get there in time.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Pause(RuntimeContext context, string id)
    {
        using StateDirectory directory = StateDirectory.OpenLocked(context, id);
        ContainerState state = ContainerState.Of(directory, directory.Load());
        if (state.Status is not (ContainerStatus.Created or ContainerStatus.Running))
            throw new ContainerException($"container not running: {id} is {state.Status}: only a created or running one can be paused");
        using CgroupManager cgroup = state.Record.OpenCgroup();
        cgroup.Freeze();
    }
}
