using OciSharp.Cgroups;
using OciSharp.Init.Plan;
using OciSharp.Spec;
using static OciSharp.Linux.Mount;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    /// <summary>
    /// A <c>cgroup</c> mount is what cgroups look like on this host: the unified tree, or a tmpfs with one directory per v1
    /// hierarchy. With a cgroup namespace of its own the container mounts its part; without, it is shown that part of each v1 hierarchy and
    /// no more, and the whole of the unified tree, where the paths of /proc/self/cgroup begin then, as with the peers.
    /// </summary>
    private void CgroupMounts(MountFlags flags, string destination)
    {
        IReadOnlyList<CgroupMount> hierarchies = _request.CgroupMounts();
        if (hierarchies.Count == 1 && hierarchies[0].IsUnified && hierarchies[0].Name.Length == 0)
            UnifiedMount(flags, destination);
        else
            HierarchyMounts(hierarchies, flags, destination);
    }

    private void UnifiedMount(MountFlags flags, string destination)
    {
        if (Has(CLONE_NEWCGROUP) || !HasUserNamespace)
        {
            TargetDirectory(destination);
            AttachFileSystem("cgroup2", "cgroup", flags);
            return;
        }

        // A user namespace may not mount the host's tree, and must not write to it (CVE-2023-25809).
        ushort tree = _plan.NewSlot();
        _plan.Add(OpCode.OpenTree, slot: tree, flags: MountOps.Recursive, s: _plan.String("/sys/fs/cgroup"u8));
        TargetDirectory(destination);
        _plan.Add(OpCode.AttachTree, slot: tree);
        Change(Slot.Mount, MountOps.Recursive, flags.Set | MOUNT_ATTR_RDONLY, 0, 0);
    }

    private void HierarchyMounts(IReadOnlyList<CgroupMount> hierarchies, MountFlags flags, string destination)
    {
        bool own = (_newNamespaces & CLONE_NEWCGROUP) != 0;
        TargetDirectory(destination);
        MountFlags tmpfs = MountFlags.Parse("tmpfs", ["nosuid", "nodev", "noexec", "mode=755"]);
        AttachFileSystem("tmpfs", "tmpfs", tmpfs);
        ushort top = _plan.NewSlot();
        _plan.Add(OpCode.KeepMount, slot: top);
        foreach (CgroupMount hierarchy in hierarchies.AsSpan())
        {
            if (own)
                MountHierarchy(hierarchy, top);
            else
                BindHierarchy(hierarchy, top);
            if ((flags.Set | flags.Clear) != 0)
                Change(Slot.Mount, 0, flags.Set, flags.Clear, 0);
        }

        foreach (CgroupMount hierarchy in hierarchies.AsSpan())
        {
            foreach (string link in hierarchy.Links.AsSpan())
                _plan.Add(OpCode.MakeSymlink, slot: top, s: _plan.String(hierarchy.Name), t: _plan.String(link));
        }

        if ((flags.Set & MOUNT_ATTR_RDONLY) != 0)
            Change(top, 0, MOUNT_ATTR_RDONLY, 0, 0);
    }

    private void MountHierarchy(CgroupMount hierarchy, ushort top)
    {
        _plan.Add(OpCode.MountPoint, slot: top, s: _plan.String(hierarchy.Name));
        MountFlags options = MountFlags.Parse("cgroup", hierarchy.IsUnified ? null : hierarchy.Options.Split(','));
        AttachFileSystem(hierarchy.IsUnified ? "cgroup2" : "cgroup", "cgroup", options);
    }

    private void BindHierarchy(CgroupMount hierarchy, ushort top)
    {
        ushort tree = _plan.NewSlot();
        _plan.Add(OpCode.OpenTree, slot: tree, s: _plan.String(hierarchy.Path));
        _plan.Add(OpCode.MountPoint, slot: top, s: _plan.String(hierarchy.Name));
        _plan.Add(OpCode.AttachTree, slot: tree);
    }
}
