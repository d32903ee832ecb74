using OciSharp.Spec;

namespace OciSharp.Runtime.Seccomp;

/// <summary>All names that a profile may hold, sorted: what <c>features</c> tells.</summary>
internal static class SeccompNames
{
    /// <summary>See <see cref="SeccompActions"/>.</summary>
    public static IReadOnlyList<string> Actions =>
    [
        SeccompActions.SCMP_ACT_ALLOW, SeccompActions.SCMP_ACT_ERRNO, SeccompActions.SCMP_ACT_KILL, SeccompActions.SCMP_ACT_KILL_PROCESS,
        SeccompActions.SCMP_ACT_KILL_THREAD, SeccompActions.SCMP_ACT_LOG, SeccompActions.SCMP_ACT_NOTIFY, SeccompActions.SCMP_ACT_TRACE,
        SeccompActions.SCMP_ACT_TRAP,
    ];

    /// <summary>See <see cref="SeccompOperators"/>.</summary>
    public static IReadOnlyList<string> Operators =>
    [
        SeccompOperators.SCMP_CMP_EQ, SeccompOperators.SCMP_CMP_GE, SeccompOperators.SCMP_CMP_GT, SeccompOperators.SCMP_CMP_LE,
        SeccompOperators.SCMP_CMP_LT, SeccompOperators.SCMP_CMP_MASKED_EQ, SeccompOperators.SCMP_CMP_NE,
    ];

    /// <summary>See <see cref="SeccompArchitectures"/>. Those that this machine cannot execute are recognised, and need no rules.</summary>
    public static IReadOnlyList<string> Architectures =>
    [
        SeccompArchitectures.SCMP_ARCH_AARCH64, SeccompArchitectures.SCMP_ARCH_ARM, SeccompArchitectures.SCMP_ARCH_LOONGARCH64,
        SeccompArchitectures.SCMP_ARCH_M68K, SeccompArchitectures.SCMP_ARCH_MIPS, SeccompArchitectures.SCMP_ARCH_MIPS64,
        SeccompArchitectures.SCMP_ARCH_MIPS64N32, SeccompArchitectures.SCMP_ARCH_MIPSEL, SeccompArchitectures.SCMP_ARCH_MIPSEL64,
        SeccompArchitectures.SCMP_ARCH_MIPSEL64N32, SeccompArchitectures.SCMP_ARCH_PARISC, SeccompArchitectures.SCMP_ARCH_PARISC64,
        SeccompArchitectures.SCMP_ARCH_PPC, SeccompArchitectures.SCMP_ARCH_PPC64, SeccompArchitectures.SCMP_ARCH_PPC64LE,
        SeccompArchitectures.SCMP_ARCH_RISCV64, SeccompArchitectures.SCMP_ARCH_S390, SeccompArchitectures.SCMP_ARCH_S390X,
        SeccompArchitectures.SCMP_ARCH_SH, SeccompArchitectures.SCMP_ARCH_SHEB, SeccompArchitectures.SCMP_ARCH_X32,
        SeccompArchitectures.SCMP_ARCH_X86, SeccompArchitectures.SCMP_ARCH_X86_64,
    ];

    /// <summary>See <see cref="SeccompFlags"/>.</summary>
    public static IReadOnlyList<string> Flags =>
    [
        SeccompFlags.SECCOMP_FILTER_FLAG_LOG, SeccompFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW, SeccompFlags.SECCOMP_FILTER_FLAG_TSYNC,
        SeccompFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
    ];
}
