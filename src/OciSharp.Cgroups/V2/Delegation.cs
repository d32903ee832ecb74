using OciSharp.Linux;

namespace OciSharp.Cgroups.V2;

/// <summary>Cgroups that belong to an ordinary user (cgroup-v2.rst, "Delegation").</summary>
internal static unsafe class Delegation
{
    private const string DropIn =
        "put \"[Service]\" and \"Delegate=cpu cpuset io memory pids\" into /etc/systemd/system/user@.service.d/delegate.conf, " +
        "run systemctl daemon-reload, and log in again";

    /// <summary>What to do when a cgroup above <paramref name="directory"/> may not be written to: names the first one that is not ours.</summary>
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
