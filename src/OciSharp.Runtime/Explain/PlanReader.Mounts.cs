using OciSharp.Init.Plan;
using static OciSharp.Linux.Mount;

namespace OciSharp.Runtime.Explain;

// Child/Mounts.cs, Child/IdMaps.cs, Child/CopyUp.cs and Child/Masks.cs.
internal sealed unsafe partial class PlanReader
{
    private Told OpenTree(in Op op)
    {
        string path = Text(op.S);
        bool recursive = (op.Flags & MountOps.Recursive) != 0;
        bool root = op.Slot == Slot.Root;
        var mount = new PlannedMount
        {
            Kind = root ? MountKind.Root : MountKind.Bind,
            Target = root ? "/" : "",
            Source = path,
            Recursive = recursive,
            Origin = _origin,
        };
        Hold(op.Slot, root ? "the container's root" : $"the mount of {path}", mount);
        bool early = _by == Actor.Helper && !_plan.MountsOnHost;
        return new Told(
            path + (recursive ? ", with all that is mounted below" : ""),
            [("path", path), ("recursive", recursive ? "yes" : "no")],
            [$"open_tree(AT_FDCWD, {C(path)}, OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC{(recursive ? "|AT_RECURSIVE" : "")})"])
        {
            Why = early
                ? "It is held by a descriptor from before the namespaces: as the host's root we can walk to it, and map its ids; a user namespace may not look into the directories that lead there."
                : null,
        };
    }

    private Told MakeIdMap(in Op op)
    {
        string uids = Text(op.S).TrimEnd('\n').Replace("\n", ", ");
        string gids = Text(op.T).TrimEnd('\n').Replace("\n", ", ");
        Hold(op.Slot, "that user namespace");
        return new Told(
            $"users {uids}; groups {gids} (container, host, how many)",
            [("uidMappings", uids), ("gidMappings", gids)],
            ["clone3(CLONE_NEWUSER)", $"write({C(uids)}) to its uid_map", $"write({C(gids)}) to its gid_map", "openat(its ns/user)", "kill(SIGKILL), wait4()"]);
    }

    private Told Target(in Op op)
    {
        string path = Text(op.S);
        bool toDev = (op.Flags & MountOps.TargetDev) != 0;
        Hold(toDev ? Slot.Dev : Slot.Target, path);
        string resolve = (op.Flags & MountOps.TargetNoSymlinks) != 0 ? "RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS|RESOLVE_NO_SYMLINKS" : "RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS";
        bool file = (op.Flags & MountOps.TargetFile) != 0;
        bool likeSource = (op.Flags & MountOps.TargetLikeSlot) != 0;
        bool mustExist = (op.Flags & MountOps.TargetMustExist) != 0;
        string kind = mustExist ? "which must be there"
            : file ? "a file"
            : likeSource ? "a file or a directory, as its source is"
            : "a directory";
        var calls = new List<string>();
        if (likeSource)
            calls.Add("statx(source, STATX_TYPE)");
        calls.Add($"openat2(root, {C(path)}, O_PATH{(file || likeSource || mustExist ? "" : "|O_DIRECTORY")}, {resolve})");
        if (!mustExist)
            calls.Add(file ? "mknodat(parent, S_IFREG|0755), if it is missing" : "mkdirat(parent, 0755), or mknodat for a file, if it is missing");
        if (!likeSource && !file && !mustExist)
            calls[^1] = "mkdirat(parent, 0755), if it is missing";
        var guards = new List<string>();
        if ((op.Flags & MountOps.TargetNoSymlinks) != 0)
            guards.Add("no component of it may be a symbolic link");
        if ((op.Flags & MountOps.TargetGuardProc) != 0)
            guards.Add("it may not lie in a procfs");
        if ((op.Flags & MountOps.TargetSourceIsProc) != 0)
            guards.Add("its source must be a procfs");
        if (guards.Count > 0 && (op.Flags & (MountOps.TargetGuardProc | MountOps.TargetSourceIsProc)) != 0)
            calls.Add("fstatfs(), against PROC_SUPER_MAGIC");
        bool isDirectory = _origin == "$.process.cwd";
        return new Told(
            $"{path}, {kind}" + (guards.Count == 0 ? "" : $"; {string.Join("; ", guards)}"),
            [("path", path), ("checks", [.. guards])],
            [.. calls])
        {
            Group = toDev || _origin.StartsWith("$.linux.devices", StringComparison.Ordinal) ? StepGroup.Devices : isDirectory ? StepGroup.Process : null,
            Why = toDev ? "The devices are made in the directory that is /dev by now, whatever is mounted there."
                : isDirectory ? "The working directory is made where it is missing, while we are still root in the container."
                : null,
        };
    }

