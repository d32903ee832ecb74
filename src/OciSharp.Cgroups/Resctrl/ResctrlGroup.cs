using System.Globalization;
using System.Text;
using OciSharp.Linux;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.Resctrl;

/// <summary>
/// The group of resctrl that a container is in, and its monitoring group (<c>config-linux.md#intelrdt</c>): what a container's state
/// keeps of it.
/// </summary>
/// <param name="Root">The mount point of resctrl.</param>
/// <param name="Name">The class of service: a directory below <paramref name="Root"/>; <c>/</c> is <paramref name="Root"/> itself.</param>
/// <param name="Monitoring">The name of the container's monitoring group; null when it has none.</param>
/// <param name="IsOwn">The group was made for this container alone, and goes with it.</param>
public sealed record ResctrlGroup(string Root, string Name, string? Monitoring, bool IsOwn)
{
    /// <summary>The absolute path of the group.</summary>
    public string Path => Name == "/" ? Root : $"{Root}/{Name}";

    /// <summary>The absolute path of the container's monitoring group; null when it has none.</summary>
    public string? MonitoringPath => Monitoring is null ? null : $"{Path}/mon_groups/{Monitoring}";

    internal CgroupDirectory Directory => At(Path);

    internal CgroupDirectory? MonitoringDirectory => MonitoringPath is { } path ? At(path) : null;

    /// <summary>Puts a process into the group, and into the monitoring group. Those that it makes from then on are in them too.</summary>
    /// <param name="pid">A process of one thread: resctrl counts threads, and this moves the first one.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void Join(int pid)
    {
        Join(Directory, pid);
        if (MonitoringDirectory is { } monitoring)
            Join(monitoring, pid);
    }

    /// <summary>Changes the schemata of the group, for all that are in it.</summary>
    /// <param name="change">The lines to write.</param>
    /// <returns>What the schemata were before, for <see cref="TryRestore"/>.</returns>
    /// <exception cref="CgroupException">The kernel refuses; those written before are set back.</exception>
    public ReadOnlyMemory<byte> Update(LinuxIntelRdt change)
    {
        byte[] before = Directory.ReadAll(Schemata.File);
        try
        {
            Schemata.Write(this, change);
            return before;
        }
        catch (CgroupException e)
        {
            if (TryRestore(before))
                throw;
            throw new CgroupException($"{e.Message} (and the schemata could not be set back)");
        }
    }

    /// <summary>Writes schemata as they were read.</summary>
    /// <returns>False: the kernel refuses.</returns>
    public bool TryRestore(ReadOnlyMemory<byte> schemata) => Directory.TryWrite(Schemata.File, schemata.Span) >= 0;

    /// <summary>Removes what was made for the container. It is no error that it is gone.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void Remove()
    {
        if (MonitoringDirectory is { } monitoring)
            Remove(monitoring);
        if (IsOwn)
            Remove(Directory);
    }

    internal static void Remove(CgroupDirectory group)
    {
        nint result = group.TryRemove();
        if (result < 0 && result != -(nint)Errno.ENOENT)
            throw group.Refused("remove", "", null, result, AdviceFor(result));
    }

    /// <summary>What to do about a refusal by the files of resctrl; null when the reason says it all.</summary>
    internal static string? AdviceFor(nint result) => (Errno)(int)-result switch
    {
        Errno.EACCES or Errno.EPERM => "resctrl belongs to root: run as root, or leave linux.intelRdt out",
        Errno.EROFS => "resctrl is mounted read-only here: mount it read-write",
        _ => null,
    };

    private static CgroupDirectory At(string path) => new(Fcntl.AT_FDCWD, "", Encoding.UTF8.GetBytes(path));

    private static void Join(CgroupDirectory group, int pid)
    {
        nint result = group.TryWrite("tasks", pid);
        if (result < 0)
            throw group.Refused("add to", "tasks", pid.ToString(CultureInfo.InvariantCulture), result, AdviceFor(result));
    }
}
