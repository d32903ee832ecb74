using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>cgroup.freeze (cgroup-v2.rst): always there, below the root.</summary>
internal static unsafe class Freezer
{
    private const string FreezeFile = "cgroup.freeze";
    private const string EventsFile = "cgroup.events";
    private const int BoundSeconds = 10;

    /// <summary>Whether the cgroup or one above it is frozen; false when it is gone.</summary>
    /// <exception cref="CgroupException">The hierarchy is not mounted any more.</exception>
    public static bool IsFrozen(CgroupDirectory directory)
    {
        Span<byte> text = stackalloc byte[256];
        nint length = directory.TryRead(EventsFile, text);
        if (length == -(nint)Errno.ENOENT)
            directory.RequireMounted();
        return length > 0 && IsFrozen(text[..(int)length]);
    }

    /// <summary>Freezes, and returns when every task stands still.</summary>
    /// <exception cref="CgroupException">The kernel refuses, or it takes too long; the cgroup is thawed then.</exception>
    public static void Freeze(CgroupDirectory directory)
    {
        directory.Write(FreezeFile, "1"u8);
        using (OwnedFd events = directory.Open(EventsFile, Fcntl.O_RDONLY))
        {
            Span<byte> text = stackalloc byte[256];
            while (true)
            {
                fixed (byte* start = text)
                {
                    nint length = RawSyscall.pread(events.Value, start, (nuint)text.Length, 0);
                    if (length > 0 && IsFrozen(text[..(int)length]))
                        return;
                }

                // The file becomes readable in the sense of POLLPRI when one of its values changes after it was read.
                var poll = new pollfd { fd = events.Value, events = pollfd.POLLPRI };
                var bound = new timespec { tv_sec = BoundSeconds };
                if (RawSyscall.ppoll(&poll, 1, &bound) == 0)
                    break;
            }
        }

        Thaw(directory);
        throw new CgroupException(
            $"freeze {directory.Path}: not all of its processes stand still after {BoundSeconds} s: " +
            "one hangs in the kernel, perhaps on a dead file system")
        {
            File = directory.Path,
        };
    }

    /// <summary>Lets the tasks go on.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public static void Thaw(CgroupDirectory directory) => directory.Write(FreezeFile, "0"u8);

    private static bool IsFrozen(ReadOnlySpan<byte> events) => KeyedFile.Find(events, "frozen") == "1";
}
