using System.Runtime.InteropServices;

namespace OciSharp.Init.Plan;

/// <summary>What one step took (<c>--trace</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TraceRecord
{
    /// <summary>The step.</summary>
    public OpCode Code;

    /// <summary>Its place in the plan.</summary>
    public uint Index;

    /// <summary>0, or the negated errno.</summary>
    public int Result;

    /// <summary>When it began, in nanoseconds of <see cref="TraceLog.Clock"/>; 0: that is not known.</summary>
    public ulong Begin;

    /// <summary>When it ended; 0: it did not, or that is not known.</summary>
    public ulong End;
}

/// <summary>
/// What begins the memory that the child writes its times to: part of the arena, or, for <c>start</c>, a memory of its own. The records
/// follow. It is shared, so what was written before the end of the child can be read after it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct TraceLog
{
    /// <summary>Size of the memory that <c>start</c> sends: its few steps, and any number of hooks that somebody may have.</summary>
    public const uint SizeForStart = 64 << 10;

    /// <summary>The clock: the monotonic one is another one in a time namespace.</summary>
    public int Clock;

    /// <summary>To read the clock takes a system call on this host: it is left alone once a seccomp filter is in force.</summary>
    public uint CallsKernel;

    /// <summary>How many records there is room for.</summary>
    public uint Capacity;

    /// <summary>How many were written.</summary>
    public uint Count;

    /// <summary>How many records fit behind the log into <paramref name="size"/> bytes.</summary>
    public static uint CapacityOf(uint size) => (size - (uint)sizeof(TraceLog)) / (uint)sizeof(TraceRecord);

    /// <summary>The record at a place.</summary>
    public static TraceRecord* At(TraceLog* log, uint place) => (TraceRecord*)(log + 1) + place;
}

/// <summary>When the helper did what comes before its plan, in nanoseconds of CLOCK_MONOTONIC.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct HelperTimes
{
    /// <summary>The parent is about to fork it; 0: nobody wants to know, and nothing else is filled.</summary>
    public ulong Forks;

    /// <summary>It has executed the clone of our executable.</summary>
    public ulong Begins;

    /// <summary>It looks what namespaces config.json will ask for.</summary>
    public ulong Foresees;

    /// <summary>It waits for the plan.</summary>
    public ulong Waits;

    /// <summary>It has the plan.</summary>
    public ulong Goes;

    /// <summary>The CLONE_NEW* flags of what <see cref="Foresight"/> made.</summary>
    public ulong Foreseen;
}
