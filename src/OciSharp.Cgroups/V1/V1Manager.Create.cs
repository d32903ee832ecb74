using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

internal sealed partial class V1Manager
{
    // Which directories are ours to remove when creation fails: how much of the path existed before.
    private readonly List<(CgroupDirectory Directory, int ExistingLength)> made = [];

    // systemd has made the cgroup and put the container's process into it.
    private bool adopted;

    /// <inheritdoc/>
    public override void Prepare()
    {
        if (cloneDirectory is not null || FindUnified() is not { } unified)
            return;
        try
        {
            Make(unified);
            OpenForClone();
        }
        catch
        {
            RemoveMade();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Create(LinuxResources? resources)
    {
        Prepare();
        MakeAndLimit(resources);
    }

    /// <inheritdoc/>
    internal override void Adopt(LinuxResources? resources)
    {
        adopted = true;
        OpenForClone();
        MakeAndLimit(resources);
    }

    private void MakeAndLimit(LinuxResources? resources)
    {
        try
        {
            foreach (Hierarchy hierarchy in hierarchies)
            {
                if (hierarchy.IsUnified || !hierarchy.Present)
                    continue;
                Make(hierarchy);
                if ((hierarchy.Controllers & Controllers.CpuSet) != 0)
                    CpuSetController.Initialise(hierarchy.Directory, ExistingLength(hierarchy), resources?.Cpu);
            }

            // First all is denied, and then what is allowed: who joins in between could not make its devices.
            ApplyDevices(resources);
            Made?.Invoke();
            Apply(resources, undo: null);
        }
        catch
        {
            RemoveMade();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Abandon()
    {
        foreach ((CgroupDirectory directory, _) in made)
            CgroupTree.Remove(directory);
        RemoveMade();
    }

    /// <summary>Makes the directory, and those above it that are missing.</summary>
    private void Make(Hierarchy hierarchy)
    {
        CgroupDirectory directory = hierarchy.Directory;
        nint result = directory.Make();
        if (result == 0)
        {
            made.Add((directory, directory.PathBytes.LastIndexOf((byte)'/')));
            return;
        }

        if (result == -(nint)Errno.EEXIST)
        {
            if (!adopted)
                RefuseUsed(directory);
            return;
        }

        if (result == -(nint)Errno.ENOENT)
            result = MakeWithParents(hierarchy);
        if (result < 0)
            throw directory.Refused("make", "", null, result);
    }

    private nint MakeWithParents(Hierarchy hierarchy)
    {
        CgroupDirectory directory = hierarchy.Directory;
        int existing = hierarchy.Name.Length;
        for (int i = existing + 1; i <= directory.PathBytes.Length; i++)
        {
            if (i < directory.PathBytes.Length && directory.PathBytes[i] != (byte)'/')
                continue;
            nint result = directory.Make(i);
            if (result == -(nint)Errno.EEXIST && i < directory.PathBytes.Length)
            {
                existing = i;
                continue;
            }

            if (result == 0 && (made.Count == 0 || made[^1].Directory != directory))
                made.Add((directory, existing));
            if (result < 0)
                return result;
        }

        return 0;
    }

    /// <summary>A cgroup that exists may be taken over only when nobody is in it, or below it, and it is not frozen.</summary>
    private static void RefuseUsed(CgroupDirectory directory)
    {
        var pids = new List<int>();
        CgroupTree.CollectProcesses(directory, pids);
        if (pids.Count > 0)
        {
            throw new CgroupException(
                $"make {directory.Path}: the container's cgroup is not empty: {pids.Count} process(es) found: choose another cgroupsPath or id")
            {
                File = directory.Path,
            };
        }

        if (Freezer.IsFrozen(directory))
            throw new CgroupException($"make {directory.Path}: the container's cgroup is frozen: thaw or remove it first") { File = directory.Path };
    }

    private int ExistingLength(Hierarchy hierarchy)
    {
        foreach ((CgroupDirectory directory, int existing) in made)
        {
            if (directory == hierarchy.Directory)
                return existing;
        }

        return hierarchy.Directory.PathBytes.Length;
    }

    /// <summary>
    /// Takes back what <see cref="Make"/> did. It runs while another error is on its way, which says more than its own could.
    /// </summary>
    private void RemoveMade()
    {
        for (int i = made.Count - 1; i >= 0; i--)
        {
            (CgroupDirectory directory, int existing) = made[i];
            if (directory.TryRemove() is not (0 or -(nint)Errno.ENOENT))
                continue; // the process that was cloned into it is still there, or somebody else's
            for (int end = directory.PathBytes.LastIndexOf((byte)'/'); end > existing; end = directory.PathBytes[..end].LastIndexOf((byte)'/'))
            {
                if (directory.TryRemove(end) < 0)
                    break; // in use by somebody else by now
            }

            made.RemoveAt(i);
        }
    }
}
