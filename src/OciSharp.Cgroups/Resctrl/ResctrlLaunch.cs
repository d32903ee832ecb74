using OciSharp.Linux;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.Resctrl;

/// <summary>Makes the group of a container that is being created, or finds the one that it is to share.</summary>
public sealed class ResctrlLaunch
{
    private readonly LinuxIntelRdt rdt;
    private readonly bool exists;
    private bool made;
    private bool monitored;
    private byte[]? before;

    private ResctrlLaunch(LinuxIntelRdt rdt, ResctrlGroup group, bool exists)
    {
        this.rdt = rdt;
        Group = group;
        this.exists = exists;
    }

    /// <summary>The group, as it will be once the container is created.</summary>
    public ResctrlGroup Group { get; }

    /// <summary>Looks at what is there, and makes nothing yet.</summary>
    /// <param name="rdt"><c>linux.intelRdt</c>, which keeps the rules of the specification.</param>
    /// <param name="id">The container's id.</param>
    /// <exception cref="CgroupException">
    /// There is no resctrl, a group that must be there is not, or is otherwise limited than wanted, or one that must not be there is.
    /// </exception>
    public static ResctrlLaunch For(LinuxIntelRdt rdt, string id) => For(rdt, id, ResctrlMount.Find());

    /// <summary>As <see cref="For(LinuxIntelRdt, string)"/>, for resctrl mounted at <paramref name="root"/>.</summary>
    internal static ResctrlLaunch For(LinuxIntelRdt rdt, string id, string root)
    {
        bool own = string.IsNullOrEmpty(rdt.ClosId);
        var group = new ResctrlGroup(root, own ? id : rdt.ClosId!, rdt.EnableMonitoring ? id : null, own);
        bool exists = Exists(group.Directory);
        if (exists && own)
            throw Taken(group.Path);
        if (!exists && !own && !Schemata.AreIn(rdt))
        {
            throw new CgroupException(
                $"use the group {group.Path}: it does not exist: make it (mkdir) before, or give schemata that it is to be made with");
        }

        if (exists)
            Schemata.Check(group, rdt);
        if (group.MonitoringDirectory is { } monitoring && Exists(monitoring))
            throw Taken(group.MonitoringPath!);
        return new ResctrlLaunch(rdt, group, exists);
    }

    /// <summary>Makes the groups that are missing, and writes the schemata.</summary>
    /// <exception cref="CgroupException">The kernel refuses; <see cref="Abandon"/> takes back what was made.</exception>
    public void Create()
    {
        MakeGroup();
        WriteSchemata();
        MakeMonitoring();
    }

    /// <summary>Takes back what a failed launch has made. Others who have come into a group meanwhile keep it.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void Abandon()
    {
        if (monitored)
            ResctrlGroup.Remove(Group.MonitoringDirectory!);
        if (made && (Group.IsOwn || IsEmpty()))
            ResctrlGroup.Remove(Group.Directory);
        if (before is not null && !Group.TryRestore(before))
            throw new CgroupException($"set schemata of {Group.Path} back: the kernel refuses");
    }

    internal void MakeGroup()
    {
        if (exists)
            return;
        nint result = Group.Directory.Make();
        if (result == -(nint)Errno.EEXIST && !Group.IsOwn)
            Schemata.Check(Group, rdt); // another container of this class was faster
        else if (result < 0)
            throw Group.Directory.Refused("make", "", null, result, AdviceForMake(result));
        else
            made = true;
    }

    internal void WriteSchemata()
    {
        if (!Schemata.AreIn(rdt))
            return;
        if (!made)
            before = Group.Directory.ReadAll(Schemata.File);
        Schemata.Write(Group, rdt);
    }

    internal void MakeMonitoring()
    {
        if (Group.MonitoringDirectory is not { } monitoring)
            return;
        nint result = monitoring.Make();
        if (result < 0)
            throw monitoring.Refused("make", "", null, result, AdviceForMake(result));
        monitored = true;
    }

    private static string? AdviceForMake(nint result) => (Errno)(int)-result switch
    {
        Errno.ENOSPC => "the hardware has no identity left for it (num_closids and num_rmids below info): "
            + "let containers share a group by its closID, or leave enableMonitoring out",
        Errno.ENOENT => "the hardware does not monitor: leave enableMonitoring out",
        Errno.EEXIST => "somebody else has made it just now",
        _ => ResctrlGroup.AdviceFor(result),
    };

    private static CgroupException Taken(string path) => new(
        $"make {path}: it exists already, and a container has one of its own: remove it (rmdir) if nobody uses it, or choose another id");

    private bool IsEmpty() => Group.Directory.ReadAll("tasks").Length == 0;

    private static bool Exists(CgroupDirectory directory)
    {
        nint fd = directory.TryOpen("", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (fd == -(nint)Errno.ENOENT)
            return false;
        if (fd < 0)
            throw directory.Refused("open", "", null, fd, ResctrlGroup.AdviceFor(fd));
        new OwnedFd((int)fd).Dispose();
        return true;
    }
}
