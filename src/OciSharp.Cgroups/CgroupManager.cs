using OciSharp.Cgroups.Systemd;
using OciSharp.Cgroups.V1;
using OciSharp.Cgroups.V2;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups;

/// <summary>
/// The cgroup of one container: made, limited, joined, watched and removed. One driver per way the host is set up; which one
/// it is, <see cref="For"/> finds out.
/// </summary>
/// <remarks>
/// <para>
/// <em>How to join.</em> Writing a pid into <c>cgroup.procs</c> takes a lock of the whole kernel against all forks; when nobody
/// took it in the last few milliseconds, that waits for an RCU grace period (5 to 20 ms). Two ways avoid the lock:
/// a process that is made by clone3(2) with CLONE_INTO_CGROUP and <see cref="DirectoryFdForClone"/> is born in the unified
/// hierarchy, and a single-threaded process that writes <c>0</c> into the v1 files of <see cref="OpenForJoin"/> moves itself.
/// Together they put a process into every hierarchy in some 0.1 ms. <see cref="Join"/> is the slow way, for a process that
/// can do neither.
/// </para>
/// <code>
/// parent                                   container's process
/// Prepare()                                ·
/// clone3(CLONE_INTO_CGROUP, fd) ─────────► in the unified cgroup (v2, hybrid)
/// Create(resources) makes the rest         ·
///   Made: OpenForJoin(fds), send them ───► write "0" into each (v1, hybrid)
///   sets the limits                        ·
/// </code>
/// </remarks>
public abstract class CgroupManager : IDisposable
{
    /// <summary>No host has more hierarchies than this to join by <see cref="OpenForJoin"/>.</summary>
    public const int MaxJoinDescriptors = 24;

    /// <summary>With systemd on cgroup v2: the name of a cgroup below the scope, which the container is in then.</summary>
    public const string SubgroupAnnotation = "run.oci.systemd.subgroup";

    /// <summary>The driver for a container that is about to be made.</summary>
    /// <param name="kind">Who makes the cgroup.</param>
    /// <param name="cgroupsPath">
    /// <c>linux.cgroupsPath</c>: from the root of each hierarchy when absolute, below the caller's own cgroup when relative or
    /// absent (on v2
    /// beside it); with systemd <c>slice:prefix:name</c>.
    /// </param>
    /// <param name="id">The container's id: its cgroup's name when there is no <paramref name="cgroupsPath"/>.</param>
    /// <param name="rootless">We are not root, or only that of a user namespace. Hierarchies that the caller may not write to are left out, as long as no limit needs them.</param>
    /// <param name="annotations">Those of the configuration: with systemd, <c>org.systemd.property.*</c> are properties of the unit, and <see cref="SubgroupAnnotation"/> is heeded; <see cref="DelegatedCgroup.Annotation"/> is checked.</param>
    /// <exception cref="CgroupException">The path or an annotation is not usable, or no cgroup file system is mounted.</exception>
    public static CgroupManager For(
        CgroupManagerKind kind, string? cgroupsPath, string id, bool rootless, IReadOnlyDictionary<string, string>? annotations = null)
    {
        CgroupManager manager = Driver(kind, cgroupsPath, id, rootless, annotations);
        if (annotations is { Count: > 0 })
            DelegatedCgroup.Check(annotations, manager);
        return manager;
    }

    private static CgroupManager Driver(CgroupManagerKind kind, string? cgroupsPath, string id, bool rootless, IReadOnlyDictionary<string, string>? annotations)
    {
        if (kind == CgroupManagerKind.Disabled)
            return new DisabledManager();
        var layout = CgroupLayout.Detect();
        if (kind == CgroupManagerKind.Systemd)
            return SystemdManager.For(layout, cgroupsPath, id, rootless, annotations);
        return layout.IsUnified
            ? V2Manager.For(layout, cgroupsPath, id, rootless)
            : V1Manager.For(layout, cgroupsPath, id, rootless);
    }

    /// <summary>The driver of a container that exists, from what its state keeps of <see cref="Paths"/>.</summary>
    /// <param name="kind">As it was given to <see cref="For"/>.</param>
    /// <param name="paths">As <see cref="Paths"/> was.</param>
    public static CgroupManager FromPaths(CgroupManagerKind kind, IReadOnlyDictionary<string, string> paths)
    {
        if (kind == CgroupManagerKind.Disabled || paths.Count == 0)
            return new DisabledManager();
        FileManager files = paths.Count == 1 && paths.TryGetValue(Unified, out string? unified)
            ? V2Manager.FromPath(unified)
            : V1Manager.OfPaths(paths);
        return kind == CgroupManagerKind.Systemd ? SystemdManager.OfPaths(paths, files) : files;
    }

