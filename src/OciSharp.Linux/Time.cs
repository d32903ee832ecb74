namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>time.h: clocks.</summary>
[KernelHeader("time.h")]
public static class Clock
{
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;
}
#pragma warning restore CS1591
