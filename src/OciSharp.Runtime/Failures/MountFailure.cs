using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Planning;
using Errno = Mono.Unix.Native.Errno;
using Mount = OciSharp.Spec.Mount;

namespace OciSharp.Runtime.Failures;

/// <summary>Why a mount is not made.</summary>
internal static unsafe class MountFailure
{
    /// <summary>Why a path of the host cannot be taken into the container.</summary>
    /// <param name="path">The path; absolute.</param>
    /// <param name="isRoot">It is that of the container's root, not of a bind mount.</param>
    /// <param name="errno">The kernel's reason.</param>
    public static Finding Source(string path, bool isRoot, Errno errno)
    {
        FailureClass otherwise = isRoot ? FailureClasses.RootRefused : FailureClasses.SourceUnreachable;
        FailureClass missing = isRoot ? FailureClasses.RootMissing : FailureClasses.SourceMissing;
        if (errno is not (Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES or Errno.ELOOP))
            return new Finding(errno == Errno.ENOENT ? missing : otherwise);
        using PathWalk? walk = OnHost(path);
        FailureClass found = errno == Errno.EACCES || walk?.Obstacle == Obstacle.Unsearchable ? otherwise : missing;
        return new Finding(found, walk?.Why(path));
    }

    /// <summary>Why a file system is not mounted.</summary>
    /// <param name="mount">The configuration's; null for one of our own.</param>
    /// <param name="origin">Its place in the configuration.</param>
    /// <param name="errno">The kernel's reason.</param>
    /// <param name="words">The type, or what the kernel had to say, or the option that it refused without a word.</param>
    /// <param name="classic">It was mount(2), which says nothing and takes all options at once.</param>
    public static Finding FileSystem(Mount? mount, string? origin, Errno errno, string words, bool classic)
    {
        string type = mount?.Type ?? "";
        if (words.EndsWith("Unknown parameter 'context'", StringComparison.Ordinal))
            return new Finding(FailureClasses.LabelUnknown, "linux.mountLabel is for SELinux, without which this kernel runs", "$.linux.mountLabel");
        if (mount is null)
            return new Finding(FailureClasses.MountRefused);
        if (type == "overlay" && Layer(mount, origin) is { } layer)
            return layer;
        if (words != type && !classic && Refused(mount, words) is var option and >= 0)
            return new Finding(FailureClasses.MountOptionRefused, $"the option is \"{mount.Options![option]}\"", $"{origin}.options[{option}]");
        if (errno == Errno.ENODEV && words == type)
            return new Finding(FailureClasses.FileSystemUnknown, "the kernel knows no file system of that name", $"{origin}.type");
        if (errno is Errno.EPERM or Errno.EACCES)
            return new Finding(FailureClasses.MountDenied, WhyDenied(type));
        if (classic && Try(mount) is { Index: >= 0 } refused)
            return new Finding(FailureClasses.MountOptionRefused, $"{refused.Words}the option is \"{mount.Options![refused.Index]}\"", $"{origin}.options[{refused.Index}]");
        return new Finding(FailureClasses.MountRefused, mount.Source is { } source && source.StartsWith('/') ? WhyNoDevice(source) : null);
    }

