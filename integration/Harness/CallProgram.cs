using System.Buffers.Binary;

namespace OciSharp.Integration.Harness;

/// <summary>A program of a few instructions that makes one system call, with the arguments that a test wants, and exits with its errno: 0 if it succeeds.</summary>
public static class CallProgram
{
    private const int HeaderSize = 64, SegmentSize = 56;
    private const ulong Base = 0x400000;

    /// <summary>How a call is made: as one of x86-64 (or, with a bit in its number, of x32), or as one of 32-bit x86.</summary>
    public enum Gate
    {
        Syscall,
        Int80,
    }

    /// <summary>A static ELF executable of x86-64.</summary>
    public static byte[] Of(int number, Gate gate = Gate.Syscall, params ulong[] arguments)
    {
        List<byte> code = [];
        // mov rdi, rsi, rdx, r10, r8, r9
        byte[][] registers = [[0x48, 0xbf], [0x48, 0xbe], [0x48, 0xba], [0x49, 0xba], [0x49, 0xb8], [0x49, 0xb9]];
        for (var i = 0; i < arguments.Length; i++) code.AddRange([.. registers[i], .. BitConverter.GetBytes(arguments[i])]);
        code.AddRange([0xb8, .. BitConverter.GetBytes(number)]); // mov eax, number
        code.AddRange(gate == Gate.Syscall ? [0x0f, 0x05] : [0xcd, 0x80]);
        code.AddRange([0x31, 0xff, 0x85, 0xc0, 0x79, 0x04, 0xf7, 0xd8, 0x89, 0xc7]); // edi = eax < 0 ? -eax : 0
        code.AddRange([0xb8, 0xe7, 0, 0, 0, 0x0f, 0x05]); // exit_group

        var file = new byte[HeaderSize + SegmentSize + code.Count];
        byte[] identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file, 0);
        Write16(16, 2); // ET_EXEC
        Write16(18, 62); // EM_X86_64
        Write16(20, 1);
        Write64(24, Base + HeaderSize + SegmentSize);
        Write64(32, HeaderSize);
        Write16(52, HeaderSize);
        Write16(54, SegmentSize);
        Write16(56, 1);
        Write16(64, 1); // PT_LOAD
        Write16(68, 5); // readable and executable
        Write64(80, Base);
        Write64(88, Base);
        Write64(96, (ulong)file.Length);
        Write64(104, (ulong)file.Length);
        Write64(112, 4096);
        code.CopyTo(file, HeaderSize + SegmentSize);
        return file;

        void Write16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
        void Write64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
    }
}
