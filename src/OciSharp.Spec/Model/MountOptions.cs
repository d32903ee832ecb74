namespace OciSharp.Spec;

/// <summary>
/// Names of mount options that are not a file system's own (<c>config.md#linux-mount-options</c>). What each does is the planner's knowledge.
/// </summary>
public static class MountOptions
{
    /// <summary>
    /// All names of the specification's table, sorted. <c>rnodev</c> is not in that table, but in <c>features.md</c>, and is the opposite of <c>rdev</c>.
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
}
