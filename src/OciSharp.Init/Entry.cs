using System.Runtime;
using System.Runtime.InteropServices;

namespace OciSharp.Init;

/// <summary>The first instruction of ours in every process, before the .NET runtime is initialised.</summary>
internal static unsafe class Entry
{
    [DllImport("libc", EntryPoint = "__real_main"), SuppressGCTransition]
    private static extern int StartRuntime(int argc, byte** argv);

    /// <summary>main(): the linker's <c>--wrap=main</c> puts it before the start-up code of .NET.</summary>
    [RuntimeExport("__wrap_main")]
    private static int Main(int argc, byte** argv) => StartRuntime(argc, argv);
}
