namespace OciSharp.Cgroups.Devices;

/// <summary>What may be done with a device. The bits are those of BPF_DEVCG_ACC_* (linux/bpf.h).</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    MakeNode = 1,
    Read = 2,
    Write = 4,
    All = MakeNode | Read | Write,
}

/// <summary>Devices of one type, and something that may be done with them.</summary>
/// <param name="Block">Block devices; otherwise character devices.</param>
/// <param name="Major">The major number, or <see cref="Any"/>.</param>
/// <param name="Minor">The minor number, or <see cref="Any"/>.</param>
/// <param name="Access">What it is about.</param>
internal readonly record struct DeviceGroup(bool Block, long Major, long Minor, DeviceAccess Access)
{
    /// <summary>Any number.</summary>
    public const long Any = -1;

    /// <summary>Whether every device of <paramref name="other"/> is one of this.</summary>
    public bool Covers(DeviceGroup other) =>
        Block == other.Block && (Major == Any || Major == other.Major) && (Minor == Any || Minor == other.Minor);

    /// <summary>Whether there is a device that is of both.</summary>
    public bool Meets(DeviceGroup other) =>
        Block == other.Block
        && (Major == Any || other.Major == Any || Major == other.Major)
        && (Minor == Any || other.Minor == Any || Minor == other.Minor);
}