    private Told MountPoint(in Op op)
    {
        string top = In(op.Slot).Mount?.Target ?? "";
        string path = $"{top}/{Text(op.S)}";
        Hold(Slot.Target, path);
        return new Told(path, [("path", path)], [$"mkdirat({C(top)}, {C(Text(op.S))}, 0755)", $"openat({C(top)}, {C(Text(op.S))}, O_PATH|O_DIRECTORY|O_NOFOLLOW)"]);
    }

    private Told MountFileSystem(in Op op)
    {
        string type = Text(op.S);
        string source = Text(op.T);
        bool detached = (op.Flags & MountOps.Detached) != 0;
        ReadOnlySpan<uint> pairs = Numbers(op.Data, 2 * op.Count);
        var data = new List<string>();
        var calls = new List<string> { $"fsopen({C(type)}, FSOPEN_CLOEXEC)" };
        if (op.T != 0)
            calls.Add($"fsconfig(fs, FSCONFIG_SET_STRING, \"source\", {C(source)})");
        for (int i = 0; i < pairs.Length; i += 2)
        {
            string key = Text(pairs[i]);
            bool flag = pairs[i + 1] == 0;
            data.Add(flag ? key : $"{key}={Text(pairs[i + 1])}");
            calls.Add(flag ? $"fsconfig(fs, FSCONFIG_SET_FLAG, {C(key)})" : $"fsconfig(fs, FSCONFIG_SET_STRING, {C(key)}, {C(Text(pairs[i + 1]))})");
        }

        string[] attributes = KernelNames.MountAttributes(op.X);
        calls.Add("fsconfig(fs, FSCONFIG_CMD_CREATE)");
        calls.Add($"fsmount(fs, FSMOUNT_CLOEXEC, {KernelNames.Or(attributes)})");
        string target = In(Slot.Target).What;
        if (detached)
        {
            Hold(op.Slot, $"a {type} that is attached nowhere");
        }
        else
        {
            calls.Add($"move_mount(mount, {C(target)}, MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)");
            Attach(Slot.Mount, new PlannedMount
            {
                Kind = MountKind.FileSystem,
                Target = target,
                Type = type,
                Source = source,
                Data = data,
                Attributes = op.X,
                Origin = _origin,
            });
        }

        return new Told(
            $"{type}{(source.Length == 0 || source == type ? "" : $" ({source})")} {(detached ? "that is attached nowhere" : $"on {target}")}"
                + (attributes.Length == 0 ? "" : $", {List(attributes)}") + (data.Count == 0 ? "" : $", options {List(data)}"),
            [("type", type), ("source", source), ("target", detached ? "" : target), ("attributes", attributes), ("options", [.. data])],
            [.. calls])
        {
            Why = detached ? "What is written to /proc later goes through this one: nothing that the container mounts can stand in its way (CVE-2019-16884, CVE-2025-52881)." : null,
        };
    }