    /// <summary>What stands in the way of a mount point, a device or a directory that is made in the root; null if it cannot be seen from here.</summary>
    public static string? InRoot(string? rootfs, string path, Errno errno)
    {
        if (rootfs is null)
            return null;
        nint root = Syscall.TryOpen(Fcntl.AT_FDCWD, rootfs, Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (root < 0)
            return null;
        using var opened = new OwnedFd((int)root);
        using PathWalk walk = PathWalk.Of(opened.Value, path, "", null);
        return walk.Obstacle switch
        {
            // That it is missing is why it was to be made; what is known of the last that is there is whose it is.
            Obstacle.Missing when errno is Errno.EACCES or Errno.EPERM => $"the directory above it belongs to {walk.Stat.stx_uid}:{walk.Stat.stx_gid} of the host",
            Obstacle.Missing => null,
            Obstacle.None when (walk.Stat.stx_mode & Stat.S_IFMT) != Stat.S_IFDIR => $"{walk.Place} is {PathWalk.Kind(walk.Stat.stx_mode)}",
            _ => walk.Why(path),
        };
    }

    private static string? WhyNoDevice(string source)
    {
        using PathWalk? walk = OnHost(source);
        return walk?.Obstacle == Obstacle.None && (walk.Stat.stx_mode & Stat.S_IFMT) != Stat.S_IFBLK
            ? $"its source {source} is {PathWalk.Kind(walk.Stat.stx_mode)}, not a block device"
            : walk?.Why("");
    }

    /// <summary>The way of a path on the host, with our own permissions.</summary>
    private static PathWalk? OnHost(string path)
    {
        nint root = Syscall.TryOpen(Fcntl.AT_FDCWD, "/", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (root < 0)
            return null;
        using var opened = new OwnedFd((int)root);
        return PathWalk.Of(opened.Value, path, "", Asker.Of((int)RawSyscall.getpid()));
    }

    /// <summary>The option that the kernel's words are about: <c>tmpfs: Bad value for 'size'</c>, or the key alone; -1 if there is none.</summary>
    private static int Refused(Mount mount, string words)
    {
        int end = words.LastIndexOf('\'');
        int start = end <= 0 ? -1 : words.LastIndexOf('\'', end - 1);
        string key = start < 0 ? words : words[(start + 1)..end];
        int option = MountNames.OptionWith(key, mount);
        return option >= 0 || key.IndexOf('=') is var equals && equals < 0 ? option : MountNames.OptionWith(key[..equals], mount);
    }

    private static string? WhyDenied(string type) => type switch
    {
        "proc" => "the container needs a pid namespace of its own, and in a user namespace a procfs of the host that nothing is mounted over",
        "sysfs" => "the container needs a network namespace of its own, and in a user namespace a sysfs of the host that nothing is mounted over",
        "mqueue" => "the container needs an ipc namespace of its own",
        "cgroup" or "cgroup2" => "the container needs a cgroup namespace of its own",
        "tmpfs" or "devpts" or "ramfs" or "overlay" => null,
        _ => "the kernel does not let a user namespace, or a runtime without CAP_SYS_ADMIN, mount a file system of that type",
    };

    /// <summary>The first directory that an overlay is told to use and that is not there.</summary>
    private static Finding? Layer(Mount mount, string? origin)
    {
        for (int i = 0; i < (mount.Options?.Count ?? 0); i++)
        {
            string option = mount.Options![i];
            int equals = option.IndexOf('=');
            if (equals < 0 || option[..equals] is not ("lowerdir" or "upperdir" or "workdir"))
                continue;
            foreach (string directory in option[(equals + 1)..].Split(':'))
            {
                if (!directory.StartsWith('/'))
                    continue;
                using PathWalk? walk = OnHost(directory);
                if (walk is { Obstacle: not (Obstacle.None or Obstacle.Unknown) })
                    return new Finding(FailureClasses.LayerMissing, $"{option[..equals]}: {walk.Why("")}", $"{origin}.options[{i}]");
            }
        }

        return null;
    }

    /// <summary>
    /// Gives the file system's options to fsconfig(2) one by one, and mounts nothing: which one does it refuse, and with what words? -1 for
    /// none, or where this process may not ask.
    /// </summary>
    private static (int Index, string Words) Try(Mount mount)
    {
        nint context;
        fixed (byte* type = CString.Of(mount.Type!))
            context = RawSyscall.fsopen(type, Linux.Mount.FSOPEN_CLOEXEC);
        if (context < 0)
            return (-1, "");
        using var opened = new OwnedFd((int)context);
        for (int i = 0; i < (mount.Options?.Count ?? 0); i++)
        {
            // What is a flag of the mount, or too long for this call, is not the file system's to refuse.
            MountFlags flags = MountFlags.Parse(mount.Type, [mount.Options![i]]);
            if (flags.Data.Count == 0 || flags.NeedsClassic)
                continue;
            int equals = flags.Data[0].IndexOf('=');
            fixed (byte* key = CString.Of(equals < 0 ? flags.Data[0] : flags.Data[0][..equals]), value = CString.Of(flags.Data[0][(equals + 1)..]))
            {
                uint command = equals < 0 ? Linux.Mount.FSCONFIG_SET_FLAG : Linux.Mount.FSCONFIG_SET_STRING;
                if (RawSyscall.fsconfig(opened.Value, command, key, equals < 0 ? null : value, 0) < 0)
                    return (i, Words(opened));
            }
        }

        return (-1, "");
    }

    /// <summary>What the kernel said of the last call on a context: "e tmpfs: Bad value for 'size'".</summary>
    private static string Words(OwnedFd context)
    {
        byte* words = stackalloc byte[256];
        nint size = RawSyscall.read(context.Value, words, 256);
        return size <= 2 ? "" : $"{Encoding.UTF8.GetString(words + 2, (int)size - 2).TrimEnd()}: ";
    }
}
