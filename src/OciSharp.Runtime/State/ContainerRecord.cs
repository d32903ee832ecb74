using System.Collections.ObjectModel;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Linux;

namespace OciSharp.Runtime.State;

/// <summary>What is kept about a container between two commands: <c>state.json</c> in its <see cref="StateDirectory"/>.</summary>
public sealed record ContainerRecord
{
    /// <summary>The version of the specification that the state complies with.</summary>
    public required string OciVersion { get; init; }

    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>The bundle's directory: an absolute path.</summary>
    public required string Bundle { get; init; }

    /// <summary>The root file system as the configuration has it, made absolute.</summary>
    public required string Rootfs { get; init; }

    /// <summary>When the container was created: see <see cref="Timestamp"/>.</summary>
    public required string Created { get; init; }

    /// <summary>The effective user of the runtime that created the container.</summary>
    public uint Owner { get; init; }

    /// <summary>The creation has not come to its end. If nobody holds the directory's lock, it never will.</summary>
    public bool Creating { get; init; }

    /// <summary>The pid of the container's init; 0 while there is none yet, and as long as its cgroup has not been made whole.</summary>
    public int Pid { get; init; }

    /// <summary>When init started: see <see cref="ProcessIdentity.StartTime"/>.</summary>
    public ulong StartTime { get; init; }

    /// <summary>The container has a pid namespace of its own: its processes end with its init.</summary>
    public bool PrivatePidNamespace { get; init; }

    /// <summary>The configuration has poststop hooks: only then does delete have to read it.</summary>
    public bool HasPoststopHooks { get; init; }

    /// <summary>The configuration has startContainer or poststart hooks: only then does start have to read it.</summary>
    public bool HasStartHooks { get; init; }

    /// <summary>The configuration has no process: such a container can be created, and not started.</summary>
    public bool HasNoProcess { get; init; }

    /// <summary>
    /// What is mounted where the root is, below the mount that the launch puts there (its id, as statx(2) has it): for a container that mounts in
    /// the mount namespace of the host. 0 for any other.
    /// </summary>
    public ulong MountBelowRoot { get; init; }

    /// <summary>Who made the cgroup.</summary>
    public CgroupManagerKind CgroupManager { get; init; }

    /// <summary>The cgroup's absolute path by controller: see <see cref="Cgroups.CgroupManager.Paths"/>.</summary>
    public IReadOnlyDictionary<string, string> CgroupPaths { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The group of resctrl that the container is in; null when its configuration has no intelRdt.</summary>
    public ResctrlGroup? Resctrl { get; init; }

    /// <summary>The annotations of the configuration.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>The name of the <see cref="Cgroups.DelegatedCgroup"/> that the process is in; empty if it is in the container's own.</summary>
    public string DelegatedCgroup => Annotations.Count == 0 ? "" : Cgroups.DelegatedCgroup.Of(new Dictionary<string, string>(Annotations));

    /// <summary>
    /// The driver of the container's cgroup, to be disposed of. As long as there is no <see cref="Pid"/> that is none: what is found at
    /// <see cref="CgroupPaths"/> may have been there before, and its processes may be anybody's.
    /// </summary>
    public Cgroups.CgroupManager OpenCgroup() =>
        Cgroups.CgroupManager.FromPaths(CgroupManager, Pid == 0 ? ReadOnlyDictionary<string, string>.Empty : CgroupPaths);

    /// <summary>Takes away what the container has mounted in the mount namespace of the host.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void RemoveMounts()
    {
        if (MountBelowRoot != 0)
            RootOnHost.Detach(Rootfs, MountBelowRoot);
    }

    /// <summary>Removes what the container has of cgroups: its own, or what is empty of one that was being made.</summary>
    /// <returns>Null: it is gone. Else the processes, which may be anybody's, that keep the one that was being made.</returns>
    /// <exception cref="CgroupException">Processes live on in it; the message names them.</exception>
    public IReadOnlyList<int>? RemoveCgroup() => RemoveCgroup(CgroupManager);

    /// <summary>As <see cref="RemoveCgroup()"/>, without systemd, which made the cgroup.</summary>
    /// <exception cref="CgroupException">Processes live on in it; the message names them.</exception>
    public IReadOnlyList<int>? RemoveCgroupByFiles() => RemoveCgroup(CgroupManagerKind.Cgroupfs);

    private IReadOnlyList<int>? RemoveCgroup(CgroupManagerKind kind)
    {
        using Cgroups.CgroupManager cgroup = Cgroups.CgroupManager.FromPaths(kind, CgroupPaths);
        if (Pid == 0)
            return CutOffCgroup.Remove(cgroup, DelegatedCgroup);
        cgroup.Remove();
        return null;
    }
}
