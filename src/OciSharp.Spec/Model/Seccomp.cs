using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>The system call filter (<c>config-linux.md#seccomp</c>).</summary>
public sealed record LinuxSeccomp : SpecObject
{
    /// <summary>What happens to calls that no rule names; one of <see cref="SeccompActions"/>.</summary>
    public required string DefaultAction { get; init; }

    /// <summary>The errno (or the tracer's data) of <see cref="DefaultAction"/>; absent: EPERM.</summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary>Of <see cref="SeccompArchitectures"/>; absent: the native one.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>Of <see cref="SeccompFlags"/>; absent and empty may mean different things to a runtime.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>The socket of the agent that gets the notifications of SCMP_ACT_NOTIFY.</summary>
    public string? ListenerPath { get; init; }

    /// <summary>Opaque data for the agent.</summary>
    public string? ListenerMetadata { get; init; }

    /// <summary>Rules.</summary>
    public IReadOnlyList<LinuxSyscall>? Syscalls { get; init; }
}

/// <summary>A rule of the filter (<c>config-linux.md#seccomp</c>).</summary>
public sealed record LinuxSyscall : SpecObject
{
    /// <summary>Names of system calls, at least one.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>One of <see cref="SeccompActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>The errno (or the tracer's data) of <see cref="Action"/>; absent: EPERM.</summary>
    public uint? ErrnoRet { get; init; }

    /// <summary>Conditions on the arguments, all of which must hold.</summary>
    public IReadOnlyList<LinuxSeccompArg>? Args { get; init; }
}

/// <summary>A condition on an argument (<c>config-linux.md#seccomp</c>).</summary>
public sealed record LinuxSeccompArg : SpecObject
{
    /// <summary>Which argument, from 0 to 5.</summary>
    public required uint Index { get; init; }

    /// <summary>What it is compared with; the mask of SCMP_CMP_MASKED_EQ.</summary>
    public required ulong Value { get; init; }

    /// <summary>What the masked argument is compared with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong ValueTwo { get; init; }

    /// <summary>One of <see cref="SeccompOperators"/>.</summary>
    public required string Op { get; init; }
}

/// <summary>Values of <see cref="LinuxSyscall.Action"/>.</summary>
public static class SeccompActions
{
    /// <summary>The old name of <see cref="SCMP_ACT_KILL_THREAD"/>.</summary>
    public const string SCMP_ACT_KILL = "SCMP_ACT_KILL";

    /// <summary>Kills the process.</summary>
    public const string SCMP_ACT_KILL_PROCESS = "SCMP_ACT_KILL_PROCESS";

    /// <summary>Kills the thread.</summary>
    public const string SCMP_ACT_KILL_THREAD = "SCMP_ACT_KILL_THREAD";

    /// <summary>SIGSYS.</summary>
    public const string SCMP_ACT_TRAP = "SCMP_ACT_TRAP";

    /// <summary>Fails the call with an errno.</summary>
    public const string SCMP_ACT_ERRNO = "SCMP_ACT_ERRNO";

    /// <summary>Asks the tracer.</summary>
    public const string SCMP_ACT_TRACE = "SCMP_ACT_TRACE";

    /// <summary>Lets the call through.</summary>
    public const string SCMP_ACT_ALLOW = "SCMP_ACT_ALLOW";

    /// <summary>Lets the call through and logs it.</summary>
    public const string SCMP_ACT_LOG = "SCMP_ACT_LOG";

    /// <summary>Asks the agent at <see cref="LinuxSeccomp.ListenerPath"/>.</summary>
    public const string SCMP_ACT_NOTIFY = "SCMP_ACT_NOTIFY";
}

/// <summary>Values of <see cref="LinuxSeccompArg.Op"/>.</summary>
public static class SeccompOperators
{
    /// <summary>Not equal.</summary>
    public const string SCMP_CMP_NE = "SCMP_CMP_NE";

    /// <summary>Less than.</summary>
    public const string SCMP_CMP_LT = "SCMP_CMP_LT";

    /// <summary>Less or equal.</summary>
    public const string SCMP_CMP_LE = "SCMP_CMP_LE";

    /// <summary>Equal.</summary>
    public const string SCMP_CMP_EQ = "SCMP_CMP_EQ";

    /// <summary>Greater or equal.</summary>
    public const string SCMP_CMP_GE = "SCMP_CMP_GE";

    /// <summary>Greater than.</summary>
    public const string SCMP_CMP_GT = "SCMP_CMP_GT";

    /// <summary>Equal after masking.</summary>
    public const string SCMP_CMP_MASKED_EQ = "SCMP_CMP_MASKED_EQ";
}

/// <summary>Values of <see cref="LinuxSeccomp.Flags"/>, explained in seccomp(2).</summary>
public static class SeccompFlags
{
    /// <summary>The filter goes to all threads.</summary>
    public const string SECCOMP_FILTER_FLAG_TSYNC = "SECCOMP_FILTER_FLAG_TSYNC";

    /// <summary>Refusals are logged.</summary>
    public const string SECCOMP_FILTER_FLAG_LOG = "SECCOMP_FILTER_FLAG_LOG";

    /// <summary>Speculative store bypass is not mitigated.</summary>
    public const string SECCOMP_FILTER_FLAG_SPEC_ALLOW = "SECCOMP_FILTER_FLAG_SPEC_ALLOW";

    /// <summary>Once an agent took a notification, only fatal signals interrupt the call.</summary>
    public const string SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";
}

/// <summary>Values of <see cref="LinuxSeccomp.Architectures"/>, as libseccomp names them.</summary>
public static class SeccompArchitectures
{
    /// <summary>32-bit x86.</summary>
    public const string SCMP_ARCH_X86 = "SCMP_ARCH_X86";

    /// <summary>64-bit x86.</summary>
    public const string SCMP_ARCH_X86_64 = "SCMP_ARCH_X86_64";

    /// <summary>x32 of 64-bit x86.</summary>
    public const string SCMP_ARCH_X32 = "SCMP_ARCH_X32";

    /// <summary>32-bit Arm.</summary>
    public const string SCMP_ARCH_ARM = "SCMP_ARCH_ARM";

    /// <summary>64-bit Arm.</summary>
    public const string SCMP_ARCH_AARCH64 = "SCMP_ARCH_AARCH64";

    /// <summary>MIPS, o32, big endian.</summary>
    public const string SCMP_ARCH_MIPS = "SCMP_ARCH_MIPS";

    /// <summary>MIPS, n64, big endian.</summary>
    public const string SCMP_ARCH_MIPS64 = "SCMP_ARCH_MIPS64";

    /// <summary>MIPS, n32, big endian.</summary>
    public const string SCMP_ARCH_MIPS64N32 = "SCMP_ARCH_MIPS64N32";

    /// <summary>MIPS, o32, little endian.</summary>
    public const string SCMP_ARCH_MIPSEL = "SCMP_ARCH_MIPSEL";

    /// <summary>MIPS, n64, little endian.</summary>
    public const string SCMP_ARCH_MIPSEL64 = "SCMP_ARCH_MIPSEL64";

    /// <summary>MIPS, n32, little endian.</summary>
    public const string SCMP_ARCH_MIPSEL64N32 = "SCMP_ARCH_MIPSEL64N32";

    /// <summary>32-bit PowerPC.</summary>
    public const string SCMP_ARCH_PPC = "SCMP_ARCH_PPC";

    /// <summary>64-bit PowerPC, big endian.</summary>
    public const string SCMP_ARCH_PPC64 = "SCMP_ARCH_PPC64";

    /// <summary>64-bit PowerPC, little endian.</summary>
    public const string SCMP_ARCH_PPC64LE = "SCMP_ARCH_PPC64LE";

    /// <summary>31-bit S/390.</summary>
    public const string SCMP_ARCH_S390 = "SCMP_ARCH_S390";

    /// <summary>64-bit S/390.</summary>
    public const string SCMP_ARCH_S390X = "SCMP_ARCH_S390X";

    /// <summary>32-bit PA-RISC.</summary>
    public const string SCMP_ARCH_PARISC = "SCMP_ARCH_PARISC";

    /// <summary>64-bit PA-RISC.</summary>
    public const string SCMP_ARCH_PARISC64 = "SCMP_ARCH_PARISC64";

    /// <summary>64-bit RISC-V.</summary>
    public const string SCMP_ARCH_RISCV64 = "SCMP_ARCH_RISCV64";

    /// <summary>64-bit LoongArch.</summary>
    public const string SCMP_ARCH_LOONGARCH64 = "SCMP_ARCH_LOONGARCH64";

    /// <summary>Motorola 68000.</summary>
    public const string SCMP_ARCH_M68K = "SCMP_ARCH_M68K";

    /// <summary>SuperH, little endian.</summary>
    public const string SCMP_ARCH_SH = "SCMP_ARCH_SH";

    /// <summary>SuperH, big endian.</summary>
    public const string SCMP_ARCH_SHEB = "SCMP_ARCH_SHEB";
}
