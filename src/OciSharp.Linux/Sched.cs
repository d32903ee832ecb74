using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/sched.h: making processes and namespaces.</summary>
[KernelHeader("linux/sched.h", "sched.h")]
public static class Sched
{
    public const ulong CLONE_VM = 0x100;
    public const ulong CLONE_VFORK = 0x4000;
    public const ulong CLONE_PIDFD = 0x1000;
    public const ulong CLONE_PARENT = 0x8000;
    public const ulong CLONE_PARENT_SETTID = 0x100000;
    public const ulong CLONE_NEWTIME = 0x80;
    public const ulong CLONE_NEWNS = 0x20000;
    public const ulong CLONE_NEWCGROUP = 0x2000000;
    public const ulong CLONE_NEWUTS = 0x4000000;
    public const ulong CLONE_NEWIPC = 0x8000000;
    public const ulong CLONE_NEWUSER = 0x10000000;
    public const ulong CLONE_NEWPID = 0x20000000;
    public const ulong CLONE_NEWNET = 0x40000000;
    public const ulong CLONE_INTO_CGROUP = 0x200000000;

    public const int SCHED_OTHER = 0;
    public const int SCHED_FIFO = 1;
    public const int SCHED_RR = 2;
    public const int SCHED_BATCH = 3;
    public const int SCHED_IDLE = 5;
    public const int SCHED_DEADLINE = 6;
    public const ulong SCHED_FLAG_RESET_ON_FORK = 0x01;
    public const ulong SCHED_FLAG_RECLAIM = 0x02;
    public const ulong SCHED_FLAG_DL_OVERRUN = 0x04;
    public const ulong SCHED_FLAG_KEEP_POLICY = 0x08;
    public const ulong SCHED_FLAG_KEEP_PARAMS = 0x10;
    public const ulong SCHED_FLAG_UTIL_CLAMP_MIN = 0x20;
    public const ulong SCHED_FLAG_UTIL_CLAMP_MAX = 0x40;
}

/// <summary>struct clone_args of linux/sched.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct clone_args", "linux/sched.h")]
public struct clone_args
{
    public ulong flags;
    public ulong pidfd;
    public ulong child_tid;
    public ulong parent_tid;
    public ulong exit_signal;
    public ulong stack;
    public ulong stack_size;
    public ulong tls;
    public ulong set_tid;
    public ulong set_tid_size;
    public ulong cgroup;
}

/// <summary>struct sched_attr of linux/sched/types.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct sched_attr", "linux/sched/types.h")]
public struct sched_attr
{
    public uint size;
    public uint sched_policy;
    public ulong sched_flags;
    public int sched_nice;
    public uint sched_priority;
    public ulong sched_runtime;
    public ulong sched_deadline;
    public ulong sched_period;
    public uint sched_util_min;
    public uint sched_util_max;
}
#pragma warning restore CS1591
