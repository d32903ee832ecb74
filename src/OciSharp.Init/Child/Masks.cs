using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>Paths that the container sees empty, or may not write to: <c>linux.maskedPaths</c> and <c>linux.readonlyPaths</c>.</summary>
/// <remarks>Runs before pivot_root: what masks is bound from mounts of the host that are still there.</remarks>
internal static unsafe class Masks
{
    /// <summary>Opens the host's /dev/null, which is what it seems: the one of the image could be anything (CVE-2025-31133).</summary>
    public static nint OpenNull(ChildState* state)
    {
        byte* path = Text.Z("/dev/null"u8);
        state->Explain(path);
        nint fd = RawSyscall.openat(Fcntl.AT_FDCWD, path, Fcntl.O_PATH | Fcntl.O_CLOEXEC);
        if (fd < 0)
            return fd;
        statx_t stat;
        nint result = RawSyscall.statx((int)fd, Text.Empty, Fcntl.AT_EMPTY_PATH, Stat.STATX_TYPE, &stat);
        if (result < 0)
            return result;
        if ((stat.stx_mode & Stat.S_IFMT) != Stat.S_IFCHR || stat.stx_rdev_major != 1 || stat.stx_rdev_minor != 3)
            return -(int)Errno.ENXIO;
        state->Set(Slot.Null, (int)fd);
        return 0;
    }

    /// <summary>
    /// Masks S: a file by the null device, a directory by the one empty read-only tmpfs that all masked directories share. What is
    /// not there needs no mask.
    /// </summary>
    public static nint Mask(ChildState* state, Op* op)
    {
        nint target = Open(state, op);
        if (target <= 0)
            return target;
        statx_t stat;
        nint result = RawSyscall.statx((int)target, Text.Empty, Fcntl.AT_EMPTY_PATH, Stat.STATX_TYPE, &stat);
        if (result >= 0)
        {
            if ((stat.stx_mode & Stat.S_IFMT) != Stat.S_IFDIR)
                result = Mounts.Bind(state->Get(Slot.Null), (int)target);
            else if (state->Get(Slot.Empty) != 0)
                result = Mounts.Bind(state->Get(Slot.Empty), (int)target);
            else
                result = MountEmpty(state, (int)target);
        }

        RawSyscall.close((int)target);
        return result;
    }

    /// <summary>Makes S, with all that is mounted below, read-only, by a mount of it on itself.</summary>
    public static nint Readonly(ChildState* state, Op* op)
    {
        nint target = Open(state, op);
        if (target <= 0)
            return target;
        nint tree = RawSyscall.open_tree(
            (int)target, Text.Empty, Mount.OPEN_TREE_CLONE | Mount.OPEN_TREE_CLOEXEC | Fcntl.AT_EMPTY_PATH | Fcntl.AT_RECURSIVE);
        nint result = tree;
        if (tree >= 0)
        {
            mount_attr attributes = default;
            attributes.attr_set = Mount.MOUNT_ATTR_RDONLY;
            result = RawSyscall.mount_setattr((int)tree, Text.Empty, Fcntl.AT_EMPTY_PATH | Fcntl.AT_RECURSIVE, &attributes);
            bool classic = result == -(int)Errno.ENOSYS;
            if (result >= 0 || classic)
                result = Move((int)tree, (int)target);
            if (result >= 0 && classic)
                result = Mounts.Remount((int)tree, Mount.MS_RDONLY);
            RawSyscall.close((int)tree);
        }

        RawSyscall.close((int)target);
        return result;
    }

    /// <summary>The path S in the root: a descriptor, 0 if there is nothing of that name, or the negated errno.</summary>
    private static nint Open(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->S));
        nint target = InRoot.Open(state->Get(Slot.Root), state->Text(op->S), Fcntl.O_PATH);
        return target is -(int)Errno.ENOENT or -(int)Errno.ENOTDIR ? 0 : target;
    }

    private static nint Move(int mount, int target) => RawSyscall.move_mount(
        mount, Text.Empty, target, Text.Empty, Mount.MOVE_MOUNT_F_EMPTY_PATH | Mount.MOVE_MOUNT_T_EMPTY_PATH);

    /// <summary>Mounts the empty tmpfs on the first directory that is masked. Only a mount that is attached can be cloned for the others.</summary>
    private static nint MountEmpty(ChildState* state, int target)
    {
        nint context = RawSyscall.fsopen(Text.Z("tmpfs"u8), Mount.FSOPEN_CLOEXEC);
        if (context < 0)
            return context;
        nint result = Mounts.Configure(state, (int)context, Mount.FSCONFIG_SET_STRING, Text.Z("nr_inodes"u8), Text.Z("1"u8));
        if (result >= 0)
            result = Mounts.Configure(state, (int)context, Mount.FSCONFIG_SET_FLAG, Text.Z("ro"u8), null);
        if (result >= 0)
            result = Mounts.Configure(state, (int)context, Mount.FSCONFIG_CMD_CREATE, null, null);
        if (result >= 0)
        {
            result = RawSyscall.fsmount(
                (int)context,
                Mount.FSMOUNT_CLOEXEC,
                (uint)(Mount.MOUNT_ATTR_RDONLY | Mount.MOUNT_ATTR_NOSUID | Mount.MOUNT_ATTR_NODEV | Mount.MOUNT_ATTR_NOEXEC));
        }

        RawSyscall.close((int)context);
        if (result < 0)
            return result;
        state->Set(Slot.Empty, (int)result);
        return Move((int)result, target);
    }
}
