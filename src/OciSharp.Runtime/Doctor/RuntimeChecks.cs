using System.Globalization;
using OciSharp.Linux;

namespace OciSharp.Runtime.Doctor;

/// <summary>The executable, its state, and tools beside it.</summary>
internal static class RuntimeChecks
{
    private const uint WritableByOthers = 2;
    private const uint WritableByGroup = 0x10; // 0020
    private const ulong LittleSpace = 1 << 20;

    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        Executable(host, subject, checks);
        State(host, subject, checks);
        Criu(host, checks);
        Resctrl(host, checks);
    }

    private static void Executable(Host host, Subject subject, CheckList checks)
    {
        const string Id = "runtime.executable";
        const string Name = "executable";
        if (subject.Executable is not { } path || host.Stat(path) is not { } found)
        {
            checks.NotApplicable(Id, Name, "cannot be told without /proc");
            return;
        }

        string what = $"{path}, {Owner(found)}";
        if ((found.Mode & WritableByOthers) != 0 || ((found.Mode & WritableByGroup) != 0 && found.Gid != 0))
            checks.Problem(Id, Name, $"{what}: others can replace what root runs", [$"chmod go-w {path}"]);
        else if (found.Uid != 0 && found.Uid != host.Uid)
            checks.Problem(Id, Name, $"{what}: that user decides what we run", [$"chown root:root {path}"]);
        else
            checks.Ok(Id, Name, what);
    }

    private static void State(Host host, Subject subject, CheckList checks)
    {
        const string Id = "runtime.state";
        const string Name = "state";
        if (subject.Root is not { } root)
        {
            checks.Problem(Id, Name, subject.RootTrouble ?? "its directory cannot be told", ["give --root"], needed: true);
            return;
        }

        string[] elsewhere = subject.Rootless
            ? [$"log in with a session, so that XDG_RUNTIME_DIR is set (loginctl enable-linger {subject.User})", "or give --root, a directory of your own on a tmpfs"]
            : ["give another --root"];
        if (host.Stat(root) is { } found)
        {
            Existing(host, root, found, elsewhere, checks);
            return;
        }

        string parent = root;
        while (parent.Length > 1 && host.Stat(parent) is null)
            parent = parent[..Math.Max(1, parent.LastIndexOf('/'))];
        if (host.Stat(parent) is not { IsDirectory: true })
            checks.Problem(Id, Name, $"{root} cannot be made: {parent} is no directory", elsewhere, needed: true);
        else if (!host.MayWrite(parent))
            checks.Missing(Id, Name, $"{root} cannot be made: we may not write to {parent}", elsewhere, needed: true);
        else
            checks.Ok(Id, Name, $"{root} will be made{OnWhat(host, parent)}", needed: true);
    }

    private static void Existing(Host host, string root, HostStat found, string[] elsewhere, CheckList checks)
    {
        const string Id = "runtime.state";
        const string Name = "state";
        string what = $"{root}, {Owner(found)}";
        if (!found.IsDirectory)
            checks.Problem(Id, Name, $"{root} is no directory", elsewhere, needed: true);
        else if ((found.Mode & WritableByOthers) != 0)
            checks.Problem(Id, Name, $"{what}: all users can write there, so nothing in it can be trusted", [$"chmod o-w {root}"], needed: true);
        else if ((found.Mode & WritableByGroup) != 0 && found.Gid != 0 && found.Gid != host.Gid)
            checks.Problem(Id, Name, $"{what}: the group {found.Gid} can write there, so nothing in it can be trusted", [$"chmod g-w {root}"], needed: true);
        else if (found.Uid != 0 && found.Uid != host.Uid)
            checks.Problem(Id, Name, $"{what}: it belongs to another user", elsewhere, needed: true);
        else if (!host.MayWrite(root))
            checks.Problem(Id, Name, $"{what}: we may not write there", elsewhere, needed: true);
        else
            checks.Ok(Id, Name, what + OnWhat(host, root), needed: true);

        if (host.FileSystem(root) is not { } files)
            return;
        if (files.FreeBytes < LittleSpace || files.FreeFiles < 100)
            checks.Problem("runtime.state-space", "room for state", $"{root} has {files.FreeBytes / 1024} KiB and {files.FreeFiles} files left", [$"make room in the file system of {root}, or give another --root"], needed: files.FreeBytes == 0 || files.FreeFiles == 0);
        else if (files.Type is not (Stat.TMPFS_MAGIC or Stat.RAMFS_MAGIC))
            checks.Problem("runtime.state-space", "room for state", $"{root} is not on a tmpfs: what is in it survives a reboot, and the containers do not", ["give a --root on a tmpfs: /run, and /run/user/UID, usually are"]);
        else
            checks.Ok("runtime.state-space", "room for state", $"{files.FreeBytes >> 20} MiB, on a tmpfs");
    }

    private static string OnWhat(Host host, string path) => host.FileSystem(path) is { Type: Stat.TMPFS_MAGIC or Stat.RAMFS_MAGIC } ? ", on a tmpfs" : "";

    /// <summary>There is nothing of ours that uses it, whether it is there or not.</summary>
    private static void Criu(Host host, CheckList checks) =>
        checks.NotApplicable("runtime.criu", "CRIU", $"checkpoints are not supported by this version{(host.FindProgram("criu") is { } path ? $": {path} is not used" : "")}");

    private static void Resctrl(Host host, CheckList checks)
    {
        const string Id = "runtime.resctrl";
        const string Name = "resctrl";
        List<MountLine> mounts = MountTable.Of(host.Read("/proc/self/mountinfo").Text ?? "", "resctrl");
        if (mounts.Count > 0)
            checks.Ok(Id, Name, $"mounted at {mounts[0].Path}");
        else if (host.Read("/proc/filesystems").Text?.Contains("\tresctrl\n") == true && host.Stat("/sys/fs/resctrl").HasValue)
            checks.Missing(Id, Name, "the host has it; not mounted; wanted by linux.intelRdt", ["mount -t resctrl resctrl /sys/fs/resctrl"]);
        else
            checks.NotApplicable(Id, Name, "processor or kernel does not have it: a configuration with linux.intelRdt is refused");
    }

    private static string Owner(HostStat found)
    {
        string mode = Convert.ToString((int)(found.Mode & 0xFFF), 8).PadLeft(4, '0');
        return string.Create(CultureInfo.InvariantCulture, $"mode {mode}, of {(found.Uid == 0 ? "root" : $"user {found.Uid}")}");
    }
}
