using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Planning;
using OciSharp.Spec;

namespace OciSharp.Runtime.Seccomp;

/// <summary>The filter of a launch.</summary>
internal static unsafe class SeccompFilter
{
    /// <summary>Compiles a profile to where the child will read it: the number of instructions in 64 bits, and they.</summary>
    /// <param name="config">The configuration with the profile, which has passed validation.</param>
    /// <param name="area">Room for the longest program that the kernel takes.</param>
    /// <param name="log">Is told the names that are passed over.</param>
    /// <exception cref="ContainerException">The kernel does not know an action, the filter is too large, or an annotation forbids to pass over names.</exception>
    public static void Write(Config config, byte* area, ILogger log)
    {
        LinuxSeccomp profile = config.Linux!.Seccomp!;
        FilterAction.CheckKernel(profile);
        var unknown = new List<string>();
        ReadOnlySpan<sock_filter> program = FilterCompiler.Compile(profile, Architecture.OfThisMachine(), unknown);
        if (unknown.Count > 0 && CrunAnnotations.FailsOnUnknownSyscall(config))
            throw new ContainerException($"$.linux.seccomp.syscalls: calls that are not known here, and the configuration's annotations forbid them: {string.Join(", ", unknown)}");
        *(ulong*)area = (ulong)program.Length;
        program.CopyTo(new Span<sock_filter>(area + sizeof(ulong), program.Length));
        if (unknown.Count > 0 && log.IsEnabled(LogLevel.Debug))
            log.Detail($"$.linux.seccomp.syscalls: calls that are not known here are passed over: {string.Join(", ", unknown)}");
    }
}
