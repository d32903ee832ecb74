using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>
/// Paths in the container's root, which is hostile: each is resolved by the kernel inside the root, without magic links, and
/// what is made is made on a descriptor of its parent, so no path is ever resolved twice (CVE-2021-30465, CVE-2024-45310).
/// </summary>
internal static unsafe class InRoot
{
    /// <summary>Longest path that the kernel takes, with its NUL.</summary>
    public const int PathMax = 4096;

    private const int MaxLinks = 40;

    /// <summary>Opens <paramref name="path"/> inside <paramref name="root"/> ("/" and ".." stay there).</summary>
    public static nint Open(int root, byte* path, ulong flags, ulong resolve = 0, uint mode = 0)
    {
        open_how how;
        how.flags = flags | (ulong)Fcntl.O_CLOEXEC;
        how.mode = mode;
        how.resolve = Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_MAGICLINKS | resolve;
        int attempts = 0;
        while (true)
        {
            // EAGAIN: something was renamed while ".." was resolved. An attacker may do so for ever, we do not try for ever.
            nint fd = RawSyscall.openat2(root, path, &how);
            if ((fd != -(int)Errno.EAGAIN && fd != -(int)Errno.EINTR) || ++attempts == 1000)
                return fd;
        }
    }

    /// <summary>Opens the directory <paramref name="path"/>; what is missing is made, with mode 0755.</summary>
    public static nint Directory(int root, byte* path, ulong resolve = 0)
    {
        nint fd = Open(root, path, Fcntl.O_PATH | Fcntl.O_DIRECTORY, resolve);
        if (fd != -(int)Errno.ENOENT)
            return fd;

        // Mostly only the last component is missing.
        byte* name;
        int slash = LastSlash(path, &name);
        if (slash > 0 && IsPlain(name))
        {
            path[slash] = 0;
            nint parent = Open(root, path, Fcntl.O_PATH | Fcntl.O_DIRECTORY, resolve);
            path[slash] = (byte)'/';
            if (parent >= 0)
            {
                fd = RawSyscall.mkdirat((int)parent, name, 0x1ed /* 0755 */);
                if (fd >= 0)
                    fd = Open((int)parent, name, Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW, Fcntl.RESOLVE_NO_SYMLINKS);
                RawSyscall.close((int)parent);
                if (fd != -(int)Errno.EEXIST)
                    return fd;
            }
        }

        byte* buffer = stackalloc byte[2 * PathMax];
        return Make(root, path, buffer, resolve);
    }

    /// <summary>
    /// Opens the file <paramref name="path"/>; if it is missing an empty one is made, and the directories that lead to it.
    /// </summary>
    public static nint File(int root, byte* path, ulong resolve = 0)
    {
        nint fd = Open(root, path, Fcntl.O_PATH, resolve);
        if (fd != -(int)Errno.ENOENT)
            return fd;
        byte* name;
        nint parent = Parent(root, path, &name, resolve);
        if (parent < 0)
            return parent;
        nint made = RawSyscall.mknodat((int)parent, name, Stat.S_IFREG | 0x1ed /* 0755 */, 0);
        if (made >= 0 || made == -(int)Errno.EEXIST)
            fd = Open((int)parent, name, Fcntl.O_PATH | Fcntl.O_NOFOLLOW, Fcntl.RESOLVE_NO_SYMLINKS);
        else
            fd = made;
        RawSyscall.close((int)parent);
        return fd;
    }

    /// <summary>Opens the directory that holds <paramref name="path"/>, made if it is missing; <paramref name="name"/> is the last component.</summary>
    public static nint Parent(int root, byte* path, byte** name, ulong resolve = 0)
    {
        int slash = LastSlash(path, name);
        if (!IsPlain(*name))
            return -(int)Errno.EINVAL;
        if (slash <= 0)
            return RawSyscall.fcntl(root, Fcntl.F_DUPFD_CLOEXEC, 3);

        // The string is ours (it lies in the arena): cut it for a moment.
        path[slash] = 0;
        nint parent = Directory(root, path, resolve);
        path[slash] = (byte)'/';
        return parent;
    }

    /// <summary>Cuts slashes at the end of a path; returns where its last one is, or −1, and the component behind it.</summary>
    private static int LastSlash(byte* path, byte** name)
    {
        int length = Text.Length(path);
        while (length > 1 && path[length - 1] == '/')
            path[--length] = 0;
        int slash = length - 1;
        while (slash >= 0 && path[slash] != '/')
            slash--;
        *name = path + slash + 1;
        return slash;
    }

    /// <summary>A name of something in a directory, not of the directory or of the one above.</summary>
    private static bool IsPlain(byte* name) => *name != 0 && !Text.Same(name, Text.Z("."u8)) && !Text.Same(name, Text.Z(".."u8));

    private static nint Make(int root, byte* path, byte* buffer, ulong resolve)
    {
        // buffer: the path that is being made; behind it, room to read a link.
        byte* link = buffer + PathMax;
        if (Text.Length(path) >= PathMax)
            return -(int)Errno.ENAMETOOLONG;
        Text.Append(buffer, path);
        for (int links = 0; links < MaxLinks; links++)
        {
            int end = 0;
            nint parent = RawSyscall.fcntl(root, Fcntl.F_DUPFD_CLOEXEC, 3);
            while (parent >= 0)
            {
                int start = end;
                while (buffer[start] == '/')
                    start++;
                if (buffer[start] == 0)
                    return parent;
                end = start;
                while (buffer[end] != 0 && buffer[end] != '/')
                    end++;
                byte cut = buffer[end];
                buffer[end] = 0;

                // Always the whole prefix from the root: ".." and links mean there what they mean to the container.
                nint next = Open(root, buffer, Fcntl.O_PATH | Fcntl.O_DIRECTORY, resolve);
                if (next == -(int)Errno.ENOENT)
                {
                    next = RawSyscall.mkdirat((int)parent, buffer + start, 0x1ed /* 0755 */);
                    if (next >= 0)
                    {
                        next = Open((int)parent, buffer + start, Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW, Fcntl.RESOLVE_NO_SYMLINKS);
                    }
                    else if (next == -(int)Errno.EEXIST)
                    {
                        // A link to nowhere: what it points to is what has to be made.
                        nint size = RawSyscall.readlinkat((int)parent, buffer + start, link, PathMax);
                        RawSyscall.close((int)parent);
                        if (size < 0)
                            return size;
                        buffer[end] = cut;
                        if (!Substitute(buffer, start, end, link, (int)size))
                            return -(int)Errno.ENAMETOOLONG;
                        parent = -1;
                        break;
                    }
                }

                RawSyscall.close((int)parent);
                buffer[end] = cut;
                parent = next;
            }

            if (parent < -1)
                return parent;
        }

        return -(int)Errno.ELOOP;
    }

    /// <summary>Puts the target of a link in the place of the component from start to end, or of all before it if it is absolute.</summary>
    private static bool Substitute(byte* buffer, int start, int end, byte* link, int size)
    {
        int prefix = size > 0 && link[0] == '/' ? 0 : start;
        int rest = Text.Length(buffer + end);
        if (prefix + size + rest >= PathMax)
            return false;
        if (prefix + size <= end)
        {
            for (int i = 0; i <= rest; i++)
                buffer[prefix + size + i] = buffer[end + i];
        }
        else
        {
            for (int i = rest; i >= 0; i--)
                buffer[prefix + size + i] = buffer[end + i];
        }

        for (int i = 0; i < size; i++)
            buffer[prefix + i] = link[i];
        return true;
    }
}
