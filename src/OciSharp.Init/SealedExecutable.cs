using OciSharp.Init.Child;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>Our own executable in a form that nobody can write to.</summary>
internal static unsafe class SealedExecutable
{
    /// <summary>
    /// A detached, read-only bind mount of the executable; or, for a user who may not mount, the executable itself if that user
    /// may not write to it, else a sealed copy in memory.
    /// </summary>
    /// <returns>
    /// A descriptor for execveat(2), or the negated errno. It stays open over that: whoever closes the last one of a detached mount waits
    /// until every processor has come by (an expedited RCU grace period, 0.1 to 2 ms), so the parent does, when it has nothing else to do.
    /// </returns>
    public static nint Open()
    {
        byte* self = Text.Z("/proc/self/exe"u8);
        nint clone = RawSyscall.open_tree(Fcntl.AT_FDCWD, self, Mount.OPEN_TREE_CLONE);
        if (clone >= 0)
        {
            mount_attr attributes = default;
            attributes.attr_set = Mount.MOUNT_ATTR_RDONLY;
            if (RawSyscall.mount_setattr((int)clone, Text.Empty, Fcntl.AT_EMPTY_PATH, &attributes) >= 0)
                return clone;
            RawSyscall.close((int)clone);
        }

        nint file = RawSyscall.openat(Fcntl.AT_FDCWD, self, Fcntl.O_RDONLY);
        if (file < 0)
            return file;
        if (RawSyscall.geteuid() != 0 && RawSyscall.faccessat2(Fcntl.AT_FDCWD, self, Fcntl.W_OK, Fcntl.AT_EACCESS) == -(int)Errno.EACCES)
            return file;
        nint copy = Copy((int)file);
        RawSyscall.close((int)file);
        return copy;
    }

    private static nint Copy(int file)
    {
        byte* name = Text.Z("ocisharp"u8);
        nint copy = RawSyscall.memfd_create(name, Fcntl.MFD_ALLOW_SEALING | Fcntl.MFD_EXEC);
        if (copy == -(int)Errno.EINVAL) // Linux before 6.3 does not know MFD_EXEC.
            copy = RawSyscall.memfd_create(name, Fcntl.MFD_ALLOW_SEALING);
        if (copy < 0)
            return copy;
        byte* buffer = stackalloc byte[16384];
        nint result;
        while ((result = RawSyscall.read(file, buffer, 16384)) > 0)
        {
            nint written = RawSyscall.write((int)copy, buffer, (nuint)result);
            if (written < result)
            {
                result = written < 0 ? written : -(int)Errno.ENOSPC;
                break;
            }
        }

        if (result >= 0)
            result = RawSyscall.fcntl((int)copy, Fcntl.F_ADD_SEALS, Fcntl.F_SEAL_SEAL | Fcntl.F_SEAL_SHRINK | Fcntl.F_SEAL_GROW | Fcntl.F_SEAL_WRITE);
        if (result >= 0)
            return copy;
        RawSyscall.close((int)copy);
        return result;
    }
}
