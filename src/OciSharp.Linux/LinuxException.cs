using System.Diagnostics.CodeAnalysis;
using Mono.Unix.Native;

namespace OciSharp.Linux;

/// <summary>A system call was refused. The message names the act, its object, and the kernel's reason, in lower case.</summary>
public sealed class LinuxException : Exception
{
    /// <summary>Describes the refusal of <paramref name="act"/> with <paramref name="errno"/>.</summary>
    /// <param name="act">What was being done, and to what, in lower case: <c>open /proc/self/cgroup</c>.</param>
    /// <param name="errno">The kernel's reason.</param>
    /// <param name="remedy">What to do about it; null when the reason says it all.</param>
    public LinuxException(string act, Errno errno, string? remedy = null)
        : base(remedy is null ? $"{act}: {ErrorText.Of(errno)}" : $"{act}: {ErrorText.Of(errno)}: {remedy}")
    {
        Act = act;
        Errno = errno;
    }

    /// <summary>What was being done, and to what.</summary>
    public string Act { get; }

    /// <summary>The kernel's reason.</summary>
    public Errno Errno { get; }

    /// <summary>Throws for a negated errno as <see cref="RawSyscall"/> returns it.</summary>
    /// <exception cref="LinuxException">Always.</exception>
    [DoesNotReturn]
    public static void Throw(nint result, string act) => throw new LinuxException(act, (Errno)(int)-result);
}
