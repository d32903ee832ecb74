using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[module: SkipLocalsInit]

namespace OciSharp.Init;

/// <summary>
/// The first instruction of ours in every process, before the .NET runtime is initialised: the contract of
/// <see cref="Child.ChildState"/> holds here too.
/// </summary>
internal static unsafe class Entry
{
    [DllImport("libc", EntryPoint = "__real_main"), SuppressGCTransition]
    private static extern int StartRuntime(int argc, byte** argv);

    /// <summary>main(): the linker's <c>--wrap=main</c> puts it before the start-up code of .NET.</summary>
    [RuntimeExport("__wrap_main")]
    private static int Main(int argc, byte** argv)
    {
        if (Helper.IsHelper(argc, argv))
            Helper.Serve(argv);
        Beginning.Look(argc, argv);
        Inherited.Repair();
        Helper.Prepare(argc, argv);
        RuntimeStartup.Prepare(argc, argv);
        Beginning.BeginRuntime();
        return RuntimeStartup.HasRoom() && StartRuntime(argc, argv) is >= 0 and int code ? code : RuntimeStartup.Refuse();
    }
}
