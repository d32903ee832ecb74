namespace OciSharp.Linux;

#pragma warning disable CS1591 // Each call is its manual page of the same name.
public static unsafe partial class RawSyscall
{
    public static nint read(int fd, void* buffer, nuint count) => Call(NR.read, fd, (nint)buffer, (nint)count);

    public static nint write(int fd, void* buffer, nuint count) => Call(NR.write, fd, (nint)buffer, (nint)count);

    public static nint close(int fd) => Call(NR.close, fd);

    public static nint openat(int dirfd, byte* path, int flags, uint mode = 0) => Call(NR.openat, dirfd, (nint)path, flags, (nint)mode);
}
#pragma warning restore CS1591
