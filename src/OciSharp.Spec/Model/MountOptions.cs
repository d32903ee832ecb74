namespace OciSharp.Spec;

/// <summary>
/// Names of mount options that are not a file system's own (<c>config.md#linux-mount-options</c>). What each does, the planner knows.
/// </summary>
public static class MountOptions
{
    /// <summary>
    /// All names of the specification's table, sorted. <c>rnodev</c> is not in that table, but in <c>features.md</c>, and the opposite of
    /// <c>rdev</c>.
    /// </summary>
    public static IReadOnlyList<string> All =>
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap", "iversion", "lazytime", "loud",
        "mand", "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime",
        "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "ridmap",
        "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro",
        "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw",
        "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable",
    ];

    /// <summary>The option is one of <see cref="All"/>, and no data for the file system.</summary>
    public static bool IsKnown(string option) => option switch
    {
        "async" or "atime" or "bind" or "defaults" or "dev" or "diratime" or "dirsync" or "exec" or "idmap" or "iversion"
            or "lazytime" or "loud" or "mand" or "noatime" or "nodev" or "nodiratime" or "noexec" or "noiversion"
            or "nolazytime" or "nomand" or "norelatime" or "nostrictatime" or "nosuid" or "nosymfollow" or "private" or "ratime"
            or "rbind" or "rdev" or "rdiratime" or "relatime" or "remount" or "rexec" or "ridmap" or "rnoatime" or "rnodev"
            or "rnodiratime" or "rnoexec" or "rnorelatime" or "rnostrictatime" or "rnosuid" or "rnosymfollow" or "ro"
            or "rprivate" or "rrelatime" or "rro" or "rrw" or "rshared" or "rslave" or "rstrictatime" or "rsuid" or "rsymfollow"
            or "runbindable" or "rw" or "shared" or "silent" or "slave" or "strictatime" or "suid" or "symfollow" or "sync"
            or "tmpcopyup" or "unbindable"
            => true,
        _ => false,
    };

    /// <summary>
    /// The mount binds a directory or a file: it has the option <c>bind</c> or <c>rbind</c> or, which engines write too, the type
    /// <c>bind</c>.
    /// </summary>
    public static bool IsBind(Mount mount)
    {
        if (mount.Type == "bind")
            return true;
        foreach (string option in mount.Options.AsSpan())
        {
            if (option is "bind" or "rbind")
                return true;
        }
        return false;
    }
}
