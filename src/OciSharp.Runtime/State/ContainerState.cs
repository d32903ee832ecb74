using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Runtime.State;

/// <summary>A container at one moment (<c>runtime.md#state</c>).</summary>
/// <param name="Record">What is kept about it.</param>
/// <param name="Status">One of <see cref="ContainerStatus"/>.</param>
public sealed record ContainerState(ContainerRecord Record, string Status)
{
    /// <summary>The pid of the container's init, 0 if that has ended, or never was.</summary>
    public int Pid => Status == ContainerStatus.Stopped ? 0 : Record.Pid;

    /// <summary>Finds out the status of a container.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static ContainerState Of(StateDirectory directory, ContainerRecord record) => new(record, StatusOf(directory, record));

    private static string StatusOf(StateDirectory directory, ContainerRecord record)
    {
        if (record.Pid == 0)
            return record.Creating ? ContainerStatus.Creating : ContainerStatus.Stopped;
        if (!InitProcess.IsAlive(record))
            return ContainerStatus.Stopped;
        if (record.Creating)
            return ContainerStatus.Creating;
        using (CgroupManager cgroup = record.OpenCgroup())
        {
            if (cgroup.IsFrozen)
                return ContainerStatus.Paused;
        }

        return directory.Has(StateDirectory.StartSocket) ? ContainerStatus.Created : ContainerStatus.Running;
    }
}
