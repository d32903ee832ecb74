using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>Lets the processes of a paused container go on.</summary>
    /// <exception cref="ContainerException">There is no such container, or it is not paused.</exception>
    /// <exception cref="CgroupException">There is no freezer.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Resume(RuntimeContext context, string id)
    {
        using StateDirectory directory = StateDirectory.OpenLocked(context, id);
        ContainerState state = ContainerState.Of(directory, directory.Load());
        if (state.Status != ContainerStatus.Paused)
            throw new ContainerException($"container not paused: {id} is {state.Status}");
        using CgroupManager cgroup = state.Record.OpenCgroup();
        cgroup.Thaw();
    }
}