    /// <summary>The key of the unified hierarchy in <see cref="Paths"/>.</summary>
    internal const string Unified = "";

    /// <summary>
    /// Whether the cgroup cannot be made empty, as with systemd: then <see cref="FirstProcess"/> must be set before <see cref="Create"/>.
    /// </summary>
    public virtual bool NeedsFirstProcess => false;

    /// <summary>
    /// The process that a scope of systemd is made around: the container's init, or one that has still to fork it (and that it
    /// then inherits the
    /// cgroup from). It must be alive as long as <see cref="Create"/> works.
    /// </summary>
    public int FirstProcess { get; set; }

    /// <summary>
    /// Called by <see cref="Create"/> when the cgroup can be joined and its limits are still to be set: who waits to join it need not wait
    /// for those. systemd does not call it; there the process is in the scope from its beginning.
    /// </summary>
    public Action? Made { get; set; }

    /// <summary>
    /// Makes the directory of the unified hierarchy, if there is one, so that a process can be cloned into it while
    /// <see cref="Create"/> is still at work. Calling it is optional.
    /// </summary>
    /// <exception cref="CgroupException">The cgroup cannot be made, or is in use; nothing is left of it.</exception>
    public abstract void Prepare();

    /// <summary>
    /// Makes the cgroup in every hierarchy and sets all limits. A cgroup that exists already is taken over when it is empty.
    /// </summary>
    /// <param name="resources"><c>linux.resources</c>.</param>
    /// <exception cref="CgroupException">
    /// The cgroup cannot be made, is not empty, is frozen, or a limit is refused; all that was made is removed again, but where a
    /// process is in it already (<see cref="Abandon"/>).
    /// </exception>
    public abstract void Create(LinuxResources? resources);

    /// <summary>What <see cref="Prepare"/> and <see cref="Create"/> would do, in order. Nothing is done.</summary>
    /// <param name="resources">As for <see cref="Create"/>.</param>
    /// <param name="acts">Gets the acts, also those before one that is refused.</param>
    /// <exception cref="CgroupException">A limit that cannot be set here, as far as that shows without trying.</exception>
    public abstract void Rehearse(LinuxResources? resources, List<CgroupAct> acts);

    /// <summary>
    /// Removes what a failed launch has made of the cgroup: after <see cref="Prepare"/>, or a <see cref="Create"/> that failed. Waits a
    /// bounded time for the process that was cloned into it to be gone.
    /// </summary>
    /// <exception cref="CgroupException">Processes live on in it; the message names them.</exception>
    public abstract void Abandon();

    /// <summary>
    /// For clone3(2) with CLONE_INTO_CGROUP: the directory in the unified hierarchy. Null on pure v1, and before
    /// <see cref="Prepare"/> or <see cref="Create"/> or <see cref="OpenForClone"/>. It stays this object's.
    /// </summary>
    public abstract int? DirectoryFdForClone { get; }

    /// <summary>Opens the directory of <see cref="DirectoryFdForClone"/> of a cgroup that exists, for <c>exec</c>.</summary>
    /// <exception cref="CgroupException">The cgroup is gone.</exception>
    public abstract void OpenForClone();

    /// <summary>
    /// Opens, in each hierarchy, the file into which a single-threaded process writes <c>0</c> to move itself into the cgroup.
    /// </summary>
    /// <param name="descriptors">Filled from the start; at least <see cref="MaxJoinDescriptors"/> long. The caller closes them.</param>
    /// <param name="unified">
    /// The position of the file of the unified hierarchy, which a process that was cloned into <see cref="DirectoryFdForClone"/> leaves
    /// out; -1 if there is none.
    /// </param>
    /// <returns>The number of descriptors; 0 when there is nothing to join.</returns>
    /// <exception cref="CgroupException">A file cannot be opened; none is left open.</exception>
    public abstract int OpenForJoin(Span<int> descriptors, out int unified);

    /// <summary>Moves a process into the cgroup, in every hierarchy.</summary>
    /// <param name="pid">The process; all of its threads move.</param>
    /// <param name="cloned">The process was cloned into <see cref="DirectoryFdForClone"/>, so that hierarchy is left out.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public abstract void Join(int pid, bool cloned = false);

    /// <summary>Changes limits; those absent stay as they are, and so do the device rules.</summary>
    /// <exception cref="CgroupException">A limit is refused; those set before it are set back.</exception>
    public abstract void Update(LinuxResources resources);

