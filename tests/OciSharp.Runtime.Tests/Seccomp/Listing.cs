using System.Globalization;
using System.Text;
using OciSharp.Linux;
using static OciSharp.Linux.Seccomp;
using static OciSharp.Linux.SocketFilter;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>A filter for human eyes, one instruction a line: what is jumped to stands as the number of its line.</summary>
internal static class Listing
{
    private static readonly string[] Fields = ["nr", "arch", "ip", "ip.high"];

    public static string Of(ReadOnlySpan<sock_filter> program)
    {
        StringBuilder text = new();
        for (int i = 0; i < program.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i,4}  {One(program[i], i)}\n");
        return text.ToString();
    }

    /// <summary>As the configuration spells it: <c>ERRNO(1)</c>.</summary>
    public static string Action(uint action) => (action & 0xffff0000) switch
    {
        SECCOMP_RET_ALLOW => "ALLOW",
        SECCOMP_RET_ERRNO => $"ERRNO({action & 0xffff})",
        SECCOMP_RET_KILL_PROCESS => "KILL_PROCESS",
        SECCOMP_RET_KILL_THREAD => "KILL_THREAD",
        SECCOMP_RET_LOG => "LOG",
        SECCOMP_RET_TRACE => $"TRACE({action & 0xffff})",
        SECCOMP_RET_TRAP => "TRAP",
        SECCOMP_RET_USER_NOTIF => "NOTIFY",
        _ => $"0x{action:x}",
    };

    private static string One(sock_filter instruction, int at)
    {
        uint k = instruction.k;
        return instruction.code switch
        {
            BPF_LD | BPF_W | BPF_ABS => $"load {Field(k)}",
            BPF_ALU | BPF_AND | BPF_K => $"and  0x{k:x}",
            BPF_JMP | BPF_JA => $"goto {at + 1 + k}",
            BPF_JMP | BPF_JEQ | BPF_K => $"if   == {Branch(instruction, at)}",
            BPF_JMP | BPF_JGT | BPF_K => $"if   >  {Branch(instruction, at)}",
            BPF_JMP | BPF_JGE | BPF_K => $"if   >= {Branch(instruction, at)}",
            BPF_RET | BPF_K => $"return {Action(k)}",
            _ => $"? 0x{instruction.code:x} {k}",
        };
    }

    private static string Branch(sock_filter instruction, int at) =>
        $"{Number(instruction.k)} goto {at + 1 + instruction.jt} else {at + 1 + instruction.jf}";

    private static string Number(uint k) => k > 0xffff ? $"0x{k:x}" : $"{k}";

    private static string Field(uint offset) =>
        offset < 16 ? Fields[offset / 4] : $"arg{(offset - 16) / 8}{(offset % 8 == 0 ? "" : ".high")}";
}
