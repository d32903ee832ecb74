namespace OciSharp.Init.Plan;

/// <summary>Flags of the steps that mount.</summary>
public static class MountOps
{
    /// <summary>Of <see cref="OpCode.OpenTree"/> and <see cref="OpCode.ChangeMount"/>: with everything mounted below.</summary>
    public const uint Recursive = 1;

    /// <summary>Of <see cref="OpCode.MountFileSystem"/>: keep the mount in the step's slot and do not attach it.</summary>
    public const uint Detached = 1;

    /// <summary>Of <see cref="OpCode.Target"/>: the mount point is a file.</summary>
    public const uint TargetFile = 1;

    /// <summary>Of <see cref="OpCode.Target"/>: the mount point has the kind (directory or not) of the tree in the step's slot.</summary>
    public const uint TargetLikeSlot = 2;

    /// <summary>
    /// Of <see cref="OpCode.Target"/>: no component may be a symbolic link: /proc and /sys must be what they seem (CVE-2019-19921,
    /// CVE-2023-27561).
    /// </summary>
    public const uint TargetNoSymlinks = 4;

    /// <summary>Of <see cref="OpCode.Target"/>: the directory goes to slot Dev and stays there.</summary>
    public const uint TargetDev = 8;

    /// <summary>Of <see cref="OpCode.Target"/>: the mount point may not lie in a procfs.</summary>
    public const uint TargetGuardProc = 16;

    /// <summary>Of <see cref="OpCode.Target"/>: the tree in the step's slot must be a procfs.</summary>
    public const uint TargetSourceIsProc = 32;

    /// <summary>Of <see cref="OpCode.Target"/>: nothing is made.</summary>
    public const uint TargetMustExist = 64;

    /// <summary>Of <see cref="OpCode.MakeSymlink"/>: what is there gives way.</summary>
    public const uint Replace = 1;
}
