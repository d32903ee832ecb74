using System.Runtime;

namespace OciSharp.Init;

/// <summary>What the start-up of .NET asks of the C library and is answered by us: the linker's <c>--wrap</c> leads here.</summary>
internal static unsafe class RuntimeStartup
{
    /// <summary>
    /// fopen(3), which in this executable only the garbage collector calls. It reads /proc/self/mountinfo and /proc/self/cgroup twice,
    /// the cgroup's limits and /proc/meminfo, to find a heap size that we fix at build time, and falls back when a file is not there.
    /// Answering that none is there saves a fifth of the start-up, and a millisecond for each 500 mounts of the host.
    /// </summary>
    /// <returns>Null: the file could not be opened.</returns>
    [RuntimeExport("__wrap_fopen64")]
    private static void* Open(byte* path, byte* mode) => null;
}
