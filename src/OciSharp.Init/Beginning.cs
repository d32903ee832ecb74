using OciSharp.Init.Child;
using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>
/// When what comes before the options are read was done, in nanoseconds of CLOCK_MONOTONIC: for <c>--trace</c>, and only if that word is on the
/// command line. A word of another program's there costs two readings of the clock.
/// </summary>
/// <remarks>The contract of <see cref="ChildState"/> holds.</remarks>
public static unsafe class Beginning
{
    private static ulong s_main;
    private static ulong s_runtime;

    /// <summary>main() began; 0: nobody wants to know.</summary>
    public static ulong Main => s_main;

    /// <summary>The start-up of .NET began.</summary>
    public static ulong Runtime => s_runtime;

    /// <summary>Looks whether a trace is wanted, and takes the time then.</summary>
    internal static void Look(int argc, byte** argv)
    {
        for (int i = 1; i < argc && s_main == 0; i++)
        {
            byte* word = argv[i];
            if (*word != '-')
                continue;
            word += word[1] == '-' ? 2 : 1;
            if (Text.StartsWith(word, word + Text.Length(word), Text.Z("trace"u8)))
                s_main = RawSyscall.Now(Clock.CLOCK_MONOTONIC);
        }
    }

    /// <summary>The helper is forked, if there is one: what follows is .NET's.</summary>
    internal static void BeginRuntime()
    {
        if (s_main != 0)
            s_runtime = RawSyscall.Now(Clock.CLOCK_MONOTONIC);
    }

    /// <summary>The helper is about to be forked.</summary>
    internal static void Fork(HelperTimes* times)
    {
        if (s_main != 0)
            times->Forks = RawSyscall.Now(Clock.CLOCK_MONOTONIC);
    }

    /// <summary>In the helper: takes the time, if the parent wants to know.</summary>
    internal static void Mark(HelperTimes* times, ulong* place)
    {
        if (times->Forks != 0)
            *place = RawSyscall.Now(Clock.CLOCK_MONOTONIC);
    }
}
