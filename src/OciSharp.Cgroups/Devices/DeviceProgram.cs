using OciSharp.Linux;

namespace OciSharp.Cgroups.Devices;

/// <summary>
/// Device rules as a BPF program (BPF_PROG_TYPE_CGROUP_DEVICE). The kernel runs it for every open(2) and mknod(2) of a device with a
/// struct bpf_cgroup_dev_ctx; 1 allows and 0 denies.
/// </summary>
/// <remarks>
/// A decision tree over the two <see cref="DeviceTable"/>s. What the verifier has to follow grows with the number of entries and
/// not with its square, because whoever leaves the entries of a major number goes to those for any.
/// <code>
///     r2 = what is asked for (BPF_DEVCG_ACC_*)   r3 = type   r4 = major   r5 = minor
///     if r3 != char goto block
///         if r4 != major goto the next major
///             if r5 != minor goto the next minor
///                 r2 &amp;= ~allowed; return r2 == 0
///             …
///             goto any major
///         any major: …
///     block: the same
/// </code>
/// </remarks>
internal static class DeviceProgram
{
    private const int Result = 0;
    private const int Context = 1;
    private const int Asked = 2;
    private const int Type = 3;
    private const int Major = 4;
    private const int Minor = 5;

    // Offsets in struct bpf_cgroup_dev_ctx.
    private const int AccessTypeOffset = 0;
    private const int MajorOffset = 4;
    private const int MinorOffset = 8;

    private const int TypeMask = 0xffff;
    private const int AccessShift = 16;

    /// <summary>Compiles the rules.</summary>
    /// <returns>The instructions, as struct bpf_insn lies in memory.</returns>
    /// <exception cref="CgroupException">There are more rules than a jump is long.</exception>
    public static ulong[] Compile(DeviceRules rules)
    {
        var program = new List<ulong>(64)
        {
            Instruction(Bpf.BPF_LDX | Bpf.BPF_MEM | Bpf.BPF_W, Asked, Context, AccessTypeOffset, 0),
            Instruction(Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_X, Type, Asked, 0, 0),
            Instruction(Bpf.BPF_ALU | Bpf.BPF_AND | Bpf.BPF_K, Type, 0, 0, TypeMask),
            Instruction(Bpf.BPF_ALU | Bpf.BPF_RSH | Bpf.BPF_K, Asked, 0, 0, AccessShift),
            Instruction(Bpf.BPF_LDX | Bpf.BPF_MEM | Bpf.BPF_W, Major, Context, MajorOffset, 0),
            Instruction(Bpf.BPF_LDX | Bpf.BPF_MEM | Bpf.BPF_W, Minor, Context, MinorOffset, 0),
        };
        int isCharacter = SkipUnless(program, Type, Bpf.BPF_DEVCG_DEV_CHAR);
        AddTable(program, DeviceTable.Of(rules, block: false));
        LandHere(program, isCharacter);
        AddTable(program, DeviceTable.Of(rules, block: true));
        return [.. program];
    }

    private static void AddTable(List<ulong> program, List<DeviceEntry> table)
    {
        var toAnyMajor = new List<int>();
        int i = 0;
        while (table[i].Major != DeviceGroup.Any)
        {
            long major = table[i].Major;
            int isMajor = SkipUnless(program, Major, major);
            bool decided = false;
            for (; table[i].Major == major; i++)
                decided = AddEntry(program, table[i]);
            if (!decided)
                toAnyMajor.Add(Emit(program, Instruction(Bpf.BPF_JMP | Bpf.BPF_JA, 0, 0, 0, 0)));
            LandHere(program, isMajor);
        }

        foreach (int jump in toAnyMajor)
            LandHere(program, jump);
        for (; i < table.Count; i++)
            AddEntry(program, table[i]);
    }

    /// <summary>Tests the minor number, and decides if it is the entry's.</summary>
    /// <returns>Whether nothing is left for others, because the entry is for any minor number.</returns>
    private static bool AddEntry(List<ulong> program, DeviceEntry entry)
    {
        if (entry.Minor == DeviceGroup.Any)
        {
            Decide(program, entry.Allowed);
            return true;
        }

        int isMinor = SkipUnless(program, Minor, entry.Minor);
        Decide(program, entry.Allowed);
        LandHere(program, isMinor);
        return false;
    }

    private static void Decide(List<ulong> program, DeviceAccess allowed)
    {
        if (allowed is DeviceAccess.All or DeviceAccess.None)
        {
            Emit(program, Instruction(Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_K, Result, 0, 0, allowed == DeviceAccess.All ? 1 : 0));
        }
        else
        {
            Emit(program, Instruction(Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_K, Result, 0, 0, 0));
            Emit(program, Instruction(Bpf.BPF_JMP | Bpf.BPF_JSET | Bpf.BPF_K, Asked, 0, 1, (int)(DeviceAccess.All & ~allowed)));
            Emit(program, Instruction(Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_K, Result, 0, 0, 1));
        }

        Emit(program, Instruction(Bpf.BPF_JMP | Bpf.BPF_EXIT, 0, 0, 0, 0));
    }

    /// <summary>A jump, taken when the register holds something else, whose end is set by <see cref="LandHere"/>.</summary>
    private static int SkipUnless(List<ulong> program, int register, long value) =>
        Emit(program, Instruction(Bpf.BPF_JMP | Bpf.BPF_JNE | Bpf.BPF_K, register, 0, 0, checked((int)value)));

    private static int Emit(List<ulong> program, ulong instruction)
    {
        program.Add(instruction);
        return program.Count - 1;
    }

    private static void LandHere(List<ulong> program, int jump)
    {
        int offset = program.Count - jump - 1;
        if (offset > short.MaxValue)
            throw new CgroupException("apply linux.resources.devices: there are too many rules for one program: use ranges (leave minor out)") { Controller = "devices" };
        program[jump] |= (ulong)(ushort)offset << 16;
    }

    /// <summary>struct bpf_insn: code, two registers of four bits, a signed offset, a signed number (little-endian).</summary>
    private static ulong Instruction(int code, int destination, int source, int offset, int immediate) =>
        (byte)code | ((ulong)(destination | (source << 4)) << 8) | ((ulong)(ushort)(short)offset << 16) | ((ulong)(uint)immediate << 32);
}
