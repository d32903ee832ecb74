using OciSharp.Linux;

namespace OciSharp.Cgroups.Tests.Devices;

/// <summary>Runs the few instructions that device programs are made of, and writes them as text.</summary>
internal static class BpfEmulator
{
    private const int MostSteps = 100_000;

    /// <summary>Runs a program on a struct bpf_cgroup_dev_ctx.</summary>
    /// <returns>What it returns in r0.</returns>
    public static long Run(ulong[] program, bool block, uint major, uint minor, int access)
    {
        uint[] context = [(uint)((access << 16) | (block ? Bpf.BPF_DEVCG_DEV_BLOCK : Bpf.BPF_DEVCG_DEV_CHAR)), major, minor];
        long[] r = new long[11];
        int pc = 0;
        for (int steps = 0; steps < MostSteps; steps++)
        {
            Decode(program[pc++], out byte code, out int dst, out int src, out short offset, out int immediate);
            switch (code)
            {
                case Bpf.BPF_LDX | Bpf.BPF_MEM | Bpf.BPF_W:
                    r[dst] = context[offset / 4];
                    break;
                case Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_X:
                    r[dst] = (uint)r[src];
                    break;
                case Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_K:
                    r[dst] = (uint)immediate;
                    break;
                case Bpf.BPF_ALU | Bpf.BPF_AND | Bpf.BPF_K:
                    r[dst] = (uint)r[dst] & (uint)immediate;
                    break;
                case Bpf.BPF_ALU | Bpf.BPF_RSH | Bpf.BPF_K:
                    r[dst] = (uint)r[dst] >> immediate;
                    break;
                case Bpf.BPF_JMP | Bpf.BPF_JNE | Bpf.BPF_K:
                    pc += r[dst] != immediate ? offset : 0;
                    break;
                case Bpf.BPF_JMP | Bpf.BPF_JSET | Bpf.BPF_K:
                    pc += (r[dst] & immediate) != 0 ? offset : 0;
                    break;
                case Bpf.BPF_JMP | Bpf.BPF_JA:
                    pc += offset;
                    break;
                case Bpf.BPF_JMP | Bpf.BPF_EXIT:
                    return r[0];
                default:
                    throw new InvalidOperationException($"instruction {pc - 1} has the code 0x{code:x}");
            }
        }

        throw new InvalidOperationException("the program does not end");
    }

    /// <summary>The program, one line per instruction.</summary>
    public static string List(ulong[] program)
    {
        var lines = new List<string>();
        for (int pc = 0; pc < program.Length; pc++)
        {
            Decode(program[pc], out byte code, out int dst, out int src, out short offset, out int immediate);
            int target = pc + 1 + offset;
            lines.Add($"{pc,3}: " + code switch
            {
                Bpf.BPF_LDX | Bpf.BPF_MEM | Bpf.BPF_W => $"r{dst} = *(u32 *)(r{src} + {offset})",
                Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_X => $"w{dst} = w{src}",
                Bpf.BPF_ALU | Bpf.BPF_MOV | Bpf.BPF_K => $"w{dst} = {immediate}",
                Bpf.BPF_ALU | Bpf.BPF_AND | Bpf.BPF_K => $"w{dst} &= {immediate}",
                Bpf.BPF_ALU | Bpf.BPF_RSH | Bpf.BPF_K => $"w{dst} >>= {immediate}",
                Bpf.BPF_JMP | Bpf.BPF_JNE | Bpf.BPF_K => $"if r{dst} != {immediate} goto {target}",
                Bpf.BPF_JMP | Bpf.BPF_JSET | Bpf.BPF_K => $"if r{dst} & {immediate} goto {target}",
                Bpf.BPF_JMP | Bpf.BPF_JA => $"goto {target}",
                Bpf.BPF_JMP | Bpf.BPF_EXIT => "exit",
                _ => $"0x{program[pc]:x16}",
            });
        }

        return string.Join('\n', lines) + "\n";
    }

    private static void Decode(ulong instruction, out byte code, out int dst, out int src, out short offset, out int immediate)
    {
        code = (byte)instruction;
        dst = (int)(instruction >> 8) & 0xf;
        src = (int)(instruction >> 12) & 0xf;
        offset = (short)(instruction >> 16);
        immediate = (int)(instruction >> 32);
    }
}
