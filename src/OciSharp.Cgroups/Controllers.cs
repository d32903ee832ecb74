namespace OciSharp.Cgroups;

/// <summary>The controllers of the kernel (cgroups(7)) that we set something in, or need.</summary>
[Flags]
internal enum Controllers
{
    None = 0,
    Cpu = 1,
    CpuSet = 1 << 1,
    Memory = 1 << 2,
    Devices = 1 << 3,
    Freezer = 1 << 4,
    BlkIo = 1 << 5,
    Pids = 1 << 6,
    HugeTlb = 1 << 7,
    NetCls = 1 << 8,
    NetPrio = 1 << 9,
    Rdma = 1 << 10,
}

/// <summary>Names of controllers.</summary>
internal static class ControllerNames
{
    /// <summary>The controllers of a comma-separated list; those we have no use for are left out.</summary>
    public static Controllers Parse(ReadOnlySpan<byte> list)
    {
        Controllers all = Controllers.None;
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            all |= One(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? default : list[(comma + 1)..];
        }

        return all;
    }

    /// <summary>The kernel's name of one controller.</summary>
    public static string Of(Controllers controller) => controller switch
    {
        Controllers.Cpu => "cpu",
        Controllers.CpuSet => "cpuset",
        Controllers.Memory => "memory",
        Controllers.Devices => "devices",
        Controllers.Freezer => "freezer",
        Controllers.BlkIo => "blkio",
        Controllers.Pids => "pids",
        Controllers.HugeTlb => "hugetlb",
        Controllers.NetCls => "net_cls",
        Controllers.NetPrio => "net_prio",
        Controllers.Rdma => "rdma",
        _ => throw new ArgumentOutOfRangeException(nameof(controller)),
    };

    private static Controllers One(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("cpu"u8) ? Controllers.Cpu
        : name.SequenceEqual("cpuset"u8) ? Controllers.CpuSet
        : name.SequenceEqual("memory"u8) ? Controllers.Memory
        : name.SequenceEqual("devices"u8) ? Controllers.Devices
        : name.SequenceEqual("freezer"u8) ? Controllers.Freezer
        : name.SequenceEqual("blkio"u8) ? Controllers.BlkIo
        : name.SequenceEqual("pids"u8) ? Controllers.Pids
        : name.SequenceEqual("hugetlb"u8) ? Controllers.HugeTlb
        : name.SequenceEqual("net_cls"u8) ? Controllers.NetCls
        : name.SequenceEqual("net_prio"u8) ? Controllers.NetPrio
        : name.SequenceEqual("rdma"u8) ? Controllers.Rdma
        : Controllers.None;
}
