using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Runtime.Seccomp;

/// <summary>The filter of a launch.</summary>
internal static unsafe class SeccompFilter
{
    /// <summary>Compiles a profile to where the child will read it: the number of instructions in 64 bits, and they.</summary>
    /// <param name="profile">The profile, which has passed validation.</param>
    /// <param name="area">Room for the longest program that the kernel takes.</param>
    /// <param name="log">Is told the names that are passed over.</param>
    /// <exception cref="ContainerException">The kernel does not know an action, or the filter is too large.</exception>
    public static void Write(LinuxSeccomp profile, byte* area, ILogger log)
    {
        FilterAction.CheckKernel(profile);
        var unknown = new List<string>();
        ReadOnlySpan<sock_filter> program = FilterCompiler.Compile(profile, Architecture.OfThisMachine(), unknown);
        *(ulong*)area = (ulong)program.Length;
        program.CopyTo(new Span<sock_filter>(area + sizeof(ulong), program.Length));
        if (unknown.Count > 0 && log.IsEnabled(LogLevel.Debug))
            log.LogDebug("$.linux.seccomp.syscalls: calls that are not known here are passed over: {Names}", string.Join(", ", unknown));
    }
}
