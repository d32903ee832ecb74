using OciSharp.Init.Child;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>
/// Makes the container's namespaces while .NET starts and compiles the plan, instead of afterwards: they are a fifth of a launch.
/// The helper looks in config.json for the array that names them. Whatever is unusual there (a user namespace, which has to own the
/// others; an escape; a megabyte of text) is left to the plan. Should the plan not want what was made, the helper says so and ends, and
/// another one begins without foresight.
/// </summary>
/// <remarks>The contract of <see cref="ChildState"/> holds.</remarks>
internal static unsafe class Foresight
{
    private const ulong Foreseeable = Sched.CLONE_NEWNS | Sched.CLONE_NEWNET | Sched.CLONE_NEWIPC | Sched.CLONE_NEWUTS;
    private const nuint MaxSize = 1 << 20;

    /// <summary>Unshares what config.json will ask for.</summary>
    /// <param name="path">config.json.</param>
    /// <returns>The CLONE_NEW* flags of what was unshared; 0 when in doubt, or when the kernel refuses.</returns>
    public static ulong Unshare(byte* path)
    {
        ulong flags = Read(path) & Foreseeable;
        return flags != 0 && RawSyscall.unshare(flags) >= 0 ? flags : 0;
    }

    private static ulong Read(byte* path)
    {
        nint fd = RawSyscall.openat(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (fd < 0)
            return 0;
        ulong flags = 0;
        nint room = RawSyscall.mmap(null, MaxSize, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS, -1, 0);
        if (room is >= 0 or <= -4096)
        {
            byte* text = (byte*)room;
            nuint size = 0;
            nint read;
            while (size < MaxSize && (read = RawSyscall.read((int)fd, text + size, MaxSize - size)) > 0)
                size += (nuint)read;
            if (size < MaxSize)
                flags = NewNamespaces(text, text + size);
            RawSyscall.munmap(text, MaxSize);
        }

        RawSyscall.close((int)fd);
        return flags;
    }

    /// <summary>The CLONE_NEW* flags of the entries without a path in the first array that is called "namespaces"; 0 when in doubt.</summary>
    internal static ulong NewNamespaces(byte* text, byte* end)
    {
        byte* name = Text.Z("\"namespaces\""u8);
        for (; text < end; text++)
        {
            if (*text != '"' || !Text.StartsWith(text, end, name))
                continue;
            text = SkipSpace(text + Text.Length(name), end);
            if (text >= end || *text != ':')
                continue;
            text = SkipSpace(text + 1, end);
            if (text < end && *text == '[')
                return Entries(text, end);
        }

        return 0;
    }

    private static byte* SkipSpace(byte* text, byte* end)
    {
        while (text < end && (*text is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            text++;
        return text;
    }

    private static ulong Entries(byte* text, byte* end)
    {
        ulong all = 0;
        ulong type = 0;
        bool joined = false;
        byte* key = null;
        for (; text < end && *text != ']'; text++)
        {
            switch (*text)
            {
                case (byte)'{':
                    type = 0;
                    joined = false;
                    key = null;
                    break;
                case (byte)'}':
                    if (type == 0 || (type & Sched.CLONE_NEWUSER) != 0)
                        return 0;
                    if (!joined)
                        all |= type;
                    break;
                case (byte)'"':
                    byte* word = ++text;
                    while (text < end && *text != '"')
                    {
                        if (*text++ == '\\')
                            return 0;
                    }

                    if (key is null)
                    {
                        key = word;
                        break;
                    }

                    if (Text.StartsWith(key, end, Text.Z("type\""u8)))
                        type = Type(word, end);
                    else if (Text.StartsWith(key, end, Text.Z("path\""u8)) && *word != '"')
                        joined = true;
                    key = null;
                    break;
            }
        }

        return text < end ? all : 0;
    }

    private static ulong Type(byte* word, byte* end)
    {
        if (Text.StartsWith(word, end, Text.Z("mount\""u8)))
            return Sched.CLONE_NEWNS;
        if (Text.StartsWith(word, end, Text.Z("network\""u8)))
            return Sched.CLONE_NEWNET;
        if (Text.StartsWith(word, end, Text.Z("ipc\""u8)))
            return Sched.CLONE_NEWIPC;
        if (Text.StartsWith(word, end, Text.Z("uts\""u8)))
            return Sched.CLONE_NEWUTS;
        if (Text.StartsWith(word, end, Text.Z("pid\""u8)))
            return Sched.CLONE_NEWPID;
        if (Text.StartsWith(word, end, Text.Z("cgroup\""u8)))
            return Sched.CLONE_NEWCGROUP;
        if (Text.StartsWith(word, end, Text.Z("time\""u8)))
            return Sched.CLONE_NEWTIME;
        return Sched.CLONE_NEWUSER; // which leaves everything to the plan, as an unknown one does
    }
}
