using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

/// <summary>memory of v1 (memory.rst); <c>config-linux.md#memory</c>.</summary>
internal static class MemoryController
{
    private const string LimitFile = "memory.limit_in_bytes";
    private const string SwapFile = "memory.memsw.limit_in_bytes";
    private const ulong MostSwappy = 100;

    /// <summary>Whether anything is asked for. As with the peers, a limit of 0 bytes means none.</summary>
    public static bool Sets(LinuxMemory memory) =>
        IsSet(memory.Limit) || IsSet(memory.Swap) || IsSet(memory.Reservation) || IsSet(memory.Kernel) || IsSet(memory.KernelTcp)
        || memory.Swappiness is not null || memory.DisableOomKiller is not null || memory.UseHierarchy is not null;

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused.</exception>
    public static void Apply(LimitWriter writer, LinuxMemory memory)
    {
        ApplyLimits(writer, memory);
        if (IsSet(memory.Reservation))
            writer.Set("memory.soft_limit_in_bytes", memory.Reservation!.Value);
        if (IsSet(memory.Kernel))
            SetKernel(writer, memory.Kernel!.Value);
        if (IsSet(memory.KernelTcp))
            writer.Set("memory.kmem.tcp.limit_in_bytes", memory.KernelTcp!.Value);
        if (memory.Swappiness is { } swappiness)
            SetSwappiness(writer, swappiness);
        if (memory.DisableOomKiller is { } disabled && (disabled || writer.IsUpdate))
            writer.SetShown("memory.oom_control", "oom_kill_disable", disabled ? 1 : 0);
        if (memory.UseHierarchy is { } hierarchical)
            writer.Set("memory.use_hierarchy", hierarchical ? 1 : 0);
    }

    /// <summary>
    /// The limit may never be above the limit of memory and swap. Without a limit there is none on swap either, unless one is given.
    /// </summary>
    private static void ApplyLimits(LimitWriter writer, LinuxMemory memory)
    {
        if (IsSet(memory.Limit) && IsSet(memory.Swap))
        {
            if (memory.Swap < memory.Limit && memory.Swap >= 0)
                throw writer.Directory.Refused("set", SwapFile, $"{memory.Swap}", -(nint)Errno.EINVAL,
                    $"memory.swap counts memory and swap together: it must not be below memory.limit, {memory.Limit}");
            writer.SetTogether([new Limit(LimitFile, $"{memory.Limit}"), new Limit(SwapFile, $"{memory.Swap}")]);
        }
        else if (memory.Limit is -1 && writer.IsUpdate)
        {
            nint result = writer.TrySet(SwapFile, "-1");
            if (result < 0 && result != -(nint)Errno.ENOENT) // a kernel that does not account swap
                throw writer.Directory.Refused("set", SwapFile, "-1", result);
            writer.Set(LimitFile, -1);
        }
        else if (IsSet(memory.Limit))
        {
            writer.Set(LimitFile, memory.Limit!.Value);
        }
        else if (IsSet(memory.Swap))
        {
            writer.Set(SwapFile, memory.Swap!.Value);
        }
    }

    /// <summary>
    /// Newer kernels count kernel memory as memory and take no limit of its own; the specification lets it be ignored then.
    /// </summary>
    private static void SetKernel(LimitWriter writer, long value)
    {
        const string file = "memory.kmem.limit_in_bytes";
        nint result = writer.TrySet(file, $"{value}");
        if (result < 0 && result != -(nint)Errno.EOPNOTSUPP && result != -(nint)Errno.ENOENT)
            throw writer.Directory.Refused("set", file, $"{value}", result);
    }

    private static void SetSwappiness(LimitWriter writer, ulong value)
    {
        const string file = "memory.swappiness";
        if (value > MostSwappy)
            throw writer.Directory.Refused("set", file, $"{value}", -(nint)Errno.EINVAL, "memory.swappiness is 0 to 100");
        writer.Set(file, (long)value);
    }

    private static bool IsSet(long? value) => value is not null and not 0;
}
