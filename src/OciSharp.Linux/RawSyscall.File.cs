namespace OciSharp.Linux;

#pragma warning disable CS1591 // Each call is its manual page of the same name.
public static unsafe partial class RawSyscall
{
    public static nint read(int fd, void* buffer, nuint count) => Call(NR.read, fd, (nint)buffer, (nint)count);

    public static nint pread(int fd, void* buffer, nuint count, long offset) => Call(NR.pread64, fd, (nint)buffer, (nint)count, (nint)offset);

    public static nint write(int fd, void* buffer, nuint count) => Call(NR.write, fd, (nint)buffer, (nint)count);

    public static nint close(int fd) => Call(NR.close, fd);

    public static nint close_range(uint first, uint last, uint flags) => Call(NR.close_range, (nint)first, (nint)last, (nint)flags);

    public static nint openat(int dirfd, byte* path, int flags, uint mode = 0) => Call(NR.openat, dirfd, (nint)path, flags, (nint)mode);

    public static nint openat2(int dirfd, byte* path, open_how* how) => Call(NR.openat2, dirfd, (nint)path, (nint)how, sizeof(open_how));

    public static nint pipe2(int* ends, int flags) => Call(NR.pipe2, (nint)ends, flags);

    public static nint dup3(int oldfd, int newfd, int flags) => Call(NR.dup3, oldfd, newfd, flags);

    public static nint fcntl(int fd, int command, nint argument) => Call(NR.fcntl, fd, command, argument);

    public static nint ftruncate(int fd, long length) => Call(NR.ftruncate, fd, (nint)length);

    public static nint lseek(int fd, long offset, int whence) => Call(NR.lseek, fd, (nint)offset, whence);

    public static nint mkdirat(int dirfd, byte* path, uint mode) => Call(NR.mkdirat, dirfd, (nint)path, (nint)mode);

    public static nint mknodat(int dirfd, byte* path, uint mode, ulong device) => Call(NR.mknodat, dirfd, (nint)path, (nint)mode, (nint)device);

    public static nint symlinkat(byte* target, int dirfd, byte* path) => Call(NR.symlinkat, (nint)target, dirfd, (nint)path);

    public static nint readlinkat(int dirfd, byte* path, byte* buffer, nuint size) => Call(NR.readlinkat, dirfd, (nint)path, (nint)buffer, (nint)size);

    public static nint unlinkat(int dirfd, byte* path, int flags) => Call(NR.unlinkat, dirfd, (nint)path, flags);

    public static nint renameat2(int olddirfd, byte* oldpath, int newdirfd, byte* newpath, uint flags) =>
        Call(NR.renameat2, olddirfd, (nint)oldpath, newdirfd, (nint)newpath, (nint)flags);

    public static nint fchmod(int fd, uint mode) => Call(NR.fchmod, fd, (nint)mode);

    public static nint fchmodat(int dirfd, byte* path, uint mode) => Call(NR.fchmodat, dirfd, (nint)path, (nint)mode);

    public static nint fchownat(int dirfd, byte* path, uint owner, uint group, int flags) =>
        Call(NR.fchownat, dirfd, (nint)path, (nint)owner, (nint)group, flags);

    public static nint faccessat2(int dirfd, byte* path, int mode, int flags) => Call(NR.faccessat2, dirfd, (nint)path, mode, flags);

    public static nint statx(int dirfd, byte* path, int flags, uint mask, statx_t* result) =>
        Call(NR.statx, dirfd, (nint)path, flags, (nint)mask, (nint)result);

    public static nint getdents64(int fd, byte* buffer, nuint size) => Call(NR.getdents64, fd, (nint)buffer, (nint)size);

    /// <summary>fgetxattr(2): the size of the value.</summary>
    public static nint fgetxattr(int fd, byte* name, byte* value, nuint size) => Call(NR.fgetxattr, fd, (nint)name, (nint)value, (nint)size);

    public static nint getcwd(byte* buffer, nuint size) => Call(NR.getcwd, (nint)buffer, (nint)size);

    public static nint chdir(byte* path) => Call(NR.chdir, (nint)path);

    public static nint fchdir(int fd) => Call(NR.fchdir, fd);

    public static nint umask(uint mask) => Call(NR.umask, (nint)mask);

    public static nint memfd_create(byte* name, uint flags) => Call(NR.memfd_create, (nint)name, (nint)flags);

    public static nint ioctl(int fd, nuint request, nint argument) => Call(NR.ioctl, fd, (nint)request, argument);

    public static nint fstatfs(int fd, statfs_t* result) => Call(NR.fstatfs, fd, (nint)result);
}
#pragma warning restore CS1591
