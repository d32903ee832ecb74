using System.Runtime.InteropServices;
using OciSharp.Linux;
using static OciSharp.Linux.SocketFilter;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>A call as the kernel shows it to a filter.</summary>
internal readonly record struct Call(uint Architecture, uint Number, params ulong[] Arguments);

/// <summary>Executes a filter as the kernel does, and is as strict about what it may hold.</summary>
internal static unsafe class Emulator
{
    /// <summary>What the filter returns: SECCOMP_RET_*.</summary>
    public static uint Run(ReadOnlySpan<sock_filter> program, Call call)
    {
        seccomp_data data = default;
        data.nr = (int)call.Number;
        data.arch = call.Architecture;
        for (int i = 0; i < call.Arguments.Length; i++)
            data.args[i] = call.Arguments[i];
        ReadOnlySpan<byte> bytes = new(&data, sizeof(seccomp_data));

        uint loaded = 0;
        for (int i = 0; i < program.Length; i++)
        {
            sock_filter instruction = program[i];
            switch (instruction.code)
            {
                case BPF_LD | BPF_W | BPF_ABS when instruction.k % 4 == 0:
                    loaded = MemoryMarshal.Read<uint>(bytes[(int)instruction.k..]);
                    break;
                case BPF_ALU | BPF_AND | BPF_K:
                    loaded &= instruction.k;
                    break;
                case BPF_JMP | BPF_JA:
                    i += (int)instruction.k;
                    break;
                case BPF_JMP | BPF_JEQ | BPF_K:
                    i += loaded == instruction.k ? instruction.jt : instruction.jf;
                    break;
                case BPF_JMP | BPF_JGT | BPF_K:
                    i += loaded > instruction.k ? instruction.jt : instruction.jf;
                    break;
                case BPF_JMP | BPF_JGE | BPF_K:
                    i += loaded >= instruction.k ? instruction.jt : instruction.jf;
                    break;
                case BPF_RET | BPF_K:
                    return instruction.k;
                default:
                    throw new InvalidOperationException($"instruction {i} has the code 0x{instruction.code:x}");
            }
        }

        throw new InvalidOperationException("the program has no end");
    }
}
