using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/seccomp.h, linux/audit.h</summary>
[KernelHeader("linux/seccomp.h", "linux/audit.h")]
public static class Seccomp
{
    public const uint SECCOMP_SET_MODE_FILTER = 1;
    public const uint SECCOMP_GET_ACTION_AVAIL = 2;

    public const uint SECCOMP_FILTER_FLAG_TSYNC = 1;
    public const uint SECCOMP_FILTER_FLAG_LOG = 2;
    public const uint SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
    public const uint SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    public const uint SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;

    public const uint SECCOMP_RET_KILL_PROCESS = 0x80000000;
    public const uint SECCOMP_RET_KILL_THREAD = 0;
    public const uint SECCOMP_RET_TRAP = 0x00030000;
    public const uint SECCOMP_RET_ERRNO = 0x00050000;
    public const uint SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    public const uint SECCOMP_RET_TRACE = 0x7ff00000;
    public const uint SECCOMP_RET_LOG = 0x7ffc0000;
    public const uint SECCOMP_RET_ALLOW = 0x7fff0000;

    public const uint AUDIT_ARCH_X86_64 = 0xc000003e;
    public const uint AUDIT_ARCH_I386 = 0x40000003;
    public const uint AUDIT_ARCH_AARCH64 = 0xc00000b7;
    public const uint AUDIT_ARCH_ARM = 0x40000028;
}

/// <summary>linux/filter.h, linux/bpf_common.h: the instructions of classic BPF, which seccomp filters are made of.</summary>
[KernelHeader("linux/filter.h", "linux/bpf_common.h")]
public static class SocketFilter
{
    public const ushort BPF_LD = 0x00;
    public const ushort BPF_ALU = 0x04;
    public const ushort BPF_JMP = 0x05;
    public const ushort BPF_RET = 0x06;
    public const ushort BPF_W = 0x00;
    public const ushort BPF_ABS = 0x20;
    public const ushort BPF_AND = 0x50;
    public const ushort BPF_JA = 0x00;
    public const ushort BPF_JEQ = 0x10;
    public const ushort BPF_JGT = 0x20;
    public const ushort BPF_JGE = 0x30;
    public const ushort BPF_K = 0x00;

    /// <summary>The longest program that the kernel takes.</summary>
    public const int BPF_MAXINSNS = 4096;
}

/// <summary>struct sock_filter: one instruction.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct sock_filter", "linux/filter.h")]
public struct sock_filter
{
    public ushort code;
    public byte jt;
    public byte jf;
    public uint k;
}

/// <summary>struct sock_fprog</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct sock_fprog", "linux/filter.h")]
public unsafe struct sock_fprog
{
    public ushort len;
    public sock_filter* filter;
}

/// <summary>struct seccomp_data: what a filter looks at.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct seccomp_data", "linux/seccomp.h")]
public unsafe struct seccomp_data
{
    public int nr;
    public uint arch;
    public ulong instruction_pointer;
    public fixed ulong args[6];
}

public static unsafe partial class RawSyscall
{
    public static nint seccomp(uint operation, uint flags, void* arguments) => Call(NR.seccomp, (nint)operation, (nint)flags, (nint)arguments);

    public static nint pidfd_getfd(int pidfd, int fd) => Call(NR.pidfd_getfd, pidfd, fd, 0);
}
#pragma warning restore CS1591
