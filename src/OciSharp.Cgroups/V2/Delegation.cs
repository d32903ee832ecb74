using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>Cgroups that belong to an ordinary user (cgroup-v2.rst, "Delegation").</summary>
internal static unsafe class Delegation
{
    private const string DropIn =
        "put \"[Service]\" and \"Delegate=cpu cpuset io memory pids\" into /etc/systemd/system/user@.service.d/delegate.conf, " +
        "run systemctl daemon-reload, and log in again";

    private const string ListFile = "/sys/kernel/cgroup/delegate";

    // What the kernel delegates at least, where it does not say (config-linux.md#cgroup-ownership).
    private static readonly string[] Fallback = ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"];

    /// <summary>
    /// Gives a cgroup to a user: its directory, and those files in it that may be given away
    /// (<c>config-linux.md#cgroup-ownership</c>). Files that the
    /// cgroup does not have are passed over.
    /// </summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public static void Chown(CgroupDirectory directory, uint user)
    {
        Chown(directory, "", user);
        foreach (string file in Files())
            Chown(directory, file, user);
    }

    /// <summary>
    /// What to do when a cgroup above <paramref name="directory"/> may not be written to: names the first one that is not ours.
    /// </summary>
    public static string Advice(CgroupDirectory directory)
    {
        int end = directory.PathBytes.Length;
        while (true)
        {
            CgroupDirectory ancestor = directory.Ancestor(end);
            if (Owner(ancestor, "") is { } owner)
                return $"{ancestor.Path} belongs to user {owner}, and we are user {RawSyscall.geteuid()}: run as root, or have it delegated: {DropIn}";
            if (end == 0)
                return $"have a cgroup delegated: {DropIn}";
            end = Math.Max(0, directory.PathBytes[..end].LastIndexOf((byte)'/'));
        }
    }

    /// <summary>What to do when a file of a cgroup may not be written to.</summary>
    public static string Advice(CgroupDirectory directory, string file) =>
        Owner(directory, file) is { } owner
            ? $"it belongs to user {owner}, and we are user {RawSyscall.geteuid()}: run as root, or have the controller delegated: {DropIn}"
            : $"have the controller delegated: {DropIn}";

    private static string[] Files()
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, ListFile, Fcntl.O_RDONLY);
        if (fd < 0)
            return Fallback;
        using var opened = new OwnedFd((int)fd);
        return Encoding.UTF8.GetString(Syscall.ReadToEnd(opened.Value, ListFile)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Chown(CgroupDirectory directory, string file, uint user)
    {
        nint fd = directory.TryOpen(file, Fcntl.O_PATH | Fcntl.O_NOFOLLOW);
        if (fd == -(nint)Errno.ENOENT)
            return;
        byte empty = 0;
        nint result = fd;
        if (fd >= 0)
        {
            const uint keep = uint.MaxValue;
            result = RawSyscall.fchownat((int)fd, &empty, user, keep, Fcntl.AT_EMPTY_PATH);
            RawSyscall.close((int)fd);
        }

        if (result < 0)
            throw directory.Refused("give away", file, null, result);
    }

    private static uint? Owner(CgroupDirectory directory, string file)
    {
        nint fd = directory.TryOpen(file, Fcntl.O_PATH);
        if (fd < 0)
            return null;
        using var opened = new OwnedFd((int)fd);
        statx_t status;
        byte empty = 0;
        return RawSyscall.statx(opened.Value, &empty, Fcntl.AT_EMPTY_PATH, Stat.STATX_UID, &status) == 0 ? status.stx_uid : null;
    }
}
