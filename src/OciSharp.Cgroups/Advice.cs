using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>What to do about the refusals that people meet.</summary>
internal static class Advice
{
    /// <summary>The remedy for an errno that a cgroup file gave, or null.</summary>
    /// <param name="errno">The kernel's reason.</param>
    /// <param name="file">The file's name; empty for the directory.</param>
    public static string? For(Errno errno, string file) => errno switch
    {
        Errno.EACCES or Errno.EPERM =>
            "the cgroup belongs to someone else: run as root, or have it delegated to you (systemd: Delegate=yes for user@.service)",
        Errno.EROFS => "the cgroup file system is read-only here: mount it read-write",
        Errno.ENOENT when file.Length > 0 => "this kernel or this cgroup has no such file: leave the limit out, or enable its controller",
        Errno.EINVAL or Errno.ERANGE => "the kernel takes no such value there",
        Errno.EBUSY when file == "memory.limit_in_bytes" => "the cgroup uses more than that already: choose a higher limit",
        Errno.ENOSPC => "the number of cgroups is at its limit: see cgroup.max.descendants above it",
        _ => null,
    };
}
