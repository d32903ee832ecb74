using System.Runtime.InteropServices;
using OciSharp.Spec;
using static OciSharp.Linux.Seccomp;

namespace OciSharp.Runtime.Seccomp;

/// <summary>
/// A kind of system calls that a process on this machine can make. The kernel tells a filter which one a call is by
/// <c>seccomp_data.arch</c> and, for x32, by a bit of the call's number.
/// </summary>
/// <param name="Name">One of <see cref="SeccompArchitectures"/>.</param>
/// <param name="Audit">What <c>seccomp_data.arch</c> holds.</param>
/// <param name="First">The smallest number of a call.</param>
/// <param name="NewEnd">The number behind those that new calls can get.</param>
/// <param name="End">The number behind the largest one of a call.</param>
/// <param name="Is32Bit">Registers have 32 bits: of an argument and of what it is compared with, the low half counts.</param>
internal sealed record Architecture(string Name, uint Audit, uint First, ulong NewEnd, ulong End, bool Is32Bit)
{
    /// <summary>The bit in the number of a call of x32.</summary>
    public const uint X32Bit = 0x40000000;

    private const ulong AllNumbers = 1UL << 32;

    // The calls of 32-bit Arm that are its own begin here; new ones are not added to them.
    private const ulong ArmPrivate = 0xf0000;

    /// <summary>64-bit x86.</summary>
    public static Architecture X86_64 { get; } = new(SeccompArchitectures.SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0, X32Bit, X32Bit, false);

    /// <summary>x32.</summary>
    public static Architecture X32 { get; } = new(SeccompArchitectures.SCMP_ARCH_X32, AUDIT_ARCH_X86_64, X32Bit, AllNumbers, AllNumbers, true);

    /// <summary>32-bit x86.</summary>
    public static Architecture X86 { get; } = new(SeccompArchitectures.SCMP_ARCH_X86, AUDIT_ARCH_I386, 0, AllNumbers, AllNumbers, true);

    /// <summary>64-bit Arm.</summary>
    public static Architecture Aarch64 { get; } = new(SeccompArchitectures.SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64, 0, AllNumbers, AllNumbers, false);

    /// <summary>32-bit Arm.</summary>
    public static Architecture Arm { get; } = new(SeccompArchitectures.SCMP_ARCH_ARM, AUDIT_ARCH_ARM, 0, ArmPrivate, AllNumbers, true);

    /// <summary>The number of a call here; negative if it is none of this architecture.</summary>
    public int NumberOf(in SyscallNumbers numbers) => Audit switch
    {
        AUDIT_ARCH_X86_64 when First == X32Bit => numbers.X32 < 0 ? -1 : numbers.X32 | (int)X32Bit,
        AUDIT_ARCH_X86_64 => numbers.X86_64,
        AUDIT_ARCH_I386 => numbers.X86,
        AUDIT_ARCH_AARCH64 => numbers.Aarch64,
        _ => numbers.Arm,
    };

    /// <summary>Those of this machine; the first is the one that we are made of.</summary>
    /// <exception cref="ContainerException">It is none that we know.</exception>
    public static Architecture[] OfThisMachine() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => [X86_64, X32, X86],
        System.Runtime.InteropServices.Architecture.Arm64 => [Aarch64, Arm],
        _ => throw new ContainerException("$.linux.seccomp: this version makes filters for x86-64 and arm64 only; remove them from the configuration"),
    };

    /// <summary>Those of <see cref="OfThisMachine"/> that a profile covers: ours always, as the runtime itself has to come through the filter.</summary>
    /// <param name="machine">Those of the machine, ours first.</param>
    /// <param name="names">The profile's list. What this machine cannot execute needs no rules.</param>
    public static Architecture[] Covered(Architecture[] machine, ReadOnlySpan<string> names)
    {
        var covered = new List<Architecture>(machine.Length) { machine[0] };
        for (int i = 1; i < machine.Length; i++)
        {
            if (names.Contains(machine[i].Name))
                covered.Add(machine[i]);
        }

        return [.. covered];
    }
}
