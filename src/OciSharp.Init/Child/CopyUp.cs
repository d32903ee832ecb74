using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary><c>tmpcopyup</c>: a new tmpfs begins with what the image has at its mount point.</summary>
internal static unsafe class CopyUp
{
    private const int MaxDepth = 64;
    private const int BufferSize = 16384;
    private const int NameOffset = 19; // of struct linux_dirent64
    private const int SizeOffset = 16;

    /// <summary>Copies what lies below slot Target (the mount point, as it was) into slot Mount.</summary>
    public static nint Run(ChildState* state, Op* op)
    {
        byte* dot = Text.Z("."u8);
        nint from = RawSyscall.openat(state->Get(Slot.Target), dot, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC);
        if (from < 0)
            return from;
        nint to = RawSyscall.openat(state->Get(Slot.Mount), dot, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC);
        nint result = to;
        if (to >= 0)
        {
            byte* buffer = (byte*)RawSyscall.mmap(
                null, BufferSize * 2, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS, -1, 0);
            result = (nint)buffer < 0 && (nint)buffer > -4096 ? (nint)buffer : Directory(state, (int)from, (int)to, buffer, 0);
            RawSyscall.close((int)to);
        }

        RawSyscall.close((int)from);
        return result;
    }

    private static nint Directory(ChildState* state, int from, int to, byte* copy, int depth)
    {
        if (depth == MaxDepth)
            return -(int)Errno.ELOOP;
        byte* entries = stackalloc byte[4096];
        while (true)
        {
            nint size = RawSyscall.getdents64(from, entries, 4096);
            if (size <= 0)
                return size;
            for (nint at = 0; at < size; at += *(ushort*)(entries + at + SizeOffset))
            {
                byte* name = entries + at + NameOffset;
                if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)))
                    continue;
                nint result = Entry(state, from, to, name, copy, depth);
                if (result < 0)
                {
                    if (state->Header->ErrorText[0] == 0)
                        state->Explain(name);
                    return result;
                }
            }
        }
    }

    private static nint Entry(ChildState* state, int from, int to, byte* name, byte* copy, int depth)
    {
        statx_t stat;
        nint result = RawSyscall.statx(from, name, Fcntl.AT_SYMLINK_NOFOLLOW, Stat.STATX_BASIC_STATS, &stat);
        if (result < 0)
            return result;
        uint mode = stat.stx_mode;
        switch (mode & Stat.S_IFMT)
        {
            case Stat.S_IFDIR:
                result = RawSyscall.mkdirat(to, name, 0x1c0 /* 0700 */);
                if (result >= 0)
                    result = Deeper(state, from, to, name, copy, depth, &stat);
                return result;
            case Stat.S_IFREG:
                return File(from, to, name, copy, &stat);
            case Stat.S_IFLNK:
                nint length = RawSyscall.readlinkat(from, name, copy, BufferSize - 1);
                if (length < 0)
                    return length;
                copy[length] = 0;
                result = RawSyscall.symlinkat(copy, to, name);
                break;
            default:
                result = RawSyscall.mknodat(to, name, mode, Device.Make(stat.stx_rdev_major, stat.stx_rdev_minor));
                break;
        }

        return result < 0 ? result : RawSyscall.fchownat(to, name, stat.stx_uid, stat.stx_gid, Fcntl.AT_SYMLINK_NOFOLLOW);
    }

    private static nint Deeper(ChildState* state, int from, int to, byte* name, byte* copy, int depth, statx_t* stat)
    {
        const int Flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW | Fcntl.O_CLOEXEC;
        nint source = RawSyscall.openat(from, name, Flags);
        if (source < 0)
            return source;
        nint target = RawSyscall.openat(to, name, Flags);
        nint result = target;
        if (target >= 0)
        {
            result = Directory(state, (int)source, (int)target, copy, depth + 1);
            if (result >= 0)
                result = Own((int)target, stat);
            RawSyscall.close((int)target);
        }

        RawSyscall.close((int)source);
        return result;
    }

    private static nint File(int from, int to, byte* name, byte* copy, statx_t* stat)
    {
        nint source = RawSyscall.openat(from, name, Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (source < 0)
            return source;
        nint target = RawSyscall.openat(to, name, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_CLOEXEC, 0x180 /* 0600 */);
        nint result = target;
        if (target >= 0)
        {
            while ((result = RawSyscall.read((int)source, copy, BufferSize)) > 0)
            {
                nint written = RawSyscall.write((int)target, copy, (nuint)result);
                if (written < result)
                {
                    result = written < 0 ? written : -(int)Errno.ENOSPC;
                    break;
                }
            }

            if (result >= 0)
                result = Own((int)target, stat);
            RawSyscall.close((int)target);
        }

        RawSyscall.close((int)source);
        return result;
    }

    private static nint Own(int fd, statx_t* stat)
    {
        nint result = RawSyscall.fchownat(fd, Text.Empty, stat->stx_uid, stat->stx_gid, Fcntl.AT_EMPTY_PATH);
        return result < 0 ? result : RawSyscall.fchmod(fd, stat->stx_mode & 0xfffu);
    }
}
