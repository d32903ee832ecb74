namespace OciSharp.Runtime.Failures;

internal static partial class FailureClasses
{
    public static FailureClass RootMissing => new("OCI2301", "config.md#root", "unpack the image there, or correct root.path, which is absolute or relative to the bundle");

    public static FailureClass RootRefused => new("OCI2302", "pivot_root(2)", "see that root.path can be mounted and searched; on a rootfs that is the machine's initramfs, use --no-pivot");

    public static FailureClass SourceMissing => new("OCI2303", "config.md#mounts", "make it on the host, or correct the mount's source, which is absolute or relative to the bundle");

    public static FailureClass SourceUnreachable => new("OCI2304", "path_resolution(7)", "give the permission to search the directories that lead there, or bind something else");

    public static FailureClass MountOptionRefused => new("OCI2305", "config.md#mounts", "correct the option or leave it out; mount(8) lists those of each file system");

    public static FailureClass FileSystemUnknown => new("OCI2306", "filesystems(5)", "correct the mount's type, or load the kernel's module; /proc/filesystems lists what it knows");

    public static FailureClass MountDenied => new("OCI2307", "mount_namespaces(7)", "give the container the namespace that the file system belongs to, bind it from the host instead, or run without a user namespace");

    public static FailureClass MountRefused => new("OCI2308", "fsconfig(2)", "correct the mount's source and options; the kernel's log (dmesg) may say more");

    public static FailureClass LayerMissing => new("OCI2309", "config.md#mounts", "make the directory on the host, or correct the option that names it");

    public static FailureClass MountPointRefused => new("OCI2310", "config.md#mounts", "correct the mount's destination, or what the image has there");

    public static FailureClass MountPointGuarded => new("OCI2311", "config.md#mounts", "mount proc at /proc and sysfs at /sys, both ordinary directories of the image, and nothing else inside of /proc");

    public static FailureClass MountFlagsRefused => new("OCI2312", "mount_setattr(2)", "leave the option out: a user namespace cannot take back ro, nosuid, nodev and noexec of the host's mount, and not every file system can be id-mapped");
}
