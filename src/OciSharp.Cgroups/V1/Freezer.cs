using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

/// <summary>The freezer controller of v1 (freezer-subsystem.rst).</summary>
internal static class Freezer
{
    private const string StateFile = "freezer.state";
    private const int WaitMicroseconds = 50;
    private const int BoundMicroseconds = 10_000_000;

    // A task that is being traced, or forked just now, is missed once in a while; asking again collects it.
    private const int AskAgainEvery = 16;

    /// <summary>Whether the cgroup or one above it is frozen or on the way there; false for a directory of another controller.</summary>
    /// <exception cref="CgroupException">The freezer is not mounted any more.</exception>
    public static bool IsFrozen(CgroupDirectory directory)
    {
        Span<byte> text = stackalloc byte[16];
        nint length = directory.TryRead(StateFile, text);
        if (length == -(nint)Errno.ENOENT)
            directory.RequireMounted();
        return length > 0 && !text[..(int)length].StartsWith("THAWED"u8);
    }

    /// <summary>Freezes, and returns when every task stands still.</summary>
    /// <exception cref="CgroupException">The kernel refuses, or it takes too long; the cgroup is thawed then.</exception>
    public static void Freeze(CgroupDirectory directory)
    {
        Span<byte> text = stackalloc byte[16];
        int waited = 0;
        for (int i = 0; ; i++)
        {
            if (i % AskAgainEvery == 0)
                directory.Write(StateFile, "FROZEN"u8);
            if (directory.Read(StateFile, text).SequenceEqual("FROZEN"u8))
                return;
            if (waited > BoundMicroseconds)
                break;
            Syscall.Sleep(WaitMicroseconds << Math.Min(i / AskAgainEvery, 8));
            waited += WaitMicroseconds << Math.Min(i / AskAgainEvery, 8);
        }

        Thaw(directory);
        throw new CgroupException(
            $"freeze {directory.Path}: not all of its processes stand still after {BoundMicroseconds / 1_000_000} s: " +
            "one hangs in the kernel, perhaps on a dead file system")
        {
            Controller = "freezer",
            File = directory.Path,
        };
    }

    /// <summary>Lets the tasks go on.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public static void Thaw(CgroupDirectory directory) => directory.Write(StateFile, "THAWED"u8);
}
