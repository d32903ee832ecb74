namespace OciSharp.Linux;

#pragma warning disable CS1591 // Each call is its manual page of the same name.
public static unsafe partial class RawSyscall
{
    public static nint mount(byte* source, byte* target, byte* type, ulong flags, byte* data) =>
        Call(NR.mount, (nint)source, (nint)target, (nint)type, (nint)flags, (nint)data);

    public static nint umount2(byte* target, int flags) => Call(NR.umount2, (nint)target, flags);

    public static nint pivot_root(byte* newRoot, byte* putOld) => Call(NR.pivot_root, (nint)newRoot, (nint)putOld);

    public static nint chroot(byte* path) => Call(NR.chroot, (nint)path);

    public static nint open_tree(int dirfd, byte* path, uint flags) => Call(NR.open_tree, dirfd, (nint)path, (nint)flags);

    public static nint move_mount(int fromDirfd, byte* fromPath, int toDirfd, byte* toPath, uint flags) =>
        Call(NR.move_mount, fromDirfd, (nint)fromPath, toDirfd, (nint)toPath, (nint)flags);

    public static nint fsopen(byte* type, uint flags) => Call(NR.fsopen, (nint)type, (nint)flags);

    public static nint fsconfig(int fd, uint command, byte* key, byte* value, int aux) =>
        Call(NR.fsconfig, fd, (nint)command, (nint)key, (nint)value, aux);

    public static nint fsmount(int fd, uint flags, uint attributes) => Call(NR.fsmount, fd, (nint)flags, (nint)attributes);

    public static nint mount_setattr(int dirfd, byte* path, uint flags, mount_attr* attributes) =>
        Call(NR.mount_setattr, dirfd, (nint)path, (nint)flags, (nint)attributes, sizeof(mount_attr));
}
#pragma warning restore CS1591
