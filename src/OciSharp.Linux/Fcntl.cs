using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>fcntl.h, linux/openat2.h, linux/memfd.h: opening and resolving files.</summary>
[KernelHeader("fcntl.h", "unistd.h", "linux/openat2.h", "linux/memfd.h", "linux/close_range.h")]
public static class Fcntl
{
    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_EACCESS = 0x200;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_NO_AUTOMOUNT = 0x800;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_RECURSIVE = 0x8000;

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
#if ARM64
    public const int O_DIRECTORY = 0x4000;
    public const int O_NOFOLLOW = 0x8000;
#else
    public const int O_DIRECTORY = 0x10000;
    public const int O_NOFOLLOW = 0x20000;
#endif
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const ulong RESOLVE_NO_XDEV = 0x01;
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;
    public const ulong RESOLVE_BENEATH = 0x08;
    public const ulong RESOLVE_IN_ROOT = 0x10;

    public const int F_DUPFD = 0;
    public const int F_GETFD = 1;
    public const int F_SETFD = 2;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int F_SETPIPE_SZ = 1031;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int F_ADD_SEALS = 1033;
    public const int FD_CLOEXEC = 1;
    public const int F_SEAL_SEAL = 1;
    public const int F_SEAL_SHRINK = 2;
    public const int F_SEAL_GROW = 4;
    public const int F_SEAL_WRITE = 8;

    public const uint MFD_CLOEXEC = 1;
    public const uint MFD_ALLOW_SEALING = 2;

    [KernelSince(6, 3)]
    public const uint MFD_NOEXEC_SEAL = 8;

    [KernelSince(6, 3)]
    public const uint MFD_EXEC = 0x10;

    public const uint CLOSE_RANGE_CLOEXEC = 4;

    public const int SEEK_SET = 0;

    public const int F_OK = 0;
    public const int X_OK = 1;
    public const int W_OK = 2;
    public const int R_OK = 4;
}

/// <summary>linux/openat2.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct open_how", "linux/openat2.h")]
public struct open_how
{
    public ulong flags;
    public ulong mode;
    public ulong resolve;
}
#pragma warning restore CS1591