    private Told MountClassic(in Op op)
    {
        string source = Text(op.S);
        string type = Text(op.T);
        string data = Text(op.Data);
        string target = In(Slot.Target).What;
        string[] flags = KernelNames.MountFlags(op.X);
        bool remount = (op.X & MS_REMOUNT) != 0;
        var mount = new PlannedMount
        {
            Kind = MountKind.FileSystem,
            Target = target,
            Type = type,
            Source = source,
            Data = data.Length == 0 ? [] : data.Split(','),
            Attributes = AttributesOf(op.X),
            Origin = _origin,
        };
        if (remount)
        {
            PlannedMount? there = _mounts.FindLast(other => other.Target == target);
            if (there is not null)
                there.Attributes = AttributesOf(op.X);
            Hold(Slot.Mount, $"the mount at {target}", there);
        }
        else
        {
            Attach(Slot.Mount, mount);
        }

        string what = remount ? $"once more, what is at {target}" : $"{type} ({source}) on {target}";
        return new Told(
            what + (flags.Length == 0 ? "" : $", {List(flags)}") + (data.Length == 0 ? "" : $", options {data}"),
            [("type", type), ("source", source), ("target", target), ("flags", flags), ("options", data)],
            [$"mount({C(source)}, \"/proc/self/fd/N\", {C(type)}, {KernelNames.Or(flags)}, {(data.Length == 0 ? "NULL" : Block(data))})", "openat(\"/proc/self/fd/N/.\", O_PATH), what is there now"])
        {
            Why = remount
                ? "It changes a mount that an earlier entry has made."
                : "mount(2) and not the newer calls: one of the options can be said, or is short enough, only there.",
        };
    }

