namespace OciSharp.Cgroups;

/// <summary>Who makes the container's cgroup.</summary>
public enum CgroupManagerKind
{
    /// <summary>We do, as directories of the cgroup file system.</summary>
    Cgroupfs,

    /// <summary>systemd does, as a transient scope.</summary>
    Systemd,

    /// <summary>Nobody: the container stays in the cgroup of its caller, without limits.</summary>
    Disabled,
}
