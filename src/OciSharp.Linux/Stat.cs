using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/stat.h, linux/magic.h: what a file is.</summary>
[KernelHeader("linux/stat.h", "linux/magic.h")]
public static class Stat
{
    public const uint S_IFMT = 0xF000;
    public const uint S_IFSOCK = 0xC000;
    public const uint S_IFLNK = 0xA000;
    public const uint S_IFREG = 0x8000;
    public const uint S_IFBLK = 0x6000;
    public const uint S_IFDIR = 0x4000;
    public const uint S_IFCHR = 0x2000;
    public const uint S_IFIFO = 0x1000;

    public const uint STATX_TYPE = 0x1;
    public const uint STATX_MODE = 0x2;
    public const uint STATX_UID = 0x8;
    public const uint STATX_GID = 0x10;
    public const uint STATX_INO = 0x100;
    public const uint STATX_BASIC_STATS = 0x7ff;
    public const uint STATX_MNT_ID = 0x1000;

    public const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

    public const long PROC_SUPER_MAGIC = 0x9fa0;
    public const long DEVPTS_SUPER_MAGIC = 0x1cd1;
    public const long CGROUP2_SUPER_MAGIC = 0x63677270;
    public const long CGROUP_SUPER_MAGIC = 0x27e0eb;
    public const long TMPFS_MAGIC = 0x01021994;
    public const long RAMFS_MAGIC = 0x858458f6;
    public const long RDTGROUP_SUPER_MAGIC = 0x7655821;
}

/// <summary>struct statx_timestamp of linux/stat.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct statx_timestamp", "linux/stat.h")]
public struct statx_timestamp
{
    public long tv_sec;
    public uint tv_nsec;
    public int __reserved;
}

/// <summary>struct statx of linux/stat.h</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
[KernelStruct("struct statx", "linux/stat.h")]
public struct statx_t
{
    public uint stx_mask;
    public uint stx_blksize;
    public ulong stx_attributes;
    public uint stx_nlink;
    public uint stx_uid;
    public uint stx_gid;
    public ushort stx_mode;
    public ushort __spare0;
    public ulong stx_ino;
    public ulong stx_size;
    public ulong stx_blocks;
    public ulong stx_attributes_mask;
    public statx_timestamp stx_atime;
    public statx_timestamp stx_btime;
    public statx_timestamp stx_ctime;
    public statx_timestamp stx_mtime;
    public uint stx_rdev_major;
    public uint stx_rdev_minor;
    public uint stx_dev_major;
    public uint stx_dev_minor;
    public ulong stx_mnt_id;
}

/// <summary>struct statfs of the 64-bit architectures (asm-generic/statfs.h).</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
[KernelStruct("struct statfs", "asm/statfs.h")]
public struct statfs_t
{
    public long f_type;
    public long f_bsize;
    public ulong f_blocks;
    public ulong f_bfree;
    public ulong f_bavail;
    public ulong f_files;
    public ulong f_ffree;
    public ulong f_fsid;
    public long f_namelen;
    public long f_frsize;
    public long f_flags;
}
#pragma warning restore CS1591
