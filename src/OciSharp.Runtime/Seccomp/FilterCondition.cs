using OciSharp.Spec;
using static OciSharp.Linux.SocketFilter;

namespace OciSharp.Runtime.Seccomp;

/// <summary>A comparison of one argument, as instructions. Words are 32 bits, so that 64-bit arguments take two steps.</summary>
internal static class FilterCondition
{
    private const int Arguments = 16; // of struct seccomp_data
    private const int High = 4; // behind the low half: both x86 and arm64 are little-endian

    /// <summary>Goes to <paramref name="yes"/> or <paramref name="no"/>.</summary>
    /// <param name="to">Where to write.</param>
    /// <param name="condition">The comparison, which validation has found to be one.</param>
    /// <param name="is32Bit">Only the low halves count.</param>
    /// <param name="yes">Where to go if it holds.</param>
    /// <param name="no">Where to go if not.</param>
    public static int Write(FilterWriter to, LinuxSeccompArg condition, bool is32Bit, int yes, int no) => condition.Op switch
    {
        SeccompOperators.SCMP_CMP_EQ => Equal(to, condition, is32Bit, yes, no),
        SeccompOperators.SCMP_CMP_NE => Equal(to, condition, is32Bit, no, yes),
        SeccompOperators.SCMP_CMP_GE => Greater(to, condition, is32Bit, BPF_JGE, yes, no),
        SeccompOperators.SCMP_CMP_LT => Greater(to, condition, is32Bit, BPF_JGE, no, yes),
        SeccompOperators.SCMP_CMP_GT => Greater(to, condition, is32Bit, BPF_JGT, yes, no),
        SeccompOperators.SCMP_CMP_LE => Greater(to, condition, is32Bit, BPF_JGT, no, yes),
        SeccompOperators.SCMP_CMP_MASKED_EQ => Masked(to, condition, is32Bit, yes, no),
        _ => throw new ContainerException($"$.linux.seccomp: unknown operator \"{condition.Op}\""),
    };

    private static int Equal(FilterWriter to, LinuxSeccompArg condition, bool is32Bit, int yes, int no)
    {
        int offset = Arguments + ((int)condition.Index * sizeof(ulong));
        int low = to.Load(offset, to.Jump(BPF_JEQ, (uint)condition.Value, yes, no));
        if (is32Bit)
            return low;
        return to.Load(offset + High, to.Jump(BPF_JEQ, (uint)(condition.Value >> 32), low, no));
    }

    /// <summary>The high halves decide unless they are equal; then the low ones do.</summary>
    private static int Greater(FilterWriter to, LinuxSeccompArg condition, bool is32Bit, ushort comparison, int yes, int no)
    {
        int offset = Arguments + ((int)condition.Index * sizeof(ulong));
        int low = to.Load(offset, to.Jump(comparison, (uint)condition.Value, yes, no));
        if (is32Bit)
            return low;
        uint high = (uint)(condition.Value >> 32);
        int equal = to.Jump(BPF_JEQ, high, low, no);
        return to.Load(offset + High, to.Jump(BPF_JGT, high, yes, equal));
    }

    /// <summary><c>(argument &amp; value) == valueTwo</c>, where bits of valueTwo outside of the mask do not count, as in libseccomp.</summary>
    private static int Masked(FilterWriter to, LinuxSeccompArg condition, bool is32Bit, int yes, int no)
    {
        int offset = Arguments + ((int)condition.Index * sizeof(ulong));
        ulong wanted = condition.Value & condition.ValueTwo;
        int low = yes;
        if ((uint)condition.Value != 0)
            low = to.Load(offset, to.And((uint)condition.Value, to.Jump(BPF_JEQ, (uint)wanted, yes, no)));
        uint highMask = (uint)(condition.Value >> 32);
        if (is32Bit || highMask == 0)
            return low;
        return to.Load(offset + High, to.And(highMask, to.Jump(BPF_JEQ, (uint)(wanted >> 32), low, no)));
    }
}
