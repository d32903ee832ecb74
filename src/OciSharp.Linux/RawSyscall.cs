using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OciSharp.Linux;

/// <summary>
/// System calls as the kernel gives them: a value, or the negated errno. Nothing here allocates, throws, or leaves native
/// code, so the child side (<c>OciSharp.Init</c>) may call all of it. One file per area: <c>RawSyscall.Mount.cs</c>, …
/// </summary>
/// <remarks>
/// The calls carry <see cref="SuppressGCTransitionAttribute"/>: the process has one thread that runs managed code, so there is
/// no collection that a blocking call could hold up. <see cref="Syscall"/> is the checked twin for the parent.
/// </remarks>
public static unsafe partial class RawSyscall
{
    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint Native(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [DllImport("libc", EntryPoint = "__errno_location"), SuppressGCTransition]
    private static extern int* ErrnoLocation();

    /// <summary>syscall(2): the result, or the negated errno.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static nint Call(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        nint result = Native(number, a, b, c, d, e, f);
        return result == -1 ? -*ErrnoLocation() : result;
    }
}
