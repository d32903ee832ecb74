using System.Buffers.Text;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>memory of v2 (cgroup-v2.rst, "Memory"); <c>config-linux.md#memory</c>.</summary>
internal static class MemoryController
{
    private const string LimitFile = "memory.max";
    private const string SwapFile = "memory.swap.max";

    /// <summary>Whether anything is asked for. As with the peers, a limit of 0 bytes means none.</summary>
    public static bool Sets(LinuxMemory memory) => IsSet(memory.Limit) || IsSet(memory.Swap) || IsSet(memory.Reservation);

    /// <summary>Sets what is asked for.</summary>
    /// <exception cref="CgroupException">A value is refused, or only v1 can do it.</exception>
    public static void Apply(LimitWriter writer, LinuxMemory memory)
    {
        RefuseV1Only(memory);
        if (memory.CheckBeforeUpdate is true && writer.IsUpdate && memory.Limit > 0)
            RefuseBelowUsage(writer.Directory, memory.Limit.Value);

        string? swap = SwapOnly(memory);
        if (swap is not null)
            SetSwap(writer, swap);
        if (IsSet(memory.Limit))
            writer.Set(LimitFile, Text(memory.Limit!.Value));
        if (IsSet(memory.Reservation))
            writer.Set("memory.low", Text(memory.Reservation!.Value));
    }

    /// <summary>v1 and the configuration count memory and swap together; v2 counts swap alone.</summary>
    /// <returns>The text for the swap file; null when it stays as it is.</returns>
    /// <exception cref="CgroupException">The sum makes no sense beside the limit.</exception>
    internal static string? SwapOnly(LinuxMemory memory)
    {
        if (!IsSet(memory.Swap))
            return memory.Limit == -1 ? "max" : null;
        long sum = memory.Swap!.Value;
        if (sum == -1)
            return "max";
        if (memory.Limit is > 0 && sum >= memory.Limit)
            return $"{sum - memory.Limit.Value}";
        throw new CgroupException(
            $"set {SwapFile} to {sum} less {memory.Limit?.ToString() ?? "nothing"}: memory.swap counts memory and swap together: " +
            "it needs a memory.limit that is not above it")
        {
            Controller = "memory",
            Value = $"{sum}",
        };
    }

    /// <summary>A kernel without swap has no file for it: a limit that allows any amount, or none, holds there by itself.</summary>
    private static void SetSwap(LimitWriter writer, string swap)
    {
        nint result = writer.TrySet(SwapFile, swap);
        if (result == -(nint)Errno.ENOENT && swap is "max" or "0")
            return;
        if (result < 0)
            throw writer.Directory.Refused("set", SwapFile, swap, result);
    }

    private static void RefuseBelowUsage(CgroupDirectory directory, long limit)
    {
        Span<byte> buffer = stackalloc byte[32];
        if (Utf8Parser.TryParse(directory.Read("memory.current", buffer), out long current, out _) && limit < current)
            throw directory.Refused("set", LimitFile, $"{limit}", -(nint)Errno.EBUSY,
                $"the cgroup uses {current} bytes already, and memory.checkBeforeUpdate is set: choose a higher limit");
    }

    private static void RefuseV1Only(LinuxMemory memory)
    {
        if (memory.Kernel > 0 || memory.KernelTcp > 0)
            throw NotOnV2.Refuse("memory.kernel", "kernel memory is part of memory.limit there: leave it out");
        if (memory.Swappiness is not null)
            throw NotOnV2.Refuse("memory.swappiness", "limit swap with memory.swap, or set vm.swappiness on the host");
        if (memory.DisableOomKiller is true)
            throw NotOnV2.Refuse("memory.disableOOMKiller", "the OOM killer is always on: leave it out");
        if (memory.UseHierarchy is false)
            throw NotOnV2.Refuse("memory.useHierarchy", "cgroups are always hierarchical: leave it out");
    }

    private static string Text(long value) => value == -1 ? "max" : $"{value}";

    private static bool IsSet(long? value) => value is not null and not 0;
}
