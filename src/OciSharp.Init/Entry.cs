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
    private static int s_argc;
    private static byte** s_argv;

    /// <summary>__libc_start_main(): what _init() will want to know.</summary>
    [RuntimeExport("__wrap___libc_start_main")]
    private static int Start(nint main, int argc, byte** argv, nint init, nint finish, nint loader)
    {
        s_argc = argc;
        s_argv = argv;
        return StartLibrary(main, argc, argv, init, finish, loader);
    }

    /// <summary>
    /// _init(): the C library is ready, and the constructors of .NET have not run, which the helper has no use for. The helper is forked
    /// here, so that it begins before all that.
    /// </summary>
    [RuntimeExport("__wrap__init")]
    private static void Begin()
    {
        if (Helper.IsHelper(s_argc, s_argv))
            Helper.Serve(s_argv);
        Beginning.Look(s_argc, s_argv);
        Inherited.Repair();
        Helper.Prepare(s_argc, s_argv);
        RuntimeStartup.Prepare(s_argc, s_argv);
        Beginning.BeginRuntime();
        InitializeLibrary();
    }

    /// <summary>main(): the linker's <c>--wrap=main</c> puts it before the start-up code of .NET.</summary>
    [RuntimeExport("__wrap_main")]
    private static int Main(int argc, byte** argv) =>
        RuntimeStartup.HasRoom() && StartRuntime(argc, argv) is >= 0 and int code ? code : RuntimeStartup.Refuse();

    [DllImport("libc", EntryPoint = "__real___libc_start_main"), SuppressGCTransition]
    private static extern int StartLibrary(nint main, int argc, byte** argv, nint init, nint finish, nint loader);

    [DllImport("libc", EntryPoint = "__real__init"), SuppressGCTransition]
    private static extern void InitializeLibrary();

    [DllImport("libc", EntryPoint = "__real_main"), SuppressGCTransition]
    private static extern int StartRuntime(int argc, byte** argv);
}
