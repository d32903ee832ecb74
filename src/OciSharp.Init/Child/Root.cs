using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>The container's root: attached, entered, and given its propagation.</summary>
internal static unsafe class Root
{
    /// <summary>Gives every mount of the new mount namespace the propagation X, so that nothing made here reaches the host.</summary>
    public static nint PropagateHost(Op* op) => RawSyscall.mount(null, Text.Z("/"u8), null, op->X, null);

    /// <summary>
    /// Attaches the tree in slot Root at its own path S, where hooks expect it. Where that cannot be reached (a user namespace may not
    /// look into the directories that lead there), or with S 0, on top of "/": our own root does not change with that, since a process
    /// keeps the directory below, and the paths of the host stay reachable. X is the propagation that its mounts get; 0 keeps it.
    /// </summary>
    public static nint Attach(ChildState* state, Op* op)
    {
        int root = state->Get(Slot.Root);
        bool changed = false;
        if (op->X != 0)
        {
            nint set = SetPropagation(root, op->X);
            if (set < 0 && set != -(int)Errno.ENOSYS)
                return set;
            changed = set >= 0;
        }

        nint moved = -(int)Errno.ENOENT;
        if (op->S != 0)
            moved = RawSyscall.move_mount(root, Text.Empty, Fcntl.AT_FDCWD, state->Text(op->S), Mount.MOVE_MOUNT_F_EMPTY_PATH | Mount.MOVE_MOUNT_T_SYMLINKS);
        if (moved is -(int)Errno.ENOENT or -(int)Errno.EACCES)
            moved = RawSyscall.move_mount(root, Text.Empty, Fcntl.AT_FDCWD, Text.Z("/"u8), Mount.MOVE_MOUNT_F_EMPTY_PATH);
        return moved < 0 || changed || op->X == 0 ? moved : SetPropagationOfAttached(root, op->X);
    }

    /// <summary>
    /// Attaches the tree in slot Root at its own path S in the mount namespace of the host, for what will be mounted in it to have a mount
    /// of ours below it: nothing of it goes further, and it can be taken away as a whole.
    /// </summary>
    public static nint AttachOnHost(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->S));
        int root = state->Get(Slot.Root);
        nint moved = RawSyscall.move_mount(root, Text.Empty, Fcntl.AT_FDCWD, state->Text(op->S), Mount.MOVE_MOUNT_F_EMPTY_PATH | Mount.MOVE_MOUNT_T_SYMLINKS);
        if (moved < 0)
            return moved;

        // Where the host's mount is shared, ours became so when it was attached.
        nint result = SetPropagation(root, Mount.MS_PRIVATE | Mount.MS_REC);
        return result == -(int)Errno.ENOSYS ? SetPropagationOfAttached(root, Mount.MS_PRIVATE | Mount.MS_REC) : result;
    }

    /// <summary>Gives the tree at a descriptor a propagation, attached or not; not before Linux 5.12 (ENOSYS).</summary>
    private static nint SetPropagation(int root, ulong propagation)
    {
        mount_attr attributes = default;
        attributes.propagation = propagation & ~Mount.MS_REC;
        uint flags = (uint)(Fcntl.AT_EMPTY_PATH | ((propagation & Mount.MS_REC) != 0 ? Fcntl.AT_RECURSIVE : 0));
        return RawSyscall.mount_setattr(root, Text.Empty, flags, &attributes);
    }

    /// <summary>As <see cref="SetPropagation"/>, for Linux 5.10 and 5.11.</summary>
    private static nint SetPropagationOfAttached(int root, ulong propagation)
    {
        byte* path = stackalloc byte[32];
        Text.FdPath(path, root);
        return RawSyscall.mount(null, path, null, propagation, null);
    }

    /// <summary>pivot_root(2) onto the container's root; the host's tree is detached.</summary>
    public static nint Pivot(ChildState* state)
    {
        nint old = RawSyscall.openat(Fcntl.AT_FDCWD, Text.Z("/"u8), Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC);
        if (old < 0)
            return old;
        nint result = RawSyscall.fchdir(state->Get(Slot.Root));
        if (result >= 0)
            result = RawSyscall.pivot_root(Text.Z("."u8), Text.Z("."u8));
        if (result >= 0)
            result = RawSyscall.fchdir((int)old);

        // What is unmounted here must not be unmounted on the host.
        if (result >= 0)
            result = RawSyscall.mount(null, Text.Z("."u8), null, Mount.MS_SLAVE | Mount.MS_REC, null);
        if (result >= 0)
            result = RawSyscall.umount2(Text.Z("."u8), Mount.MNT_DETACH);
        RawSyscall.close((int)old);
        if (result >= 0)
            result = RawSyscall.chdir(Text.Z("/"u8));
        return result;
    }

    /// <summary>
    /// <c>--no-pivot</c>, for a host whose root is a ramfs: the container's root lies on top of "/" already; enter it. The host's tree
    /// stays below, so everything of it that can be reached is unmounted first.
    /// </summary>
    public static nint Move(ChildState* state)
    {
        nint result = RawSyscall.fchdir(state->Get(Slot.Root));
        if (result >= 0)
            result = RawSyscall.mount(Text.Z("."u8), Text.Z("/"u8), null, Mount.MS_MOVE, null);
        if (result == -(int)Errno.EINVAL)
            result = 0; // It lies there already.
        if (result >= 0)
            result = RawSyscall.chroot(Text.Z("."u8));
        if (result >= 0)
            result = RawSyscall.chdir(Text.Z("/"u8));
        return result;
    }

    /// <summary>
    /// Makes the host's directory S, or with S 0 the one in slot Root, the root, for a container without a mount namespace of its own.
    /// </summary>
    public static nint Change(ChildState* state, Op* op)
    {
        if (op->S != 0)
        {
            state->Explain(state->Text(op->S));
            nint root = RawSyscall.openat(Fcntl.AT_FDCWD, state->Text(op->S), Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC);
            if (root < 0)
                return root;
            state->Set(Slot.Root, (int)root);
        }

        nint result = RawSyscall.fchdir(state->Get(Slot.Root));
        if (result >= 0)
            result = RawSyscall.chroot(Text.Z("."u8));
        return result < 0 ? result : RawSyscall.chdir(Text.Z("/"u8));
    }

    /// <summary>After its mount namespace has been joined, "/" is the container's root.</summary>
    public static nint Open(ChildState* state)
    {
        nint root = RawSyscall.openat(Fcntl.AT_FDCWD, Text.Z("/"u8), Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC);
        if (root < 0)
            return root;
        state->Set(Slot.Root, (int)root);
        return 0;
    }

    /// <summary>Gives the container's root the propagation X of <c>linux.rootfsPropagation</c>.</summary>
    public static nint Propagate(Op* op) => RawSyscall.mount(null, Text.Z("/"u8), null, op->X, null);

    /// <summary>Makes the container's root mount read-only; mounts in it keep their own state.</summary>
    public static nint Readonly()
    {
        mount_attr attributes = default;
        attributes.attr_set = Mount.MOUNT_ATTR_RDONLY;
        nint result = RawSyscall.mount_setattr(Fcntl.AT_FDCWD, Text.Z("/"u8), 0, &attributes);
        if (result == -(int)Errno.ENOSYS)
            result = RawSyscall.mount(null, Text.Z("/"u8), null, Mount.MS_REMOUNT | Mount.MS_BIND | Mount.MS_RDONLY, null);
        return result;
    }
}