    /// <summary>
    /// Gives the cgroup to the user as whom the container's process runs, so that it can make cgroups in its own. On v2 only: on v1 that
    /// is not safe, and this does nothing (<c>config-linux.md#cgroup-ownership</c> says when to do it).
    /// </summary>
    /// <param name="user">The host's id of the user.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public virtual void DelegateTo(uint user)
    {
    }

    /// <summary>Whether there can be a <see cref="DelegatedCgroup"/>: the container has a cgroup of version 2 of its own.</summary>
    public virtual bool MakesDelegated => false;

    /// <summary>Makes the <see cref="DelegatedCgroup"/>, without limits of its own, after <see cref="Create"/>. <see cref="Remove"/> removes it too.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="user">As for <see cref="DelegateTo"/>; null: it stays ours.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public virtual void MakeDelegated(string name, uint? user) => throw new InvalidOperationException("there is no cgroup to make it in");

    /// <summary>Opens the file by which a process moves itself into the <see cref="DelegatedCgroup"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public virtual OwnedFd OpenDelegated(string name) => throw new InvalidOperationException("there is no cgroup to open it in");

    /// <summary>Removes the <see cref="DelegatedCgroup"/>, if it is there and empty.</summary>
    /// <param name="name">Its name.</param>
    public virtual void RemoveUnusedDelegated(string name)
    {
    }

    /// <summary>The processes of the cgroup and of all cgroups below it, as the caller's pid namespace knows them.</summary>
    /// <exception cref="CgroupException">The cgroup is gone or cannot be read.</exception>
    public abstract IReadOnlyList<int> Processes();

    /// <summary>
    /// Sends a signal to every process of the cgroup and of those below. With SIGKILL none can escape by forking; a frozen cgroup is
    /// thawed so that the signal is taken. A cgroup that is gone has no processes.
    /// </summary>
    /// <exception cref="CgroupException">The cgroup cannot be frozen or read.</exception>
    public abstract void Signal(int signal);

    /// <summary>Stops every process of the cgroup; returns when all are stopped.</summary>
    /// <exception cref="CgroupException">There is no freezer, or it does not get there in time.</exception>
    public abstract void Freeze();

    /// <summary>Lets the processes go on.</summary>
    /// <exception cref="CgroupException">There is no freezer.</exception>
    public abstract void Thaw();

    /// <summary>Whether <see cref="Freeze"/> is in effect; false when the cgroup is gone.</summary>
    public abstract bool IsFrozen { get; }

    /// <summary>
    /// Removes the cgroup and those below it, waiting a bounded time for processes that are about to be gone. It is no error that
    /// it does not exist.
    /// </summary>
    /// <exception cref="CgroupException">Processes live on in it; the message names them.</exception>
    public abstract void Remove();

    /// <summary>
    /// Removes the cgroup where it is empty: what a launch left that was cut off before all of it was known to be its own. Waits a
    /// bounded time for the process that was cloned into it; what is in use then is somebody else's, and stays.
    /// </summary>
    /// <returns>Null: it is gone. Else it is in use, by these processes as far as they can be seen.</returns>
    public abstract IReadOnlyList<int>? RemoveUnused();

    /// <summary>
    /// The cgroup's absolute path by controller (<c>memory</c>, <c>name=systemd</c>; the empty key is the unified hierarchy), for the
    /// container's state.
    /// </summary>
    public abstract IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>What a mount of type <c>cgroup</c> shows inside the container: one entry per hierarchy.</summary>
    public abstract IReadOnlyList<CgroupMount> MountsForContainer { get; }

    /// <summary>Closes the descriptors this object holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the descriptors this object holds.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A hierarchy as it is mounted inside a container.</summary>
/// <param name="Name">
/// The name of the directory below the mount point: <c>memory</c>, <c>cpu,cpuacct</c>, <c>systemd</c>, <c>unified</c>; empty on
/// v2, where the
/// hierarchy is the mount point itself.
/// </param>
/// <param name="Path">The host's path of the container's own cgroup, to be bound there when there is no cgroup namespace.</param>
/// <param name="Options">
/// The data for mounting the hierarchy anew inside a cgroup namespace: <c>memory</c>, <c>cpu,cpuacct</c>,
/// <c>none,name=systemd</c>; empty for
/// cgroup2.
/// </param>
/// <param name="Links">Names that are to be symbolic links to <paramref name="Name"/>: <c>cpu</c> and <c>cpuacct</c>.</param>
public readonly record struct CgroupMount(string Name, string Path, string Options, IReadOnlyList<string> Links)
{
    /// <summary>Whether it is a mount of type cgroup2.</summary>
    public bool IsUnified => Options.Length == 0;
}
