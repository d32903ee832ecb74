using System.Runtime.InteropServices;

namespace OciSharp.Linux;

/// <summary>An extended regular expression of the C library: regex(3), regex(7).</summary>
public sealed unsafe class PosixRegex : IDisposable
{
    private const int REG_EXTENDED = 1;
    private const int REG_NOSUB = 8;
    private const int SizeOfRegex = 64; // regex_t of musl, and of glibc, on 64-bit machines
    private const int MessageSize = 256;

    private void* _regex;

    private PosixRegex(void* regex) => _regex = regex;

    /// <summary>Compiles <paramref name="pattern"/>.</summary>
    /// <param name="pattern">The regular expression.</param>
    /// <param name="problem">Why it is none, in the C library's words.</param>
    /// <returns>The regular expression, or <see langword="null"/> if it is none.</returns>
    public static PosixRegex? TryCompile(string pattern, out string problem)
    {
        void* regex = NativeMemory.AllocZeroed(SizeOfRegex);
        int error;
        fixed (byte* text = CString.Of(pattern))
            error = regcomp(regex, text, REG_EXTENDED | REG_NOSUB);
        if (error == 0)
        {
            problem = "";
            return new PosixRegex(regex);
        }

        byte* message = stackalloc byte[MessageSize];
        regerror(error, regex, message, MessageSize);
        NativeMemory.Free(regex);
        problem = Marshal.PtrToStringUTF8((nint)message)!.ToLowerInvariant();
        return null;
    }

    /// <summary>Whether a part of <paramref name="text"/> matches.</summary>
    public bool IsMatch(string text)
    {
        fixed (byte* start = CString.Of(text))
            return regexec(_regex, start, 0, null, 0) == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_regex is null)
            return;
        regfree(_regex);
        NativeMemory.Free(_regex);
        _regex = null;
    }

    [DllImport("libc"), SuppressGCTransition]
    private static extern int regcomp(void* regex, byte* pattern, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int regexec(void* regex, byte* text, nuint matches, void* match, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nuint regerror(int error, void* regex, byte* message, nuint size);

    [DllImport("libc"), SuppressGCTransition]
    private static extern void regfree(void* regex);
}
