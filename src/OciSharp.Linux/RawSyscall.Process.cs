using System.Diagnostics.CodeAnalysis;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // Each call is its manual page of the same name.
public static unsafe partial class RawSyscall
{
    public static nint clone3(clone_args* arguments) => Call(NR.clone3, (nint)arguments, sizeof(clone_args));

    public static nint unshare(ulong flags) => Call(NR.unshare, (nint)flags);

    public static nint setns(int fd, ulong flags) => Call(NR.setns, fd, (nint)flags);

    public static nint execve(byte* path, byte** argv, byte** envp) => Call(NR.execve, (nint)path, (nint)argv, (nint)envp);

    public static nint execveat(int dirfd, byte* path, byte** argv, byte** envp, int flags) =>
        Call(NR.execveat, dirfd, (nint)path, (nint)argv, (nint)envp, flags);

    [DoesNotReturn]
    public static void exit_group(int status)
    {
        while (true)
        {
            Call(NR.exit_group, status);
            *(byte*)1 = 0; // A seccomp filter may refuse even that; it cannot refuse a fault.
        }
    }

    public static nint wait4(int pid, int* status, int options) => Call(NR.wait4, pid, (nint)status, options);

    public static nint waitid(int type, int id, siginfo_t* info, int options) => Call(NR.waitid, type, id, (nint)info, options);

    public static nint getpid() => Call(NR.getpid);

    public static nint geteuid() => Call(NR.geteuid);

    public static nint getegid() => Call(NR.getegid);

    public static nint setsid() => Call(NR.setsid);

    public static nint setgroups(nuint count, uint* groups) => Call(NR.setgroups, (nint)count, (nint)groups);

    public static nint setresuid(uint real, uint effective, uint saved) => Call(NR.setresuid, (nint)real, (nint)effective, (nint)saved);

    public static nint setresgid(uint real, uint effective, uint saved) => Call(NR.setresgid, (nint)real, (nint)effective, (nint)saved);

    public static nint capget(cap_user_header* header, cap_user_data* data) => Call(NR.capget, (nint)header, (nint)data);

    public static nint capset(cap_user_header* header, cap_user_data* data) => Call(NR.capset, (nint)header, (nint)data);

    public static nint prctl(int option, nint a = 0, nint b = 0, nint c = 0, nint d = 0) => Call(NR.prctl, option, a, b, c, d);

    public static nint prlimit64(int pid, int resource, rlimit64* newLimit, rlimit64* oldLimit) =>
        Call(NR.prlimit64, pid, resource, (nint)newLimit, (nint)oldLimit);

    public static nint personality(uint domain) => Call(NR.personality, (nint)domain);

    public static nint sched_setattr(int pid, sched_attr* attributes, uint flags) => Call(NR.sched_setattr, pid, (nint)attributes, (nint)flags);

    public static nint sched_getaffinity(int pid, nuint size, ulong* mask) => Call(NR.sched_getaffinity, pid, (nint)size, (nint)mask);

    public static nint getcpu(uint* processor) => Call(NR.getcpu, (nint)processor, 0, 0);

    public static nint sched_yield() => Call(NR.sched_yield);

    public static nint sched_setaffinity(int pid, nuint size, ulong* mask) => Call(NR.sched_setaffinity, pid, (nint)size, (nint)mask);

    public static nint ioprio_set(int which, int who, int priority) => Call(NR.ioprio_set, which, who, priority);

    public static nint set_mempolicy(int mode, ulong* nodeMask, nuint maxNode) => Call(NR.set_mempolicy, mode, (nint)nodeMask, (nint)maxNode);

    public static nint sethostname(byte* name, nuint length) => Call(NR.sethostname, (nint)name, (nint)length);

    public static nint setdomainname(byte* name, nuint length) => Call(NR.setdomainname, (nint)name, (nint)length);

    public static nint keyctl(int operation, nint a = 0, nint b = 0, nint c = 0, nint d = 0) => Call(NR.keyctl, operation, a, b, c, d);

    public static nint pidfd_open(int pid, uint flags) => Call(NR.pidfd_open, pid, (nint)flags);

    public static nint pidfd_send_signal(int pidfd, int signal) => Call(NR.pidfd_send_signal, pidfd, signal);

    public static nint rt_sigaction(int signal, kernel_sigaction* action, kernel_sigaction* old) =>
        Call(NR.rt_sigaction, signal, (nint)action, (nint)old, sizeof(ulong));

    public static nint rt_sigprocmask(int how, ulong* set, ulong* old) => Call(NR.rt_sigprocmask, how, (nint)set, (nint)old, sizeof(ulong));

    public static nint kill(int pid, int signal) => Call(NR.kill, pid, signal);

    public static nint ppoll(pollfd* fds, nuint count, timespec* timeout, ulong* mask = null) =>
        Call(NR.ppoll, (nint)fds, (nint)count, (nint)timeout, (nint)mask, sizeof(ulong));

    public static nint mmap(void* address, nuint length, int protection, int flags, int fd, long offset) =>
        Call(NR.mmap, (nint)address, (nint)length, protection, flags, fd, (nint)offset);

    public static nint madvise(void* address, nuint length, int advice) => Call(NR.madvise, (nint)address, (nint)length, advice);

    public static nint getrandom(void* buffer, nuint size, uint flags) => Call(NR.getrandom, (nint)buffer, (nint)size, (nint)flags);

    public static nint munmap(void* address, nuint length) => Call(NR.munmap, (nint)address, (nint)length);
}
#pragma warning restore CS1591
