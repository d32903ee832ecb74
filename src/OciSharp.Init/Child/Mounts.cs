using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>The mounts of the container, each made detached and then moved onto a descriptor of its mount point.</summary>
internal static unsafe class Mounts
{
    /// <summary>Clones the mount of the host's path S into the slot.</summary>
    public static nint OpenTree(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->S));
        uint flags = Mount.OPEN_TREE_CLONE | Mount.OPEN_TREE_CLOEXEC;
        if ((op->Flags & MountOps.Recursive) != 0)
            flags |= Fcntl.AT_RECURSIVE;
        nint tree = RawSyscall.open_tree(Fcntl.AT_FDCWD, state->Text(op->S), flags);
        if (tree < 0)
            return tree;
        state->Set(op->Slot, (int)tree);
        return 0;
    }

    /// <summary>Resolves the mount point S inside the root, made if it is missing, into slot Target.</summary>
    public static nint Target(ChildState* state, Op* op)
    {
        byte* path = state->Text(op->S);
        state->Explain(path);
        ulong resolve = (op->Flags & MountOps.TargetNoSymlinks) != 0 ? Fcntl.RESOLVE_NO_SYMLINKS : 0;
        bool file = (op->Flags & MountOps.TargetFile) != 0;
        if ((op->Flags & MountOps.TargetLikeSlot) != 0)
        {
            statx_t stat;
            nint result = RawSyscall.statx(state->Get(op->Slot), Text.Empty, Fcntl.AT_EMPTY_PATH, Stat.STATX_TYPE, &stat);
            if (result < 0)
                return result;
            file = (stat.stx_mode & Stat.S_IFMT) != Stat.S_IFDIR;
        }

        int root = state->Get(Slot.Root);
        nint fd = (op->Flags & MountOps.TargetMustExist) != 0 ? InRoot.Open(root, path, Fcntl.O_PATH, resolve)
            : file ? InRoot.File(root, path, resolve)
            : InRoot.Directory(root, path, resolve);
        if (fd < 0)
            return fd;
        nint allowed = GuardProc(state, op, (int)fd);
        if (allowed < 0)
        {
            RawSyscall.close((int)fd);
            return allowed;
        }

        state->Set((op->Flags & MountOps.TargetDev) != 0 ? Slot.Dev : Slot.Target, (int)fd);
        return 0;
    }

    /// <summary>Makes the directory S in a file system of our own, the mount in the slot, and opens it into slot Target.</summary>
    public static nint MountPoint(ChildState* state, Op* op)
    {
        int directory = state->Get(op->Slot);
        byte* name = state->Text(op->S);
        state->Explain(name);
        nint result = RawSyscall.mkdirat(directory, name, 0x1ed); // 0755
        if (result >= 0)
            result = RawSyscall.openat(directory, name, Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW | Fcntl.O_CLOEXEC);
        if (result < 0)
            return result;
        state->Set(Slot.Target, (int)result);
        return 0;
    }

    /// <summary>
    /// Nothing may be mounted inside of /proc, and on /proc nothing but a procfs: what is written there, labels above all, has to
    /// reach the kernel (CVE-2019-16884, CVE-2019-19921).
    /// </summary>
    private static nint GuardProc(ChildState* state, Op* op, int target)
    {
        statfs_t stat;
        nint result = 0;
        if ((op->Flags & MountOps.TargetGuardProc) != 0)
        {
            result = RawSyscall.fstatfs(target, &stat);
            if (result >= 0 && stat.f_type == Stat.PROC_SUPER_MAGIC)
                result = -(int)Errno.EXDEV;
        }

        if (result >= 0 && (op->Flags & MountOps.TargetSourceIsProc) != 0)
        {
            result = RawSyscall.fstatfs(state->Get(op->Slot), &stat);
            if (result >= 0 && stat.f_type != Stat.PROC_SUPER_MAGIC)
                result = -(int)Errno.EXDEV;
        }

        return result;
    }

    /// <summary>
    /// Mounts a file system of type S with source T and the MOUNT_ATTR_* X on slot Target. Data is Count pairs of strings, key and
    /// value; a flag has no value.
    /// </summary>
    public static nint FileSystem(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->S));
        nint context = RawSyscall.fsopen(state->Text(op->S), Mount.FSOPEN_CLOEXEC);
        if (context < 0)
            return context;
        nint result = 0;
        if (op->T != 0)
            result = Configure(state, (int)context, Mount.FSCONFIG_SET_STRING, Text.Z("source"u8), state->Text(op->T));
        uint* pairs = (uint*)(state->Arena + op->Data);
        for (uint i = 0; result >= 0 && i < op->Count; i++)
        {
            byte* value = state->Text(pairs[(2 * i) + 1]);
            result = Configure(
                state, (int)context, value is null ? Mount.FSCONFIG_SET_FLAG : Mount.FSCONFIG_SET_STRING, state->Text(pairs[2 * i]), value);
        }

        if (result >= 0)
            result = Configure(state, (int)context, Mount.FSCONFIG_CMD_CREATE, null, null);
        nint mount = result < 0 ? result : RawSyscall.fsmount((int)context, Mount.FSMOUNT_CLOEXEC, (uint)op->X);
        RawSyscall.close((int)context);
        if (mount < 0)
            return mount;
        if ((op->Flags & MountOps.Detached) != 0)
        {
            state->Set(op->Slot, (int)mount);
            return 0;
        }

        state->Set(Slot.Mount, (int)mount);
        return AttachTo(state, (int)mount);
    }

    /// <summary>
    /// mount(2) of type T, source S, flags X and data Data on slot Target, for what the descriptor calls cannot say (an option of more
    /// than 255 bytes, MS_SILENT).
    /// </summary>
    public static nint Classic(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->T));
        byte* path = stackalloc byte[32];
        int target = state->Get(Slot.Target);
        Text.FdPath(path, target);
        nint result = RawSyscall.mount(state->Text(op->S), path, state->Text(op->T), op->X, state->Text(op->Data));
        if (result < 0)
            return result;
        return OpenAttached(state, target);
    }

    /// <summary>
    /// Changes the tree in the slot with mount_setattr(2): sets X, clears Y, and gives it the propagation Count (a MS_* flag).
    /// T, if not 0, is the slot that holds the user namespace of an idmapped mount.
    /// </summary>
    public static nint Change(ChildState* state, Op* op)
    {
        mount_attr attributes = default;
        attributes.attr_set = op->X;
        attributes.attr_clr = op->Y;
        attributes.propagation = op->Count;
        if (op->T != 0)
            attributes.userns_fd = (ulong)state->Get((int)op->T);
        uint flags = (uint)(Fcntl.AT_EMPTY_PATH | ((op->Flags & MountOps.Recursive) != 0 ? Fcntl.AT_RECURSIVE : 0));
        int mount = state->Get(op->Slot);
        nint result = RawSyscall.mount_setattr(mount, Text.Empty, flags, &attributes);
        if (result != -(int)Errno.ENOSYS || (op->X | op->Y) > 0xff || (op->Flags & MountOps.Recursive) != 0)
            return result;
        return ChangeClassic(mount, op);
    }

    /// <summary>Moves the tree in the slot onto slot Target.</summary>
    public static nint AttachTree(ChildState* state, Op* op)
    {
        int tree = state->Get(op->Slot);
        nint result = AttachTo(state, tree);
        if (result >= 0)
            state->Move(op->Slot, Slot.Mount);
        return result;
    }

    /// <summary>Gives the slot a descriptor of its own of what slot Mount holds.</summary>
    public static nint Keep(ChildState* state, Op* op)
    {
        nint fd = RawSyscall.fcntl(state->Get(Slot.Mount), Fcntl.F_DUPFD_CLOEXEC, 3);
        if (fd < 0)
            return fd;
        state->Set(op->Slot, (int)fd);
        return 0;
    }

    /// <summary>Opens what is mounted now where <paramref name="point"/> is: its top, into slot Mount.</summary>
    private static nint OpenAttached(ChildState* state, int point)
    {
        // A descriptor of the mount point still shows what lies below; its ".." and name are not known. /proc/self/fd resolves to the
        // mount point, and "/." makes the kernel step onto what is mounted there.
        byte* path = stackalloc byte[40];
        Text.FdPath(path, point);
        Text.Append(path + Text.Length(path), Text.Z("/."u8));
        nint fd = RawSyscall.openat(Fcntl.AT_FDCWD, path, Fcntl.O_PATH | Fcntl.O_CLOEXEC);
        if (fd == -(int)Errno.ENOTDIR)
        {
            path[Text.Length(path) - 2] = 0;
            fd = RawSyscall.openat(Fcntl.AT_FDCWD, path, Fcntl.O_PATH | Fcntl.O_CLOEXEC);
        }

        if (fd < 0)
            return fd;
        state->Set(Slot.Mount, (int)fd);
        return 0;
    }

    private static nint AttachTo(ChildState* state, int mount) =>
        RawSyscall.move_mount(
            mount,
            Text.Empty,
            state->Get(Slot.Target),
            Text.Empty,
            Mount.MOVE_MOUNT_F_EMPTY_PATH | Mount.MOVE_MOUNT_T_EMPTY_PATH);

    /// <summary>fsconfig(2); what the kernel says about a refusal goes into the report.</summary>
    public static nint Configure(ChildState* state, int context, uint command, byte* key, byte* value)
    {
        nint result = RawSyscall.fsconfig(context, command, key, value, 0);
        if (result >= 0)
            return result;

        // The kernel tells why in words: "e tmpfs: Unknown parameter 'foo'".
        byte* words = stackalloc byte[256];
        nint size = RawSyscall.read(context, words, 255);
        if (size > 2)
        {
            words[size] = 0;
            for (nint i = 0; i < size; i++)
            {
                if (words[i] == '\n')
                    words[i] = 0;
            }

            state->Explain(words + 2);
        }
        else if (key is not null)
        {
            state->Explain(key);
        }

        return result;
    }

    /// <summary>Binds the file or directory of a descriptor on another.</summary>
    public static nint Bind(int source, int target)
    {
        nint clone = RawSyscall.open_tree(
            source, Text.Empty, Mount.OPEN_TREE_CLONE | Mount.OPEN_TREE_CLOEXEC | Fcntl.AT_EMPTY_PATH);
        if (clone < 0)
            return clone;
        nint result = RawSyscall.move_mount(
            (int)clone, Text.Empty, target, Text.Empty, Mount.MOVE_MOUNT_F_EMPTY_PATH | Mount.MOVE_MOUNT_T_EMPTY_PATH);
        RawSyscall.close((int)clone);
        return result;
    }

    /// <summary>Linux 5.10 and 5.11: the flags of the mount as they are, with the step's change, by a bind remount.</summary>
    private static nint ChangeClassic(int mount, Op* op)
    {
        statfs_t stat;
        nint result = RawSyscall.fstatfs(mount, &stat);
        if (result < 0)
            return result;

        // ST_* of statfs(2) have the values of the MS_* flags for these: rdonly, nosuid, nodev, noexec.
        ulong flags = (ulong)stat.f_flags & (Mount.MS_RDONLY | Mount.MS_NOSUID | Mount.MS_NODEV | Mount.MS_NOEXEC | Mount.MS_NOATIME | Mount.MS_NODIRATIME);
        flags = (flags & ~(op->Y & 0xf)) | (op->X & 0xf);
        if ((op->X & Mount.MOUNT_ATTR_NOATIME) != 0)
            flags |= Mount.MS_NOATIME;
        if ((op->X & Mount.MOUNT_ATTR_STRICTATIME) != 0)
            flags |= Mount.MS_STRICTATIME;
        if ((op->X & Mount.MOUNT_ATTR_NODIRATIME) != 0)
            flags |= Mount.MS_NODIRATIME;
        result = (op->X | op->Y) == 0 ? 0 : Remount(mount, flags);
        if (result < 0 || op->Count == 0)
            return result;
        byte* path = stackalloc byte[32];
        Text.FdPath(path, mount);
        return RawSyscall.mount(null, path, null, op->Count, null);
    }

    /// <summary>A bind remount: sets the flags of a mount on kernels without mount_setattr(2).</summary>
    public static nint Remount(int mount, ulong flags)
    {
        byte* path = stackalloc byte[32];
        Text.FdPath(path, mount);
        return RawSyscall.mount(null, path, null, Mount.MS_REMOUNT | Mount.MS_BIND | flags, null);
    }
}
