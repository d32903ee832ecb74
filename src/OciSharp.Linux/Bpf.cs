using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/bpf.h: programs attached to cgroups.</summary>
[KernelHeader("linux/bpf.h")]
public static class Bpf
{
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_PROG_ATTACH = 8;
    public const int BPF_PROG_DETACH = 9;
    public const int BPF_PROG_GET_FD_BY_ID = 13;
    public const int BPF_PROG_QUERY = 16;

    public const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    public const uint BPF_CGROUP_DEVICE = 6;
    public const uint BPF_F_ALLOW_MULTI = 2;
    public const uint BPF_F_REPLACE = 4;

    public const int BPF_DEVCG_ACC_MKNOD = 1;
    public const int BPF_DEVCG_ACC_READ = 2;
    public const int BPF_DEVCG_ACC_WRITE = 4;
    public const int BPF_DEVCG_DEV_BLOCK = 1;
    public const int BPF_DEVCG_DEV_CHAR = 2;

    public const byte BPF_LDX = 0x01;
    public const byte BPF_ALU = 0x04;
    public const byte BPF_JMP = 0x05;
    public const byte BPF_ALU64 = 0x07;
    public const byte BPF_MEM = 0x60;
    public const byte BPF_W = 0x00;
    public const byte BPF_K = 0x00;
    public const byte BPF_X = 0x08;
    public const byte BPF_MOV = 0xb0;
    public const byte BPF_AND = 0x50;
    public const byte BPF_RSH = 0x70;
    public const byte BPF_JNE = 0x50;
    public const byte BPF_JSET = 0x40;
    public const byte BPF_JA = 0x00;
    public const byte BPF_EXIT = 0x90;
}

/// <summary>union bpf_attr of linux/bpf.h: the members of the commands above. A kernel takes any size whose rest is zero.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
public unsafe struct bpf_attr
{
    // BPF_PROG_LOAD
    [FieldOffset(0)] public uint prog_type;
    [FieldOffset(4)] public uint insn_cnt;
    [FieldOffset(8)] public void* insns;
    [FieldOffset(16)] public byte* license;
    [FieldOffset(24)] public uint log_level;
    [FieldOffset(28)] public uint log_size;
    [FieldOffset(32)] public byte* log_buf;

    // BPF_PROG_ATTACH, BPF_PROG_DETACH; the first two also in BPF_PROG_QUERY
    [FieldOffset(0)] public uint target_fd;
    [FieldOffset(4)] public uint attach_bpf_fd;
    [FieldOffset(8)] public uint attach_type;
    [FieldOffset(12)] public uint attach_flags;
    [FieldOffset(16)] public uint replace_bpf_fd;

    // BPF_PROG_QUERY
    [FieldOffset(4)] public uint query_attach_type;
    [FieldOffset(16)] public uint* query_prog_ids;
    [FieldOffset(24)] public uint query_prog_cnt;

    // BPF_PROG_GET_FD_BY_ID
    [FieldOffset(0)] public uint prog_id;
}

public static unsafe partial class RawSyscall
{
    public static nint bpf(int command, bpf_attr* attributes) => Call(NR.bpf, command, (nint)attributes, sizeof(bpf_attr));
}
#pragma warning restore CS1591
