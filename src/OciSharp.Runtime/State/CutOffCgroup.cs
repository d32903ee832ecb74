using OciSharp.Cgroups;
using OciSharp.Linux;

namespace OciSharp.Runtime.State;

/// <summary>The cgroup of a launch that was cut off before it was known to be its own: what lives in it may be anybody's, and is not ended.</summary>
internal static class CutOffCgroup
{
    // Each waits about a second.
    private const int Attempts = 10;

    /// <summary>
    /// Removes the cgroup where it is empty. A process on its way into a container ends by itself as soon as it sees that nobody launches it; on a
    /// busy host, or in a slow mount, that takes its time, and it is waited for.
    /// </summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="delegated">The name of the <see cref="DelegatedCgroup"/> in it; may be empty.</param>
    /// <returns>Null: it is gone. Else the processes that keep it, as far as they can be seen.</returns>
    /// <exception cref="CgroupException">It cannot be removed, or its hierarchy is not mounted.</exception>
    public static IReadOnlyList<int>? Remove(CgroupManager cgroup, string delegated)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (delegated.Length > 0)
                cgroup.RemoveUnusedDelegated(delegated);
            if (cgroup.RemoveUnused() is not { } users)
                return null;
            if (attempt == Attempts || !HasInit(users))
                return users;
        }
    }

    private static bool HasInit(IReadOnlyList<int> processes)
    {
        foreach (int pid in processes)
        {
            if (IsInit(pid))
                return true;
        }

        return false;
    }

    /// <summary>Whether a process is one that has not executed the container's program yet, by its name.</summary>
    private static bool IsInit(int pid)
    {
        string path = $"/proc/{pid}/comm";
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY);
        if (fd < 0)
            return false; // it has ended
        using var file = new OwnedFd((int)fd);
        return Syscall.ReadToEnd(file.Value, path).AsSpan().SequenceEqual("ocisharp:init\n"u8);
    }
}
