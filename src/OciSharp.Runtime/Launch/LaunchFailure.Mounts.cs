using OciSharp.Init.Plan;
using OciSharp.Runtime.Failures;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

internal static partial class LaunchFailure
{
    private static (string What, Finding Finding) MountStep(OpCode code, Errno errno, string text, string reason, LaunchScene scene, string? origin)
    {
        Mount? mount = LaunchScene.EntryOf(scene.Config?.Mounts, "$.mounts[", origin);
        string at = mount is null ? "" : $" at {mount.Destination}";
        return code switch
        {
            OpCode.Target when errno == Errno.EXDEV => (
                $"cannot mount at \"{text}\": it lies inside of /proc, where nothing but proc itself and a few files may be covered",
                new Finding(FailureClasses.MountPointGuarded)),
            OpCode.Target when errno == Errno.ELOOP => (
                $"cannot resolve \"{text}\" inside the container's root: it leads through a magic link of /proc, or the image has a symbolic link where "
                + "proc or sysfs belong, which must be mounted on ordinary directories",
                new Finding(FailureClasses.MountPointGuarded)),
            OpCode.Target or OpCode.MountPoint => (
                $"cannot make or open the mount point \"{text}\" in the container's root: {reason}",
                new Finding(FailureClasses.MountPointRefused, MountFailure.InRoot(scene.Rootfs, text, errno))),
            OpCode.OpenTree => ($"cannot take \"{text}\" from the host: {reason}", MountFailure.Source(text, origin == "$.root.path", errno)),
            OpCode.MountFileSystem or OpCode.MountClassic => FileSystem(code, errno, text, reason, mount, at, origin),
            OpCode.AttachTree => ($"cannot attach the mount{at} to its mount point: {reason}", new Finding(FailureClasses.MountPointRefused, WhyNotAttached(errno))),
            _ => (
                $"the mount's options{at} are refused: {reason}",
                new Finding(FailureClasses.MountFlagsRefused, mount?.Options is { Count: > 0 } options ? $"they are {string.Join(',', options)}" : null)),
        };
    }

    private static (string What, Finding Finding) FileSystem(OpCode code, Errno errno, string text, string reason, Mount? mount, string at, string? origin)
    {
        // The text is the type, or the option, unless the kernel had words of its own.
        string type = mount?.Type ?? text;
        bool words = text.Contains(' ');
        string what = words ? $"cannot mount {type}{at}: {text}: {reason}" : $"cannot mount {type}{at}: {reason}";
        string? place = mount is null ? origin : origin![..(origin!.IndexOf(']') + 1)];
        return (what, MountFailure.FileSystem(mount, place, errno, text, code == OpCode.MountClassic));
    }

    private static string? WhyNotAttached(Errno errno) => errno switch
    {
        Errno.ENOTDIR => "one is a directory and the other is not",
        Errno.ENOSPC => "there are more mounts than the sysctl fs.mount-max allows",
        _ => null,
    };
}
