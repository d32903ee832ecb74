using OciSharp.Init.Plan;
using OciSharp.Spec;
using static OciSharp.Linux.Mount;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    private readonly List<(ushort Mount, int Index)> _readOnlyAtLast = [];
    private ushort[]? _sources;
    private bool _ownsDev = true;

    /// <summary>The kernel takes sources of overlay and others literally; sources of bind mounts start at the bundle.</summary>
    private string SourceOf(Mount mount) =>
        mount.Source is { Length: > 0 } source ? Path.IsPathRooted(source) ? source : Path.Join(_request.Bundle, source) : "";

    private static bool IsBind(Mount mount)
    {
        if (mount.Type == "bind")
            return true;
        foreach (string option in mount.Options.AsSpan())
        {
            if (option is "bind" or "rbind")
                return true;
        }

        return false;
    }

    private static bool IsRecursive(Mount mount)
    {
        foreach (string option in mount.Options.AsSpan())
        {
            if (option == "rbind")
                return true;
        }

        return false;
    }

    /// <summary>
    /// What the container takes from the host's tree is cloned while we are still the host's root: a user namespace may not be able to
    /// look into the directories that lead there.
    /// </summary>
    private void OpenEarlyTrees()
    {
        if (_request.Rootless || !(HasUserNamespace || NeedsIdMap()))
            return;
        OpenRoot();
        _sources = new ushort[_config.Mounts?.Count ?? 0];
        for (int i = 0; i < _sources.Length; i++)
        {
            Mount mount = _config.Mounts![i];
            if (!IsBind(mount))
                continue;
            _plan.Origin = new Origin("$.mounts[#].source", i);
            _sources[i] = OpenSource(mount);
            MountFlags flags = MountFlags.Parse(mount.Type, mount.Options);
            if (flags.IdMap || mount.UidMappings is { Count: > 0 })
                IdMap(mount, flags, _sources[i], new Origin("$.mounts[#]", i));
        }

        if (HasUserNamespace)
            OpenDevicesOfHost();
    }

    private ushort OpenSource(Mount mount)
    {
        ushort slot = _plan.NewSlot();
        _plan.Add(
            OpCode.OpenTree, slot: slot, flags: IsRecursive(mount) ? MountOps.Recursive : 0, s: _plan.String(SourceOf(mount)));
        return slot;
    }

    private void OpenNull()
    {
        _plan.Origin = new Origin("$.linux.maskedPaths");
        _plan.Add(OpCode.OpenNull);
    }

    private void OpenRoot()
    {
        _plan.Origin = new Origin("$.root.path");
        _plan.Add(OpCode.OpenTree, slot: Slot.Root, flags: MountOps.Recursive, s: _plan.String(_request.Rootfs));
    }

    private void MountNamespaceRoot()
    {
        if (_sources is null)
            OpenRoot();
        // pivot_root wants a root that is not shared: what is to be shared becomes so at the end (RootProperties). Mounts of the host stay
        // its peers then, so that what the container mounts on them reaches the host; only "/", where the root is attached, does not.
        bool shared = _linux.RootfsPropagation is RootfsPropagations.Shared or "rshared";
        ulong propagation = shared || _linux.RootfsPropagation is RootfsPropagations.Private or "rprivate" or RootfsPropagations.Unbindable or "runbindable"
            ? MS_PRIVATE | MS_REC
            : MS_SLAVE | MS_REC;
        _plan.Origin = new Origin("$.linux.rootfsPropagation");
        _plan.Add(OpCode.PropagateHostRoot, x: shared ? MS_PRIVATE : propagation);
        _plan.Origin = new Origin("$.root.path");
        _plan.Add(OpCode.AttachRoot, slot: Slot.Root, s: shared ? 0 : _plan.String(_request.Rootfs), x: propagation);
    }

    private void Mounts()
    {
        ReadOnlySpan<Mount> mounts = _config.Mounts.AsSpan();
        for (int i = 0; i < mounts.Length; i++)
        {
            Mount mount = mounts[i];
            if (_sources is null && IsBind(mount))
            {
                _plan.Origin = new Origin("$.mounts[#].source", i);
                MountOne(mount, i, OpenSource(mount));
            }
            else
            {
                MountOne(mount, i, _sources?[i] ?? 0);
            }
        }
    }

    private void MountOne(Mount mount, int index, ushort source)
    {
        MountFlags flags = MountFlags.Parse(mount.Type, mount.Options);
        var here = new Origin("$.mounts[#]", index);
        string destination = Clean(mount.Destination);
        if (destination == "/dev" && flags.Bind)
            _ownsDev = false;
        if (flags.Remount)
        {
            _plan.Origin = here;
            RemountAt(destination, flags);
        }
        else if (flags.Bind)
        {
            BindMount(mount, flags, destination, source, here);
        }
        else if (mount.Type is "cgroup" or "cgroup2")
        {
            JoinCgroups();
            _plan.Origin = here;
            CgroupMounts(flags, destination);
        }
        else
        {
            // A tmpfs is empty: a read-only one still has to take the devices, and the mount points of the mounts below it.
            bool readOnlyAtLast = (flags.Set & MOUNT_ATTR_RDONLY) != 0 && (mount.Type == "tmpfs" || destination == "/dev");
            if (readOnlyAtLast)
                flags.Writable();
            _plan.Origin = here;
            FileSystemMount(mount.Type!, mount.Source, flags, destination);
            if (readOnlyAtLast)
                KeepForLast(index);
        }

        _plan.Origin = new Origin("$.mounts[#].options", index);
        AfterMount(flags);
    }

    private void KeepForLast(int index)
    {
        ushort kept = _plan.NewSlot();
        _plan.Add(OpCode.KeepMount, slot: kept);
        _readOnlyAtLast.Add((kept, index));
    }

    private void MountsReadOnlyAtLast()
    {
        foreach ((ushort mount, int index) in _readOnlyAtLast)
        {
            _plan.Origin = new Origin("$.mounts[#].options", index);
            Change(mount, 0, MOUNT_ATTR_RDONLY, 0, 0);
        }
    }

    /// <summary>Recursive attributes, then propagation, on what slot Mount holds.</summary>
    private void AfterMount(MountFlags flags)
    {
        if ((flags.SetRecursive | flags.ClearRecursive) != 0)
            Change(Slot.Mount, MountOps.Recursive, flags.SetRecursive, flags.ClearRecursive, 0);
        if (flags.Propagation != 0)
        {
            bool recursive = (flags.Propagation & MS_REC) != 0;
            Change(Slot.Mount, recursive ? MountOps.Recursive : 0, 0, 0, flags.Propagation & ~MS_REC);
        }
    }

    private void Change(ushort slot, uint flags, ulong set, ulong clear, ulong propagation, uint userNamespace = 0) =>
        _plan.Add(OpCode.ChangeMount, slot: slot, flags: flags, x: set, y: clear, count: (uint)propagation, t: userNamespace);

    private void TargetDirectory(string path, uint flags = 0) =>
        _plan.Add(OpCode.Target, flags: flags | MountOps.TargetGuardProc, s: _plan.String(path));

    private void RemountAt(string destination, MountFlags flags)
    {
        _plan.Add(OpCode.Target, flags: MountOps.TargetMustExist, s: _plan.String(destination));
        ulong classic = flags.Classic | MS_REMOUNT | (flags.Bind ? MS_BIND : 0);
        string data = flags.DataText();
        _plan.Add(OpCode.MountClassic, x: classic, s: _plan.String("none"u8), t: _plan.String("none"u8), data: data.Length == 0 ? 0 : _plan.String(data));
    }

    private void BindMount(Mount mount, MountFlags flags, string destination, ushort source, Origin here)
    {
        if (_request.Rootless && (flags.IdMap || mount.UidMappings is { Count: > 0 }))
            throw new ContainerException($"{here}: id-mapped mounts are not supported for rootless containers");
        _plan.Origin = here;
        uint guard = destination == "/proc" ? MountOps.TargetSourceIsProc : MayCoverProc(destination) ? 0 : MountOps.TargetGuardProc;
        _plan.Add(OpCode.Target, slot: source, flags: MountOps.TargetLikeSlot | guard, s: _plan.String(destination));
        _plan.Add(OpCode.AttachTree, slot: source);
        if ((flags.Set | flags.Clear) != 0)
            Change(Slot.Mount, 0, flags.Set, flags.Clear, 0);
    }

    /// <summary>Files of /proc that engines may cover, to show the container its own numbers (lxcfs) and no more.</summary>
    private static bool MayCoverProc(string destination) => destination is
        "/proc/cpuinfo" or "/proc/diskstats" or "/proc/meminfo" or "/proc/stat" or "/proc/swaps" or "/proc/uptime" or "/proc/loadavg"
        or "/proc/slabinfo" or "/proc/sys/kernel/ns_last_pid" or "/proc/sys/crypto/fips_enabled";

    private void FileSystemMount(string type, string? source, MountFlags flags, string destination)
    {
        // An image may have a link where proc or sysfs belong, to have them mounted, and written to, somewhere else.
        uint target = type is "proc" or "sysfs" ? MountOps.TargetNoSymlinks : 0;
        if (type != "proc")
            target |= MountOps.TargetGuardProc;
        _plan.Add(OpCode.Target, flags: target, s: _plan.String(destination));
        AddLabel(type, flags);
        AttachFileSystem(type, source, flags);
        if (flags.CopyUp)
            _plan.Add(OpCode.CopyUp);
    }

    private void AddLabel(string type, MountFlags flags)
    {
        if (_linux.MountLabel is { Length: > 0 } label && type is not ("proc" or "sysfs" or "mqueue" or "cgroup" or "cgroup2"))
            flags.AddData($"{CrunAnnotations.ContextOption(_config)}=\"{label}\"");
    }

    private void AttachFileSystem(string type, string? source, MountFlags flags)
    {
        uint typeText = _plan.String(type);
        uint sourceText = _plan.String(source is { Length: > 0 } ? source : type);
        if (flags.NeedsClassic)
        {
            string data = flags.DataText();
            _plan.Add(OpCode.MountClassic, x: flags.Classic, s: sourceText, t: typeText, data: data.Length == 0 ? 0 : _plan.String(data));
            return;
        }

        // As mount(2) does, "ro" makes the file system read-only too, not only this mount of it.
        bool readOnly = (flags.Set & MOUNT_ATTR_RDONLY) != 0;
        ReadOnlySpan<string> options = flags.Data.AsSpan();
        int count = options.Length + (readOnly ? 1 : 0);
        Span<uint> pairs = count <= 32 ? stackalloc uint[2 * count] : new uint[2 * count];
        for (int i = 0; i < options.Length; i++)
        {
            string option = options[i];
            int equals = option.IndexOf('=');
            pairs[2 * i] = _plan.String(equals < 0 ? option : option[..equals]);
            pairs[(2 * i) + 1] = equals < 0 ? 0 : _plan.String(option[(equals + 1)..]);
        }

        if (readOnly)
        {
            pairs[^2] = _plan.String("ro"u8);
            pairs[^1] = 0;
        }

        _plan.Add(
            OpCode.MountFileSystem, x: flags.Set, s: typeText, t: sourceText, data: _plan.Numbers(pairs), count: (uint)count);
    }

    private void EnterRoot()
    {
        _plan.Origin = new Origin("$.root.path");
        _plan.Add(_request.NoPivot ? OpCode.MoveRoot : OpCode.PivotRoot);
    }

    private void RootProperties()
    {
        MountsReadOnlyAtLast();
        ulong propagation = _linux.RootfsPropagation switch
        {
            RootfsPropagations.Shared => MS_SHARED,
            "rshared" => MS_SHARED | MS_REC,
            RootfsPropagations.Unbindable => MS_UNBINDABLE,
            "runbindable" => MS_UNBINDABLE | MS_REC,
            _ => 0,
        };
        if (propagation != 0)
        {
            _plan.Origin = new Origin("$.linux.rootfsPropagation");
            _plan.Add(OpCode.PropagateRoot, x: propagation);
        }

        if (_config.Root is { Readonly: true })
        {
            _plan.Origin = new Origin("$.root.readonly");
            _plan.Add(OpCode.RootReadonly);
        }
    }

    private void ReadonlyPaths()
    {
        ReadOnlySpan<string> paths = _linux.ReadonlyPaths.AsSpan();
        for (int i = 0; i < paths.Length; i++)
        {
            _plan.Origin = new Origin("$.linux.readonlyPaths[#]", i);
            _plan.Add(OpCode.ReadonlyPath, s: _plan.String(paths[i]));
        }
    }

    private void MaskedPaths()
    {
        ReadOnlySpan<string> paths = _linux.MaskedPaths.AsSpan();
        if (!paths.IsEmpty)
            OpenNull();
        for (int i = 0; i < paths.Length; i++)
        {
            _plan.Origin = new Origin("$.linux.maskedPaths[#]", i);
            _plan.Add(OpCode.MaskPath, s: _plan.String(paths[i]));
        }
    }

    /// <summary>An absolute path without "." and empty components; ".." is left to the kernel, which resolves it inside the root.</summary>
    private static string Clean(string path)
    {
        if (path.Length > 0 && path[0] == '/' && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal)
            && (path.Length == 1 || path[^1] != '/'))
        {
            return path;
        }

        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is not ("" or "."))
                parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }
}