    /// <summary>The MOUNT_ATTR_* that MS_* stand for; those that belong to the file system are left out.</summary>
    private static ulong AttributesOf(ulong flags) =>
        (flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)) // the same bits
        | ((flags & MS_NOATIME) != 0 ? MOUNT_ATTR_NOATIME : 0) | ((flags & MS_STRICTATIME) != 0 ? MOUNT_ATTR_STRICTATIME : 0)
        | ((flags & MS_NODIRATIME) != 0 ? MOUNT_ATTR_NODIRATIME : 0) | ((flags & MS_NOSYMFOLLOW) != 0 ? MOUNT_ATTR_NOSYMFOLLOW : 0);

    private Told AttachTree(in Op op)
    {
        Held tree = In(op.Slot);
        string target = In(Slot.Target).What;
        if (tree.Mount is { } source)
        {
            Attach(Slot.Mount, new PlannedMount
            {
                Kind = MountKind.Bind,
                Target = target,
                Source = source.Source,
                Recursive = source.Recursive,
                Attributes = source.Attributes,
                MapsIds = source.MapsIds,
                Origin = _origin,
            });
        }

        _slots.Remove(op.Slot);
        return new Told(
            $"{tree.What}, on {target}",
            [("source", tree.Mount?.Source ?? ""), ("target", target)],
            [$"move_mount(tree, {C(target)}, MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)"])
        {
            Group = _origin.StartsWith("$.linux.devices", StringComparison.Ordinal) ? StepGroup.Devices : null,
            Why = _origin.StartsWith("$.linux.devices", StringComparison.Ordinal) ? "A user namespace may not make device nodes: the host's are bound in their place." : null,
        };
    }

    private Told KeepMount(in Op op)
    {
        Held mount = In(Slot.Mount);
        _slots[op.Slot] = mount;
        return new Told(mount.What, [("target", mount.Mount?.Target ?? "")], ["fcntl(mount, F_DUPFD_CLOEXEC, 3)"]);
    }

    private Told ChangeMount(in Op op)
    {
        Held held = In(op.Slot);
        bool recursive = (op.Flags & MountOps.Recursive) != 0;
        string[] set = KernelNames.SetAttributes(op.X, op.Y);
        string[] cleared = KernelNames.ClearedAttributes(op.Y & ~op.X & ~MOUNT_ATTR__ATIME);
        string[] propagation = KernelNames.MountFlags(op.Count);
        if (held.Mount is { } mount)
            Apply(op, mount, recursive);
        var parts = new List<string>();
        if (set.Length > 0)
            parts.Add($"set {List(set)}");
        if (cleared.Length > 0)
            parts.Add($"clear {List(cleared)}");
        if (op.Count != 0)
            parts.Add($"propagation {List(propagation)}");
        if (op.T != 0)
            parts.Add("with the ids of that user namespace");
        if (recursive)
            parts.Add("and of all mounts below");
        string arguments = List([.. set.Length > 0 ? [$"attr_set {KernelNames.Or(set)}"] : Array.Empty<string>(),
            .. op.Y != 0 ? [$"attr_clr {KernelNames.Or(KernelNames.ClearedAttributes(op.Y))}"] : Array.Empty<string>(),
            .. op.Count != 0 ? [$"propagation {KernelNames.Or(propagation)}"] : Array.Empty<string>(),
            .. op.T != 0 ? ["userns_fd"] : Array.Empty<string>()]);
        bool atLast = held.Mount is not null && op.Slot != Slot.Mount && op.T == 0;
        return new Told(
            $"{held.What}: {string.Join(", ", parts)}",
            [("target", held.Mount?.Target ?? ""), ("set", set), ("clear", cleared), ("propagation", propagation), ("recursive", recursive ? "yes" : "no")],
            [$"mount_setattr(mount, AT_EMPTY_PATH{(recursive ? "|AT_RECURSIVE" : "")}, {{{arguments}}})"])
        {
            Why = op.T != 0 ? "Ids can be mapped only while the mount is attached nowhere."
                : op.Count != 0 ? "Propagation comes last: the mounts made above are the container's own business."
                : atLast ? "It becomes read-only now that all is in it that belongs there: mount points, devices, links."
                : null,
        };
    }

    private static void Apply(in Op op, PlannedMount mount, bool recursive)
    {
        if (op.T != 0)
        {
            mount.MapsIds = true;
            return;
        }

        mount.Attributes = (mount.Attributes & ~op.Y) | op.X;
        mount.Cleared |= op.Y & ~op.X;
        if (recursive)
            mount.RecursiveAttributes = (mount.RecursiveAttributes & ~op.Y) | op.X;
        if (op.Count != 0)
            mount.Propagation = op.Count | (recursive ? MS_REC : 0);
    }

    private Told CopyUp()
    {
        Held mount = In(Slot.Mount);
        if (mount.Mount is not null)
            mount.Mount.CopiesUp = true;
        return new Told(
            mount.What,
            [("target", mount.Mount?.Target ?? "")],
            ["getdents64(), and for each entry mkdirat(), symlinkat(), mknodat(), or openat(), read() and write()", "fchownat(), fchmod()"]);
    }

    private static Told OpenNull() => new(
        "/dev/null, which must be device 1:3",
        [("path", "/dev/null")],
        ["openat(AT_FDCWD, \"/dev/null\", O_PATH|O_CLOEXEC)", "statx()"]);

    private Told MaskPath(in Op op)
    {
        string path = Text(op.S);
        _mounts.Add(new PlannedMount { Kind = MountKind.Mask, Target = path, Attributes = MOUNT_ATTR_RDONLY, Origin = _origin });
        return new Told(
            path,
            [("path", path)],
            [
                $"openat2(root, {C(path)}, O_PATH, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS)", "statx()",
                "open_tree(/dev/null, or an empty read-only tmpfs, OPEN_TREE_CLONE)", "move_mount()",
            ]);
    }

    private Told ReadonlyPath(in Op op)
    {
        string path = Text(op.S);
        _mounts.Add(new PlannedMount { Kind = MountKind.Readonly, Target = path, Source = path, Attributes = MOUNT_ATTR_RDONLY, Recursive = true, Origin = _origin });
        return new Told(
            path,
            [("path", path)],
            [
                $"openat2(root, {C(path)}, O_PATH, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS)", "open_tree(itself, OPEN_TREE_CLONE|AT_RECURSIVE)",
                "mount_setattr(AT_RECURSIVE, {attr_set MOUNT_ATTR_RDONLY})", "move_mount(on itself)",
            ]);
    }

    private void Hold(uint slot, string what, PlannedMount? mount = null) => _slots[slot] = new Held(what, mount);

    private void Attach(uint slot, PlannedMount mount)
    {
        _mounts.Add(mount);
        Hold(slot, $"the mount at {mount.Target}", mount);
    }
}
