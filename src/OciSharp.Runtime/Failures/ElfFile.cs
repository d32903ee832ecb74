using System.Buffers.Binary;
using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.Failures;

/// <summary>What the kernel wants to know of an ELF file before it executes it (elf(5)).</summary>
/// <param name="Machine">The machine it is for, in words.</param>
/// <param name="IsForUs">It is for this one.</param>
/// <param name="IsProgram">It is an executable, or an object that may be one.</param>
/// <param name="Interpreter">The program that loads it; null for one that is static.</param>
internal sealed record ElfFile(string Machine, bool IsForUs, bool IsProgram, string? Interpreter)
{
    private const int HeaderSize = 64;
    private const int MaxSegments = 64;
    private const int MaxInterpreter = 4096;
    private const int PT_INTERP = 3;
    private const int ET_EXEC = 2;
    private const int ET_DYN = 3;
    private const int EM_386 = 3;
    private const int EM_ARM = 40;
    private const int EM_X86_64 = 62;
    private const int EM_AARCH64 = 183;

#if ARM64
    private const int OurMachine = EM_AARCH64;
#else
    private const int OurMachine = EM_X86_64;
#endif

    /// <summary>This machine, in words.</summary>
    public static string Ours => Name(OurMachine, is64: true);

    /// <summary>Reads a file that begins with ELF's magic bytes; null if the rest is not as it has to be.</summary>
    public static ElfFile? Read(OwnedFd file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (FileHead.Read(file, header, 0) < HeaderSize || header[4] is not (1 or 2) || header[5] is not (1 or 2))
            return null;
        bool is64 = header[4] == 2, isLittle = header[5] == 1;
        int machine = Short(header[18..], isLittle), type = Short(header[16..], isLittle);

        // A kernel for 64 bits mostly executes the programs for 32 bits of its kind too; one that does not will have said so.
        bool ours = isLittle && (machine == OurMachine ? is64 : machine == (OurMachine == EM_X86_64 ? EM_386 : EM_ARM));
        return new ElfFile(
            Name(machine, is64), ours, type is ET_EXEC or ET_DYN, isLittle ? FindInterpreter(file, header, is64) : null);
    }

    private static string? FindInterpreter(OwnedFd file, ReadOnlySpan<byte> header, bool is64)
    {
        ulong table = is64 ? BinaryPrimitives.ReadUInt64LittleEndian(header[32..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[28..]);
        int count = Short(header[(is64 ? 56 : 44)..], true);
        int size = is64 ? 56 : 32;
        Span<byte> segment = stackalloc byte[56];
        for (int i = 0; i < Math.Min(count, MaxSegments) && table < long.MaxValue / 2; i++)
        {
            if (FileHead.Read(file, segment[..size], (long)table + (i * size)) < size)
                return null;
            if (BinaryPrimitives.ReadUInt32LittleEndian(segment) != PT_INTERP)
                continue;
            ulong offset = is64 ? BinaryPrimitives.ReadUInt64LittleEndian(segment[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(segment[4..]);
            ulong length = is64 ? BinaryPrimitives.ReadUInt64LittleEndian(segment[32..]) : BinaryPrimitives.ReadUInt32LittleEndian(segment[16..]);
            if (length is < 2 or > MaxInterpreter || offset > long.MaxValue / 2)
                return null;
            byte[] text = new byte[length];
            int read = FileHead.Read(file, text, (long)offset);
            int end = Array.IndexOf(text, (byte)0);
            return end > 0 && end < read ? Encoding.UTF8.GetString(text, 0, end) : null;
        }

        return null;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    /// <summary>The machines that images are made for, as their tools call them.</summary>
    private static string Name(int machine, bool is64) => machine switch
    {
        EM_386 => "x86, 32 bits (386)",
        8 => is64 ? "MIPS, 64 bits (mips64)" : "MIPS (mips)",
        20 => "PowerPC, 32 bits (ppc)",
        21 => "PowerPC (ppc64)",
        22 => "IBM Z (s390x)",
        EM_ARM => "Arm, 32 bits (arm)",
        EM_X86_64 => is64 ? "x86-64 (amd64)" : "x32",
        EM_AARCH64 => "Arm, 64 bits (arm64)",
        243 => is64 ? "RISC-V (riscv64)" : "RISC-V, 32 bits (riscv32)",
        258 => "LoongArch (loong64)",
        _ => $"machine {machine} of elf.h",
    };
}
