using System.Buffers.Text;
using System.Text;
using OciSharp.Cgroups.Stats;
using OciSharp.Linux;

namespace OciSharp.Cgroups.Resctrl;

/// <summary>What resctrl tells about a container. What the hardware does not have is null, empty or 0.</summary>
public sealed record ResctrlStats
{
    /// <summary>The L3 cache of this hardware.</summary>
    public CacheInfo? L3 { get; init; }

    /// <summary>The memory bandwidth of this hardware.</summary>
    public BandwidthInfo? Bandwidth { get; init; }

    /// <summary>The line of the L3 cache of those in no group.</summary>
    public string L3SchemaOfRoot { get; init; } = "";

    /// <summary>The line of the L3 cache.</summary>
    public string L3Schema { get; init; } = "";

    /// <summary>The line of the memory bandwidth of those in no group.</summary>
    public string BandwidthSchemaOfRoot { get; init; } = "";

    /// <summary>The line of the memory bandwidth.</summary>
    public string BandwidthSchema { get; init; } = "";

    /// <summary>All lines.</summary>
    public IReadOnlyList<string> Schemata { get; init; } = [];

    /// <summary>The counters, by L3 cache; none where the container shares its group and has no monitoring group.</summary>
    public IReadOnlyList<DomainStats> Domains { get; init; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="group">The container's.</param>
    /// <exception cref="CgroupException">A file cannot be read.</exception>
    public static ResctrlStats Read(ResctrlGroup group)
    {
        string root = Text(group.Root, Resctrl.Schemata.File);
        string own = Text(group.Path, Resctrl.Schemata.File);
        return new ResctrlStats
        {
            L3 = ReadCache(group.Root),
            Bandwidth = ReadBandwidth(group.Root),
            L3SchemaOfRoot = Resctrl.Schemata.Line(root, "L3"),
            L3Schema = Resctrl.Schemata.Line(own, "L3"),
            BandwidthSchemaOfRoot = Resctrl.Schemata.Line(root, "MB"),
            BandwidthSchema = Resctrl.Schemata.Line(own, "MB"),
            Schemata = own.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Domains = ReadDomains(group),
        };
    }

    /// <summary>The text of a file without the newline at its end; empty when there is none.</summary>
    internal static string Text(string directory, string file) => Encoding.UTF8.GetString(StatFiles.At(directory).Text(file)).TrimEnd('\n');

    /// <summary>The number in a file; 0 when there is none.</summary>
    internal static ulong Number(string directory, string file) => StatFiles.At(directory).Number(file);

    private static CacheInfo? ReadCache(string root)
    {
        string mask = Text(root, "info/L3/cbm_mask");
        return mask.Length == 0 ? null : new CacheInfo(mask, Number(root, "info/L3/min_cbm_bits"), Number(root, "info/L3/num_closids"));
    }

    private static BandwidthInfo? ReadBandwidth(string root)
    {
        ulong closids = Number(root, "info/MB/num_closids");
        return closids == 0 ? null : new BandwidthInfo(
            Number(root, "info/MB/bandwidth_gran"), Number(root, "info/MB/delay_linear"), Number(root, "info/MB/min_bandwidth"), closids);
    }

    private static List<DomainStats> ReadDomains(ResctrlGroup group)
    {
        List<DomainStats> domains = [];
        if ((group.MonitoringPath ?? (group.IsOwn ? group.Path : null)) is not { } path)
            return domains;
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, $"{path}/mon_data", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
        if (fd < 0)
            return domains; // hardware without monitoring
        List<string> names = [];
        using (var directory = new OwnedFd((int)fd))
        {
            DirectoryNames.Read(directory.Value, (name, isDirectory) =>
            {
                if (isDirectory && name.StartsWith("mon_L3_"u8))
                    names.Add(Encoding.UTF8.GetString(name));
            });
        }

        names.Sort(StringComparer.Ordinal);
        foreach (string name in names)
        {
            var files = StatFiles.At($"{path}/mon_data/{name}");
            domains.Add(new DomainStats(Counter(files, "llc_occupancy"), Counter(files, "mbm_total_bytes"), Counter(files, "mbm_local_bytes")));
        }

        return domains;
    }

    /// <summary>A counter; null where the hardware has none, or it is <c>Unavailable</c> just now.</summary>
    private static ulong? Counter(StatFiles files, string file) => Utf8Parser.TryParse(files.Text(file), out ulong value, out _) ? value : null;
}

/// <summary>An L3 cache that can be divided.</summary>
/// <param name="Mask">The bits that there are, in hexadecimal.</param>
/// <param name="MinBits">How many a mask must have.</param>
/// <param name="ClosIds">How many groups there can be.</param>
public readonly record struct CacheInfo(string Mask, ulong MinBits, ulong ClosIds);

/// <summary>A memory bandwidth that can be divided, in per cent.</summary>
/// <param name="Granularity">What a bandwidth is a multiple of.</param>
/// <param name="DelayLinear">1: the hardware's scale is linear.</param>
/// <param name="Min">The least.</param>
/// <param name="ClosIds">How many groups there can be.</param>
public readonly record struct BandwidthInfo(ulong Granularity, ulong DelayLinear, ulong Min, ulong ClosIds);

/// <summary>The counters of one L3 cache, in bytes; null is not counted.</summary>
/// <param name="Occupancy">What is in it.</param>
/// <param name="TotalBytes">What went to and from memory.</param>
/// <param name="LocalBytes">What of that is of the same node.</param>
public readonly record struct DomainStats(ulong? Occupancy, ulong? TotalBytes, ulong? LocalBytes);
