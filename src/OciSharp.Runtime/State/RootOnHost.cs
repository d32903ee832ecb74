using Mono.Unix.Native;
using OciSharp.Linux;

namespace OciSharp.Runtime.State;

/// <summary>The root of a container without a mount namespace of its own: a mount in that of the host, with what the container mounts in it.</summary>
internal static class RootOnHost
{
    /// <summary>The id of the mount that <paramref name="path"/> is in (statx(2), <c>stx_mnt_id</c>).</summary>
    /// <exception cref="LinuxException">There is no such directory.</exception>
    public static ulong MountOf(string path) => Look(path).stx_mnt_id;

    /// <summary>
    /// Unmounts what lies on <paramref name="path"/>, with all that is mounted in it, unless that is the mount <paramref name="below"/>: then the
    /// launch did not come that far, or somebody was here before.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Detach(string path, ulong below)
    {
        statx_t found;
        try
        {
            found = Look(path);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return; // The bundle is gone, which it could not be with a mount in it.
        }

        if (found.stx_mnt_id == below || (found.stx_attributes & Linux.Stat.STATX_ATTR_MOUNT_ROOT) == 0)
            return;
        Linux.Syscall.Unmount(path, Mount.MNT_DETACH | Mount.UMOUNT_NOFOLLOW);
    }

    private static statx_t Look(string path) => Linux.Syscall.Stat(Fcntl.AT_FDCWD, path, Fcntl.AT_SYMLINK_NOFOLLOW, path);
}
