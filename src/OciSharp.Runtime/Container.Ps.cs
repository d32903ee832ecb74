using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.Processes;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>The pids of all processes of a container, in ascending order; none if it has stopped.</summary>
    /// <exception cref="ContainerException">There is no such container, or it has no cgroup that would tell.</exception>
    /// <exception cref="CgroupException">The cgroup cannot be read.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static IReadOnlyList<int> Processes(RuntimeContext context, string id)
    {
        using StateDirectory directory = StateDirectory.Open(context, id);
        ContainerRecord record = directory.Load();
        if (record.CgroupPaths.Count == 0)
            throw new ContainerException($"cannot list the processes of container {id}: it has no cgroup");
        using CgroupManager cgroup = record.OpenCgroup();
        List<int> pids = [.. cgroup.Processes()];
        pids.Sort();
        return pids;
    }

    /// <summary>What ps(1) of the host says about the processes of a container: its header, and a line for each.</summary>
    /// <param name="context">Where to look.</param>
    /// <param name="id">The container.</param>
    /// <param name="options">The arguments of ps(1); none is <c>-ef</c>.</param>
    /// <exception cref="ContainerException">As <see cref="Processes"/>; or there is no ps, it fails, or prints no column PID.</exception>
    /// <exception cref="CgroupException">The cgroup cannot be read.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static string ProcessTable(RuntimeContext context, string id, IReadOnlyList<string> options) =>
        HostProcesses.Table(options, Processes(context, id));
}
