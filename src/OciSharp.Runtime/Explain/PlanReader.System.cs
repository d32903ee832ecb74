using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Runtime.Explain;

// Child/Devices.cs, Child/Terminal.cs, Child/Host.cs and Child/Hooks.cs.
internal sealed unsafe partial class PlanReader
{
    private Told MakeDevice(in Op op)
    {
        bool inDev = op.Slot == Slot.Dev;
        string name = Text(op.S);
        string path = inDev ? $"/dev/{name}" : name;
        string type = KernelNames.FileType(op.X);
        string mode = KernelNames.Octal(op.X & 0xfff);
        string number = type == "p" ? "" : $" {Device.Major(op.Y)}:{Device.Minor(op.Y)}";
        string owner = (op.T | op.Count) == 0 ? "" : $", owner {op.T}:{op.Count}";
        string call = $"mknodat({(inDev ? "/dev" : "parent")}, {C(inDev ? name : path[(path.LastIndexOf('/') + 1)..])}, {KernelNames.FileTypeFlag(op.X)}|{mode}"
            + (type == "p" ? ")" : $", makedev({Device.Major(op.Y)}, {Device.Minor(op.Y)}))");
        return new Told(
            $"{path} {type}{number}, mode {mode}{owner}",
            [("path", path), ("type", type), ("major", Device.Major(op.Y)), ("minor", Device.Minor(op.Y)), ("mode", mode), ("uid", op.T), ("gid", op.Count)],
            inDev ? [call]
                : (op.T | op.Count) == 0 ? [$"openat2(root, {C(path)}, O_PATH|O_DIRECTORY, RESOLVE_IN_ROOT), its parent", call]
                : [$"openat2(root, {C(path)}, O_PATH|O_DIRECTORY, RESOLVE_IN_ROOT), its parent", call, $"fchownat(parent, {op.T}, {op.Count})"])
        {
            Why = inDev ? "Every container has null, zero, full, random, urandom and tty (config-linux.md, Default Devices)." : null,
        };
    }

    private Told MakeSymlink(in Op op)
    {
        string link = Text(op.T);
        string target = Text(op.S);
        string where = op.Slot == Slot.Dev ? $"/dev/{link}" : op.Slot == 0 ? link : $"{link} in {In(op.Slot).What}";
        return new Told(
            $"{where} to {target}",
            [("link", where), ("target", target)],
            (op.Flags & MountOps.Replace) != 0
                ? [$"symlinkat({C(target)}, {C(link)})", "unlinkat and once more, if there is something else"]
                : [$"symlinkat({C(target)}, {C(link)})"])
        {
            Group = op.Slot == Slot.Dev ? StepGroup.Devices : StepGroup.Mounts,
            Why = op.Slot == Slot.Dev ? null : "Controllers that share a hierarchy are reached by each of their names, as on the host.",
        };
    }

    private static Told OpenConsole(in Op op)
    {
        ulong rows = op.X >> 16;
        ulong columns = op.X & 0xffff;
        bool bound = op.Flags == 0;
        var calls = new List<string> { "openat2(root, \"/dev/pts/ptmx\", O_RDWR|O_NOCTTY, RESOLVE_IN_ROOT|RESOLVE_NO_SYMLINKS)", "ioctl(TIOCSPTLCK)", "ioctl(TIOCGPTPEER)" };
        if (op.X != 0)
            calls.Add($"ioctl(TIOCSWINSZ, {rows} rows, {columns} columns)");
        calls.Add("sendmsg(Console), with the master");
        if (bound)
            calls.AddRange(["open_tree(slave, OPEN_TREE_CLONE)", "move_mount(\"/dev/console\")"]);
        return new Told(
            (bound ? "/dev/pts/ptmx; its slave is bound on /dev/console" : "/dev/pts/ptmx") + (op.X == 0 ? "" : $", {rows} rows, {columns} columns"),
            [("rows", rows), ("columns", columns)],
            [.. calls]);
    }

    private Told Hostname(in Op op, string call) => new(Text(op.S), [("name", Text(op.S))], [$"{call}({C(Text(op.S))}, {op.Count})"]);

    private Told Sysctl(in Op op)
    {
        string path = $"/proc/sys/{Text(op.S)}";
        string value = Text(op.T);
        return new Told(
            $"{value} to {path}",
            [("path", path), ("value", value)],
            [$"openat2(procfs, {C(path[6..])}, O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_XDEV)", $"write({Block(value)})"]);
    }

    private Told SessionKeyring(in Op op) => new(
        Text(op.S),
        [("name", Text(op.S))],
        [$"keyctl(KEYCTL_JOIN_SESSION_KEYRING, {C(Text(op.S))})", "keyctl(KEYCTL_SETPERM, possessor all, user view|read|search)"]);

    private Told RunHook(in Op op)
    {
        string path = Text(op.S);
        string[] arguments = Vector(op.Data);
        bool starts = _origin.StartsWith("$.hooks.startContainer", StringComparison.Ordinal);
        return new Told(
            $"{path}, {(starts ? "in the container" : "in the container's namespaces")}{(op.X == 0 ? "" : $", for {op.X} s at most")}",
            [("path", path), ("args", arguments), ("env", Vector(op.T)), ("timeout", op.X)],
            ["pipe2(), write(the state), as its stdin", "clone3(CLONE_PIDFD)", $"execve({C(path)}, {Argv(arguments)}), in the child", "ppoll(pidfd)", "wait4()"])
        {
            Why = starts ? "The last thing before the program, as part of start, where everything is as the program will find it (config.md, POSIX-platform Hooks)." : null,
        };
    }
}
