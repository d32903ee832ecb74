using System.Text;
using OciSharp.Linux;
using OciSharp.Spec;
using static OciSharp.Linux.Mount;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Explain;

/// <summary>Numbers of the kernel's back into its names.</summary>
internal static class KernelNames
{
    private static readonly (ulong Flag, string Name, string Type)[] s_namespaces =
    [
        (CLONE_NEWUSER, "CLONE_NEWUSER", NamespaceTypes.User), (CLONE_NEWNS, "CLONE_NEWNS", NamespaceTypes.Mount),
        (CLONE_NEWPID, "CLONE_NEWPID", NamespaceTypes.Pid), (CLONE_NEWNET, "CLONE_NEWNET", NamespaceTypes.Network),
        (CLONE_NEWIPC, "CLONE_NEWIPC", NamespaceTypes.Ipc), (CLONE_NEWUTS, "CLONE_NEWUTS", NamespaceTypes.Uts),
        (CLONE_NEWCGROUP, "CLONE_NEWCGROUP", NamespaceTypes.Cgroup), (CLONE_NEWTIME, "CLONE_NEWTIME", NamespaceTypes.Time),
    ];

    private static readonly (ulong Flag, string Name)[] s_attributes =
    [
        (MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY"), (MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID"), (MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV"),
        (MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC"), (MOUNT_ATTR_NOATIME, "MOUNT_ATTR_NOATIME"),
        (MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME"), (MOUNT_ATTR_NODIRATIME, "MOUNT_ATTR_NODIRATIME"),
        (MOUNT_ATTR_NOSYMFOLLOW, "MOUNT_ATTR_NOSYMFOLLOW"), (MOUNT_ATTR_IDMAP, "MOUNT_ATTR_IDMAP"),
    ];

    private static readonly (ulong Flag, string Name)[] s_mountFlags =
    [
        (MS_RDONLY, "MS_RDONLY"), (MS_NOSUID, "MS_NOSUID"), (MS_NODEV, "MS_NODEV"), (MS_NOEXEC, "MS_NOEXEC"),
        (MS_SYNCHRONOUS, "MS_SYNCHRONOUS"), (MS_REMOUNT, "MS_REMOUNT"), (MS_MANDLOCK, "MS_MANDLOCK"), (MS_DIRSYNC, "MS_DIRSYNC"),
        (MS_NOSYMFOLLOW, "MS_NOSYMFOLLOW"), (MS_NOATIME, "MS_NOATIME"), (MS_NODIRATIME, "MS_NODIRATIME"), (MS_BIND, "MS_BIND"),
        (MS_MOVE, "MS_MOVE"), (MS_REC, "MS_REC"), (MS_SILENT, "MS_SILENT"), (MS_UNBINDABLE, "MS_UNBINDABLE"),
        (MS_PRIVATE, "MS_PRIVATE"), (MS_SLAVE, "MS_SLAVE"), (MS_SHARED, "MS_SHARED"), (MS_RELATIME, "MS_RELATIME"),
        (MS_I_VERSION, "MS_I_VERSION"), (MS_STRICTATIME, "MS_STRICTATIME"), (MS_LAZYTIME, "MS_LAZYTIME"),
    ];

    /// <summary>CLONE_NEW* flags by name.</summary>
    public static string[] CloneFlags(ulong flags) => [.. s_namespaces.Where(space => (flags & space.Flag) != 0).Select(space => space.Name)];

    /// <summary>The types of namespaces, as the specification names them.</summary>
    public static string[] Namespaces(ulong flags) => [.. s_namespaces.Where(space => (flags & space.Flag) != 0).Select(space => space.Type)];

    /// <summary>MOUNT_ATTR_* by name, of those that are set.</summary>
    public static string[] MountAttributes(ulong attributes) => Names(attributes, s_attributes);

    /// <summary>MOUNT_ATTR_* by name, of a change: to clear the field of access times and to set none of them is MOUNT_ATTR_RELATIME.</summary>
    public static string[] SetAttributes(ulong set, ulong cleared) => (cleared & MOUNT_ATTR__ATIME) == MOUNT_ATTR__ATIME && (set & MOUNT_ATTR__ATIME) == 0
        ? [.. MountAttributes(set), "MOUNT_ATTR_RELATIME"]
        : MountAttributes(set);

    /// <summary>MOUNT_ATTR_* by name, of those that are cleared: the kernel wants the field of access times cleared as a whole.</summary>
    public static string[] ClearedAttributes(ulong attributes) => (attributes & MOUNT_ATTR__ATIME) == MOUNT_ATTR__ATIME
        ? [.. Names(attributes & ~MOUNT_ATTR__ATIME, s_attributes), "MOUNT_ATTR__ATIME"]
        : Names(attributes, s_attributes);

    /// <summary>MS_* by name.</summary>
    public static string[] MountFlags(ulong flags) => Names(flags, s_mountFlags);

    /// <summary>Capabilities by name.</summary>
    public static string[] Capabilities(ulong mask)
    {
        var names = new List<string>();
        for (int number = 0; number < 64; number++)
        {
            if ((mask & (1UL << number)) != 0)
                names.Add(number < CapabilityNames.All.Count ? CapabilityNames.All[number] : $"{number}");
        }

        return [.. names];
    }

    /// <summary>Names joined as C joins flags; 0 for none.</summary>
    public static string Or(string[] names) => names.Length == 0 ? "0" : string.Join('|', names);

    /// <summary>A resource of prlimit(2).</summary>
    public static string Limit(ulong resource) => resource switch
    {
        0 => "RLIMIT_CPU",
        1 => "RLIMIT_FSIZE",
        2 => "RLIMIT_DATA",
        3 => "RLIMIT_STACK",
        4 => "RLIMIT_CORE",
        5 => "RLIMIT_RSS",
        6 => "RLIMIT_NPROC",
        7 => "RLIMIT_NOFILE",
        8 => "RLIMIT_MEMLOCK",
        9 => "RLIMIT_AS",
        10 => "RLIMIT_LOCKS",
        11 => "RLIMIT_SIGPENDING",
        12 => "RLIMIT_MSGQUEUE",
        13 => "RLIMIT_NICE",
        14 => "RLIMIT_RTPRIO",
        15 => "RLIMIT_RTTIME",
        _ => $"{resource}",
    };

    /// <summary>A value of a limit.</summary>
    public static string LimitValue(ulong value) => value == ulong.MaxValue ? "unlimited" : $"{value}";

    /// <summary>A policy of sched_setattr(2).</summary>
    public static string Policy(uint policy) => policy switch
    {
        SCHED_OTHER => SchedulerPolicies.SCHED_OTHER,
        SCHED_FIFO => SchedulerPolicies.SCHED_FIFO,
        SCHED_RR => SchedulerPolicies.SCHED_RR,
        SCHED_BATCH => SchedulerPolicies.SCHED_BATCH,
        SCHED_IDLE => SchedulerPolicies.SCHED_IDLE,
        SCHED_DEADLINE => SchedulerPolicies.SCHED_DEADLINE,
        _ => $"{policy}",
    };

    /// <summary>Flags of sched_setattr(2).</summary>
    public static string[] PolicyFlags(ulong flags) => Names(flags,
    [
        (SCHED_FLAG_RESET_ON_FORK, SchedulerFlags.SCHED_FLAG_RESET_ON_FORK), (SCHED_FLAG_RECLAIM, SchedulerFlags.SCHED_FLAG_RECLAIM),
        (SCHED_FLAG_DL_OVERRUN, SchedulerFlags.SCHED_FLAG_DL_OVERRUN), (SCHED_FLAG_KEEP_POLICY, SchedulerFlags.SCHED_FLAG_KEEP_POLICY),
        (SCHED_FLAG_KEEP_PARAMS, SchedulerFlags.SCHED_FLAG_KEEP_PARAMS), (SCHED_FLAG_UTIL_CLAMP_MIN, SchedulerFlags.SCHED_FLAG_UTIL_CLAMP_MIN),
        (SCHED_FLAG_UTIL_CLAMP_MAX, SchedulerFlags.SCHED_FLAG_UTIL_CLAMP_MAX),
    ]);

    /// <summary>A class of ioprio_set(2).</summary>
    public static string IoClass(ulong number) => number switch
    {
        1 => IoPriorityClasses.IOPRIO_CLASS_RT,
        2 => IoPriorityClasses.IOPRIO_CLASS_BE,
        3 => IoPriorityClasses.IOPRIO_CLASS_IDLE,
        _ => $"{number}",
    };

    /// <summary>Flags of seccomp(2).</summary>
    public static string[] FilterFlags(uint flags) => Names(flags,
    [
        (Linux.Seccomp.SECCOMP_FILTER_FLAG_TSYNC, "SECCOMP_FILTER_FLAG_TSYNC"), (Linux.Seccomp.SECCOMP_FILTER_FLAG_LOG, "SECCOMP_FILTER_FLAG_LOG"),
        (Linux.Seccomp.SECCOMP_FILTER_FLAG_SPEC_ALLOW, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"),
        (Linux.Seccomp.SECCOMP_FILTER_FLAG_NEW_LISTENER, "SECCOMP_FILTER_FLAG_NEW_LISTENER"),
        (Linux.Seccomp.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
    ]);

    /// <summary>The type of a file, as mknod(1) and ls(1) write it.</summary>
    public static string FileType(ulong mode) => (mode & Stat.S_IFMT) switch
    {
        Stat.S_IFCHR => "c",
        Stat.S_IFBLK => "b",
        Stat.S_IFIFO => "p",
        _ => "-",
    };

    /// <summary>S_IF* of a mode.</summary>
    public static string FileTypeFlag(ulong mode) => (mode & Stat.S_IFMT) switch
    {
        Stat.S_IFCHR => "S_IFCHR",
        Stat.S_IFBLK => "S_IFBLK",
        Stat.S_IFIFO => "S_IFIFO",
        _ => "0",
    };

    /// <summary>A mode in octal, with the 0 before it.</summary>
    public static string Octal(ulong mode) => "0" + Convert.ToString((long)mode, 8).PadLeft(3, '0');

    /// <summary>A list such as 0-3,7 from a mask.</summary>
    public static string Mask(ReadOnlySpan<ulong> mask)
    {
        var text = new StringBuilder();
        int bits = mask.Length * 64;
        for (int bit = 0; bit < bits; bit++)
        {
            if (!IsSet(mask, bit))
                continue;
            int last = bit;
            while (last + 1 < bits && IsSet(mask, last + 1))
                last++;
            text.Append(text.Length == 0 ? "" : ",").Append(bit);
            if (last > bit)
                text.Append('-').Append(last);
            bit = last;
        }

        return text.ToString();
    }

    private static bool IsSet(ReadOnlySpan<ulong> mask, int bit) => (mask[bit / 64] & (1UL << (bit % 64))) != 0;

    private static string[] Names(ulong flags, (ulong Flag, string Name)[] table)
    {
        var names = new List<string>();
        foreach ((ulong flag, string name) in table)
        {
            if ((flags & flag) == 0)
                continue;
            names.Add(name);
            flags &= ~flag;
        }

        if (flags != 0)
            names.Add($"0x{flags:x}");
        return [.. names];
    }
}
