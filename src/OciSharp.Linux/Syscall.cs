namespace OciSharp.Linux;

/// <summary>
/// The checked twin of <see cref="RawSyscall"/> for the parent side: retries EINTR, takes managed strings, throws
/// <see cref="LinuxException"/>. One file per area, named as its raw twin.
/// </summary>
public static unsafe partial class Syscall
{
    /// <summary>Returns <paramref name="result"/>, or throws it as the refusal of <paramref name="act"/>.</summary>
    /// <exception cref="LinuxException">The result is a negated errno.</exception>
    public static nint Check(nint result, string act)
    {
        if (result < 0)
            LinuxException.Throw(result, act);
        return result;
    }
}
