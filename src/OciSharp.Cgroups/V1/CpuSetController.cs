using System.Text;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

/// <summary>cpuset of v1 (cpusets.rst); <c>config-linux.md#cpu</c>.</summary>
internal static class CpuSetController
{
    private const string CpusFile = "cpuset.cpus";
    private const string MemsFile = "cpuset.mems";
    private const int ListMax = 4096;

    /// <summary>Whether anything is asked for.</summary>
    public static bool Sets(LinuxCpu cpu) => !string.IsNullOrEmpty(cpu.Cpus) || !string.IsNullOrEmpty(cpu.Mems);

    /// <summary>
    /// A new cpuset has no CPUs and no memory nodes, and takes no process before it has both: gives it those asked for, or else
    /// those of the cgroup above, and gives the latter to every cgroup that was made on the way.
    /// </summary>
    /// <param name="directory">The container's cgroup.</param>
    /// <param name="existing">How many bytes of its path were there before.</param>
    /// <param name="cpu">What is asked for.</param>
    /// <exception cref="CgroupException">A value is refused.</exception>
    public static void Initialise(CgroupDirectory directory, int existing, LinuxCpu? cpu)
    {
        InitialiseFile(directory, existing, CpusFile, cpu?.Cpus);
        InitialiseFile(directory, existing, MemsFile, cpu?.Mems);
    }

    /// <summary>What <see cref="Initialise"/> would write to the container's cgroup, if nobody has made it yet.</summary>
    public static void RehearseInitialise(List<CgroupAct> acts, CgroupDirectory directory, LinuxCpu? cpu)
    {
        foreach ((string file, string? wanted) in (ReadOnlySpan<(string, string?)>)[(CpusFile, cpu?.Cpus), (MemsFile, cpu?.Mems)])
        {
            string value = string.IsNullOrEmpty(wanted) ? NearestList(directory, file) : wanted;
            acts.Add(new CgroupAct(CgroupActKind.Write, $"{directory.Path}/{file}", value));
        }
    }

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused.</exception>
    public static void Apply(LimitWriter writer, LinuxCpu cpu)
    {
        if (!string.IsNullOrEmpty(cpu.Cpus))
            writer.Set(CpusFile, cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems))
            writer.Set(MemsFile, cpu.Mems);
    }

    private static void InitialiseFile(CgroupDirectory directory, int existing, string file, string? wanted)
    {
        Span<byte> buffer = stackalloc byte[ListMax];
        bool isNew = existing < directory.PathBytes.Length;
        bool isOnlyNew = isNew && directory.PathBytes[(existing + 1)..].IndexOf((byte)'/') < 0;
        if (isNew && !(isOnlyNew && !string.IsNullOrEmpty(wanted)))
        {
            ReadOnlySpan<byte> inherited = Inherit(directory.Parent, file, buffer);
            if (string.IsNullOrEmpty(wanted))
                directory.Write(file, inherited);
        }

        if (string.IsNullOrEmpty(wanted))
            return;
        nint result = directory.TryWrite(file, wanted);
        if (result < 0)
            throw directory.Refused("set", file, wanted, result, "the list must be within that of the cgroup above");
    }

    /// <summary>The list of the lowest cgroup above one that has any.</summary>
    private static string NearestList(CgroupDirectory directory, string file)
    {
        Span<byte> buffer = stackalloc byte[ListMax];
        while (directory.PathBytes.IndexOf((byte)'/') >= 0)
        {
            directory = directory.Parent;
            nint length = directory.TryRead(file, buffer);
            ReadOnlySpan<byte> list = length > 0 ? buffer[..(int)length].TrimEnd((byte)'\n') : default;
            if (!list.IsEmpty)
                return Encoding.ASCII.GetString(list);
        }

        return "";
    }

    /// <summary>The list of a cgroup; one that is empty gets that of the cgroup above it first.</summary>
    private static ReadOnlySpan<byte> Inherit(CgroupDirectory directory, string file, Span<byte> buffer)
    {
        ReadOnlySpan<byte> list = directory.Read(file, buffer);
        if (!list.IsEmpty)
            return list;
        if (directory.PathBytes.IndexOf((byte)'/') < 0)
            throw directory.Refused("read", file, null, -(nint)Errno.ENODATA,
                "the root cpuset is empty: is the cpuset controller mounted?");
        list = Inherit(directory.Parent, file, buffer);
        directory.Write(file, list);
        return list;
    }
}
