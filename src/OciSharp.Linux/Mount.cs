using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/mount.h: both mount interfaces.</summary>
[KernelHeader("linux/mount.h", "linux/fcntl.h")]
public static class Mount
{
    public const ulong MS_RDONLY = 1;
    public const ulong MS_NOSUID = 2;
    public const ulong MS_NODEV = 4;
    public const ulong MS_NOEXEC = 8;
    public const ulong MS_SYNCHRONOUS = 16;
    public const ulong MS_REMOUNT = 32;
    public const ulong MS_MANDLOCK = 64;
    public const ulong MS_DIRSYNC = 128;
    public const ulong MS_NOSYMFOLLOW = 256;
    public const ulong MS_NOATIME = 1024;
    public const ulong MS_NODIRATIME = 2048;
    public const ulong MS_BIND = 4096;
    public const ulong MS_MOVE = 8192;
    public const ulong MS_REC = 16384;
    public const ulong MS_SILENT = 32768;
    public const ulong MS_UNBINDABLE = 1 << 17;
    public const ulong MS_PRIVATE = 1 << 18;
    public const ulong MS_SLAVE = 1 << 19;
    public const ulong MS_SHARED = 1 << 20;
    public const ulong MS_RELATIME = 1 << 21;
    public const ulong MS_I_VERSION = 1 << 23;
    public const ulong MS_STRICTATIME = 1 << 24;
    public const ulong MS_LAZYTIME = 1 << 25;

    [KernelHeader("sys/mount.h")]
    public const int MNT_DETACH = 2;

    [KernelHeader("sys/mount.h")]
    public const int UMOUNT_NOFOLLOW = 8;

    public const uint OPEN_TREE_CLONE = 1;
    public const uint OPEN_TREE_CLOEXEC = Fcntl.O_CLOEXEC;

    public const uint MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    public const uint MOVE_MOUNT_T_SYMLINKS = 0x10;
    public const uint MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    public const uint FSOPEN_CLOEXEC = 1;
    public const uint FSMOUNT_CLOEXEC = 1;
    public const uint FSCONFIG_SET_FLAG = 0;
    public const uint FSCONFIG_SET_STRING = 1;
    public const uint FSCONFIG_CMD_CREATE = 6;

    public const ulong MOUNT_ATTR_RDONLY = 0x01;
    public const ulong MOUNT_ATTR_NOSUID = 0x02;
    public const ulong MOUNT_ATTR_NODEV = 0x04;
    public const ulong MOUNT_ATTR_NOEXEC = 0x08;
    public const ulong MOUNT_ATTR__ATIME = 0x70;
    public const ulong MOUNT_ATTR_RELATIME = 0x00;
    public const ulong MOUNT_ATTR_NOATIME = 0x10;
    public const ulong MOUNT_ATTR_STRICTATIME = 0x20;
    public const ulong MOUNT_ATTR_NODIRATIME = 0x80;
    public const ulong MOUNT_ATTR_IDMAP = 0x100000;
    public const ulong MOUNT_ATTR_NOSYMFOLLOW = 0x200000;
}

/// <summary>struct mount_attr of linux/mount.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct mount_attr", "linux/mount.h")]
public struct mount_attr
{
    public ulong attr_set;
    public ulong attr_clr;
    public ulong propagation;
    public ulong userns_fd;
}
#pragma warning restore CS1591
