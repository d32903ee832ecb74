using System.Runtime;
using System.Runtime.InteropServices;
using OciSharp.Init.Child;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>
/// What the start-up of .NET does that a command of a millisecond does not need, and in part costs the more the more is mounted on the
/// host. The linker's <c>--wrap</c> puts each method here in the place of a function that the start-up calls
/// (docs/adr/0002-static-executable.md has the figures). The contract of <see cref="Child.ChildState"/> holds: there is no runtime yet.
/// </summary>
internal static unsafe class RuntimeStartup
{
    private const int RLIMIT_DATA = 2;
    private const int RLIMIT_STACK = 3;
    private const int RLIMIT_AS = 9;
    private const ulong LeastAddressSpace = 144 << 20;
    private const ulong LeastData = 2 << 20;
    private const ulong DefaultStack = 8 << 20;
    private const ulong PageSize = 4096;
    private const uint GRND_NONBLOCK = 1;

    private static byte* s_stackTop;

    /// <summary>
    /// Takes the settings of .NET out of the environment, since those of the caller (a build machine's <c>DOTNET_gcServer</c>) are not
    /// meant for us, and remembers where the stack is.
    /// </summary>
    internal static void Prepare(int argc, byte** argv)
    {
        s_stackTop = (byte*)(((ulong)argv + PageSize - 1) & ~(PageSize - 1));

        byte** kept = argv + argc + 1;
        for (byte** variable = kept; *variable is not null; variable++)
        {
            if (!IsSetting(*variable))
                *kept++ = *variable;
        }

        *kept = null;
    }

    /// <summary>
    /// Whether the caller's limits (ulimit -v, -d) leave the runtime the address space that it reserves: its start-up does not look everywhere
    /// whether it gets any.
    /// </summary>
    internal static bool HasRoom()
    {
        rlimit64 limit;
        return (RawSyscall.prlimit64(0, RLIMIT_AS, null, &limit) < 0 || limit.rlim_cur >= LeastAddressSpace)
            && (RawSyscall.prlimit64(0, RLIMIT_DATA, null, &limit) < 0 || limit.rlim_cur >= LeastData);
    }

    /// <summary>Says that the runtime does not start.</summary>
    /// <returns>The exit code of a command that failed.</returns>
    internal static int Refuse()
    {
        ReadOnlySpan<byte> text = "ocisharp: cannot start: there is not enough memory or address space: raise the limits of the caller (ulimit -v, ulimit -d: 160 MiB do)\n"u8;
        RawSyscall.write(2, Text.Z(text), (nuint)text.Length);
        return 1;
    }

    private static bool IsSetting(byte* variable) => variable[0] == 'D' && variable[1] == 'O' && variable[2] == 'T' && variable[3] == 'N'
        && variable[4] == 'E' && variable[5] == 'T' && variable[6] == '_';

    /// <summary>
    /// fopen(3), which in this executable only the garbage collector calls. It reads /proc/self/mountinfo and /proc/self/cgroup twice,
    /// the cgroup's limits and /proc/meminfo, to find a heap size that we fix at build time, and falls back when a file is not there.
    /// Answering that none is there saves a fifth of the start-up, and a millisecond for each 500 mounts of the host.
    /// </summary>
    /// <returns>Null: the file could not be opened.</returns>
    [RuntimeExport("__wrap_fopen64")]
    private static void* Open(byte* path, byte* mode) => null;

    /// <summary>statfs(2), by which the collector, twice, looks for the cgroups whose limits it would read then.</summary>
    /// <returns>-1: there is nothing of that name.</returns>
    [RuntimeExport("__wrap_statfs64")]
    private static int FileSystemOf(byte* path, void* status) => -1;

    /// <summary>
    /// minipal_getcpufeatures(), which executes cpuid ten times: a virtual machine traps each, for 5 µs. Code that looks whether a
    /// processor has more than every x86-64 has takes the other way.
    /// </summary>
    /// <returns>No optional feature.</returns>
    [RuntimeExport("__wrap_minipal_getcpufeatures")]
    private static int CpuFeatures() => 0;

    /// <summary>
    /// madvise(2), which only the garbage collector calls through the C library: each piece of memory that it reserves is left out of core dumps, and
    /// taken in again when it is used. Pages that nobody touched are in no core dump anyway.
    /// </summary>
    /// <returns>0: done.</returns>
    [RuntimeExport("__wrap_madvise")]
    private static int Advise(void* address, nuint length, int advice) => 0;

    /// <summary>
    /// minipal_get_non_cryptographically_secure_random_bytes(), which opens /dev/urandom: one call does, also where there is no /dev. It seeds
    /// hash codes; should the kernel have no randomness yet, they are as good without.
    /// </summary>
    [RuntimeExport("__wrap_minipal_get_non_cryptographically_secure_random_bytes")]
    private static void RandomBytes(byte* buffer, int length) => RawSyscall.getrandom(buffer, (nuint)length, GRND_NONBLOCK);

    /// <summary>NUMASupportInitialize(), which lists the host's memory nodes. Left undone, it means that there is one.</summary>
    [RuntimeExport("__wrap__Z21NUMASupportInitializev")]
    private static void NumaSupportInitialize()
    {
    }

    /// <summary>
    /// PalStartFinalizerThread(): there is none. Descriptors are closed by <c>using</c>, the process ends soon, and a process of one
    /// thread is what namespaces(7) and signals are simple for.
    /// </summary>
    /// <returns>True.</returns>
    [RuntimeExport("__wrap__Z23PalStartFinalizerThreadPFjPvES_")]
    private static byte StartFinalizerThread(nint function, nint context) => 1;

    /// <summary>PalGetMaximumStackBounds(), which parses /proc/self/maps. For the main thread, the limit tells.</summary>
    /// <returns>True, and the bounds.</returns>
    [RuntimeExport("__wrap__Z24PalGetMaximumStackBoundsPPvS0_")]
    private static byte GetMaximumStackBounds(byte** low, byte** high)
    {
        rlimit64 limit;
        ulong size = DefaultStack;
        if (RawSyscall.prlimit64(0, RLIMIT_STACK, null, &limit) >= 0 && limit.rlim_cur < DefaultStack)
            size = limit.rlim_cur;
        byte* bottom = s_stackTop - size;
        if ((byte*)&limit < bottom || (byte*)&limit >= s_stackTop)
            return GetMaximumStackBoundsOfThread(low, high);
        *low = bottom + PageSize;
        *high = s_stackTop;
        return 1;
    }

    [DllImport("libc", EntryPoint = "__real__Z24PalGetMaximumStackBoundsPPvS0_"), SuppressGCTransition]
    private static extern byte GetMaximumStackBoundsOfThread(byte** low, byte** high);
}
