using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/prctl.h, linux/securebits.h</summary>
[KernelHeader("linux/prctl.h", "linux/securebits.h")]
public static class Prctl
{
    public const int PR_SET_PDEATHSIG = 1;
    public const int PR_SET_DUMPABLE = 4;
    public const int PR_SET_KEEPCAPS = 8;
    public const int PR_SET_NAME = 15;
    public const int PR_CAPBSET_READ = 23;
    public const int PR_CAPBSET_DROP = 24;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int PR_CAP_AMBIENT = 47;
    public const int PR_CAP_AMBIENT_RAISE = 2;
    public const int PR_CAP_AMBIENT_CLEAR_ALL = 4;
}

/// <summary>linux/capability.h: the header of capget(2) and capset(2), version 3.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct __user_cap_header_struct", "linux/capability.h")]
public struct cap_user_header
{
    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    public uint version;
    public int pid;
}

/// <summary>linux/capability.h: 32 capabilities of three sets; version 3 takes two of them.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct __user_cap_data_struct", "linux/capability.h")]
public struct cap_user_data
{
    public uint effective;
    public uint permitted;
    public uint inheritable;
}

/// <summary>struct rlimit64 of linux/resource.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct rlimit64", "linux/resource.h")]
public struct rlimit64
{
    public ulong rlim_cur;
    public ulong rlim_max;
}

/// <summary>sys/resource.h</summary>
[KernelHeader("sys/resource.h")]
public static class Rlimit
{
    public const int RLIMIT_FSIZE = 1;
    public const int RLIMIT_MEMLOCK = 8;
}

/// <summary>struct sigaction as rt_sigaction(2) takes it (asm/signal.h).</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct sigaction", "asm/signal.h", Prefix = "sa_")]
public struct kernel_sigaction
{
    public nuint handler;
    public ulong flags;
    public nuint restorer;
    public ulong mask;
}

/// <summary>The part of siginfo_t that waitid(2) fills in.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
[KernelStruct("siginfo_t", "signal.h")]
public struct siginfo_t
{
    public int si_signo;
    public int si_errno;
    public int si_code;
    public int __pad;
    public int si_pid;
    public uint si_uid;
    public int si_status;
}

/// <summary>wait.h</summary>
[KernelHeader("sys/wait.h")]
public static class Wait
{
    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x1000000;
    public const int P_ALL = 0;
    public const int P_PID = 1;
    public const int P_PIDFD = 3;
    public const int CLD_EXITED = 1;
    public const int CLD_KILLED = 2;
    public const int CLD_DUMPED = 3;
}

/// <summary>struct pollfd of poll.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct pollfd", "poll.h")]
public struct pollfd
{
    public const short POLLIN = 1;
    public const short POLLPRI = 2;
    public const short POLLOUT = 4;
    public const short POLLERR = 8;
    public const short POLLHUP = 16;
    public const short POLLNVAL = 32;

    public int fd;
    public short events;
    public short revents;
}

/// <summary>struct timespec of the 64-bit architectures.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct timespec", "time.h")]
public struct timespec
{
    public long tv_sec;
    public long tv_nsec;
}

/// <summary>linux/keyctl.h</summary>
[KernelHeader("linux/keyctl.h")]
public static class Keyctl
{
    public const int KEYCTL_JOIN_SESSION_KEYRING = 1;
    public const int KEYCTL_SETPERM = 5;
    public const int KEYCTL_DESCRIBE = 6;
}

/// <summary>asm-generic/mman.h</summary>
[KernelHeader("sys/mman.h")]
public static class Mman
{
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_PRIVATE = 2;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_NORESERVE = 0x4000;
    public const int MADV_DONTNEED = 4;
}

/// <summary>The entries of the auxiliary vector: linux/auxvec.h</summary>
[KernelHeader("linux/auxvec.h")]
public static class Auxiliary
{
    public const ulong AT_NULL = 0;
    public const ulong AT_PHDR = 3;
    public const ulong AT_PHNUM = 5;
}

/// <summary>Segments of an executable: linux/elf.h</summary>
[KernelHeader("linux/elf.h")]
public static class Elf
{
    public const uint PT_LOAD = 1;
    public const uint PF_W = 2;
}

/// <summary>struct elf64_phdr of linux/elf.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct elf64_phdr", "linux/elf.h")]
public struct elf64_phdr
{
    public uint p_type;
    public uint p_flags;
    public ulong p_offset;
    public ulong p_vaddr;
    public ulong p_paddr;
    public ulong p_filesz;
    public ulong p_memsz;
    public ulong p_align;
}
#pragma warning restore CS1591
