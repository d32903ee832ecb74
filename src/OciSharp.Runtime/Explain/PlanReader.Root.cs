using OciSharp.Init.Plan;
using static OciSharp.Linux.Mount;

namespace OciSharp.Runtime.Explain;

// Child/Root.cs.
internal sealed unsafe partial class PlanReader
{
    private static Told PropagateHostRoot(in Op op)
    {
        string[] flags = KernelNames.MountFlags(op.X);
        return new Told(
            $"all mounts of the mount namespace become {PropagationName(op.X)}",
            [("propagation", flags)],
            [$"mount(NULL, \"/\", NULL, {KernelNames.Or(flags)}, NULL)"])
        {
            Why = (op.X & MS_REC) != 0
                ? null
                : "The container's root is to be shared, so mounts of the host stay peers of theirs; only / itself must not be, for pivot_root.",
        };
    }

    private Told AttachRoot(in Op op)
    {
        string path = op.S == 0 ? "/" : Text(op.S);
        AddRoot();
        string[] propagation = KernelNames.MountFlags(op.X);
        var calls = new List<string>();
        if (op.X != 0)
            calls.Add($"mount_setattr(root, AT_EMPTY_PATH{((op.X & MS_REC) != 0 ? "|AT_RECURSIVE" : "")}, {{propagation {KernelNames.Or(KernelNames.MountFlags(op.X & ~MS_REC))}}})");
        calls.Add($"move_mount(root, {C(path)}, MOVE_MOUNT_F_EMPTY_PATH)");
        if (op.S != 0)
            calls.Add("move_mount(root, \"/\", MOVE_MOUNT_F_EMPTY_PATH), if that path cannot be reached");
        return new Told(
            $"at {path}{(op.X == 0 ? "" : $", {PropagationName(op.X)}")}",
            [("path", path), ("propagation", propagation)],
            [.. calls]);
    }

    private Told AttachRootOnHost(in Op op)
    {
        string path = Text(op.S);
        AddRoot();
        return new Told(
            path,
            [("path", path)],
            [$"move_mount(root, {C(path)}, MOVE_MOUNT_F_EMPTY_PATH)", "mount_setattr(root, AT_EMPTY_PATH|AT_RECURSIVE, {propagation MS_PRIVATE})"]);
    }

    private void AddRoot()
    {
        if (In(Slot.Root).Mount is { } root)
            _mounts.Insert(0, root);
    }

    private Told OpenRoot()
    {
        Hold(Slot.Root, "the container's root");
        return new Told("/, as the mount namespace that was joined has it", [("path", "/")], ["openat(AT_FDCWD, \"/\", O_PATH|O_DIRECTORY|O_CLOEXEC)"]);
    }

    private static Told PivotRoot() => new(
        "",
        [],
        ["openat(\"/\"), the old root", "fchdir(the new root)", "pivot_root(\".\", \".\")", "fchdir(the old root)", "mount(NULL, \".\", NULL, MS_SLAVE|MS_REC, NULL)", "umount2(\".\", MNT_DETACH)", "chdir(\"/\")"]);

    private static Told MoveRoot() => new(
        "with chroot in place of pivot_root, as --no-pivot says",
        [],
        ["fchdir(root)", "mount(\".\", \"/\", NULL, MS_MOVE, NULL)", "chroot(\".\")", "chdir(\"/\")"]);

    private Told ChangeRoot(in Op op)
    {
        string path = Text(op.S);
        string[] enter = ["fchdir(root)", "chroot(\".\")", "chdir(\"/\")"];
        return op.S == 0
            ? new Told("with chroot", [("path", "")], enter)
            : new Told($"{path}, with chroot", [("path", path)], [$"openat(AT_FDCWD, {C(path)}, O_PATH|O_DIRECTORY|O_CLOEXEC)", .. enter]);
    }

    private Told PropagateRoot(in Op op)
    {
        if (Root is { } root)
            root.Propagation = op.X;
        string[] flags = KernelNames.MountFlags(op.X);
        return new Told(PropagationName(op.X), [("propagation", flags)], [$"mount(NULL, \"/\", NULL, {KernelNames.Or(flags)}, NULL)"]);
    }

    private Told RootReadonly()
    {
        if (Root is { } root)
            root.Attributes |= MOUNT_ATTR_RDONLY;
        return new Told("", [("attributes", KernelNames.MountAttributes(MOUNT_ATTR_RDONLY))], ["mount_setattr(AT_FDCWD, \"/\", 0, {attr_set MOUNT_ATTR_RDONLY})"]);
    }

    private PlannedMount? Root => _mounts.Find(mount => mount.Kind == MountKind.Root);

    private static string PropagationName(ulong flags)
    {
        string name = (flags & ~MS_REC) switch
        {
            MS_PRIVATE => "private",
            MS_SHARED => "shared",
            MS_SLAVE => "slave",
            MS_UNBINDABLE => "unbindable",
            _ => "as they are",
        };
        return (flags & MS_REC) != 0 ? $"{name}, with all mounts below" : name;
    }
}
