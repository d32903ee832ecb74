using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>What the helper does before there is an init: namespaces joined and made.</summary>
internal static unsafe class Namespaces
{
    /// <summary>Writes T to the host's <c>/proc/self/S</c>.</summary>
    public static nint WriteSelf(ChildState* state, Op* op)
    {
        byte* path = stackalloc byte[64];
        Text.Append(Text.Append(path, Text.Z("/proc/self/"u8)), state->Text(op->S));
        state->Explain(path);
        nint fd = RawSyscall.openat(Fcntl.AT_FDCWD, path, Fcntl.O_WRONLY | Fcntl.O_CLOEXEC);
        if (fd < 0)
            return fd;
        byte* text = state->Text(op->T);
        nint written = RawSyscall.write((int)fd, text, (nuint)Text.Length(text));
        RawSyscall.close((int)fd);
        return written < 0 ? written : 0;
    }

    /// <summary>Joins the namespace at path S, which must be of type X (a CLONE_NEW* flag).</summary>
    public static nint Join(ChildState* state, Op* op)
    {
        if ((op->X & (Sched.CLONE_NEWUSER | Sched.CLONE_NEWPID)) != 0)
            HideFromOthers();
        state->Explain(state->Text(op->S));
        nint fd = RawSyscall.openat(Fcntl.AT_FDCWD, state->Text(op->S), Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (fd < 0)
            return fd;
        nint result = RawSyscall.setns((int)fd, op->X);
        RawSyscall.close((int)fd);
        return result;
    }

    /// <summary>
    /// Joins the namespaces X of the process whose pidfd came with Go, all at once. Nothing in /proc is asked, so nothing in the
    /// container can lead us elsewhere.
    /// </summary>
    public static nint JoinProcess(ChildState* state, Op* op)
    {
        HideFromOthers();
        nint result = RawSyscall.setns(state->Get(Slot.Given), op->X);
        state->Set(Slot.Given, 0);
        return result;
    }

    /// <summary>
    /// Those who are in a namespace already must not trace us there, nor look at our descriptors and our root, until we have become the
    /// user's program (CVE-2016-9962): for the host's root that holds from the start, for a user from here on, who could not have
    /// written to /proc/self before.
    /// </summary>
    private static void HideFromOthers() => RawSyscall.prctl(Prctl.PR_SET_DUMPABLE, 0);

    /// <summary>
    /// Goes on as a process that was born in the unified cgroup, which init inherits: from inside of a user namespace nobody is born
    /// there, and to move there waits for an RCU grace period (<see cref="CloneInit"/>). Where that is not allowed, it stays as it is.
    /// </summary>
    public static nint Settle(ChildState* state)
    {
        nint pid = CloneIntoCgroup(state, 0, null);
        if (pid > 0)
            RawSyscall.exit_group(0);
        return pid < 0 ? 0 : Sync.Send(state, MessageKind.Settled, (int)RawSyscall.getpid(), -1);
    }

    /// <summary>Makes the user namespace and has the parent write its mappings.</summary>
    public static nint UnshareUser(ChildState* state)
    {
        // The mappings of a process that is not dumpable can be written by nobody but the host's root.
        RawSyscall.prctl(Prctl.PR_SET_DUMPABLE, 1);
        nint result = RawSyscall.unshare(Sched.CLONE_NEWUSER);
        if (result < 0)
            return result;
        result = Sync.Send(state, MessageKind.MapUser, 0, -1);
        if (result < 0)
            return result;
        Sync.Await(state, MessageKind.Done);
        return RawSyscall.prctl(Prctl.PR_SET_DUMPABLE, 0);
    }

    /// <summary>Becomes user and group 0 of the user namespace.</summary>
    public static nint BecomeRoot()
    {
        nint result = RawSyscall.setresgid(0, 0, 0);
        return result < 0 ? result : RawSyscall.setresuid(0, 0, 0);
    }

    /// <summary>
    /// Makes init in new namespaces X as the parent's child, beside this process, and ends this process. Init goes on with the next step.
    /// It is born in the unified cgroup where that is allowed: moving a process there later waits for every CPU of the host to
    /// come by (an RCU grace period, some 5 ms).
    /// </summary>
    public static nint CloneInit(ChildState* state, Op* op)
    {
        ulong made = op->X & ~state->Foreseen;
        Loopback.HandOver(state);
        int executable = state->Get(Slot.Executable);
        int* toldTo = &state->Header->InitPid;
        nint pid = CloneIntoCgroup(state, made, toldTo);
        if (pid < 0)
        {
            // Without, before Linux 5.7 and out of a user namespace to which the cgroup does not belong.
            clone_args arguments = default;
            arguments.flags = made | Sched.CLONE_PARENT | Sched.CLONE_PARENT_SETTID;
            arguments.parent_tid = (ulong)toldTo;
            pid = RawSyscall.clone3(&arguments);
        }

        if (pid < 0)
            return pid;
        if (pid == 0)
        {
            state->Set(Slot.Cgroup, 0);
            state->Set(Slot.Executable, 0);
            return 0;
        }

        // Init waits for the processor that we are on (Processors); we end when it has to wait for something else.
        Sync.Send(state, MessageKind.InitPid, (int)pid, executable);
        RawSyscall.sched_yield();
        RawSyscall.exit_group(0);
        return 0;
    }

    /// <summary>
    /// clone3(2) of a child of the parent's that is born in the unified cgroup, in new namespaces besides; fails where there is no such cgroup.
    /// </summary>
    /// <param name="state">The child's state.</param>
    /// <param name="namespaces">CLONE_NEW* flags.</param>
    /// <param name="toldTo">Where the kernel puts the pid before the new process runs; null for nowhere.</param>
    private static nint CloneIntoCgroup(ChildState* state, ulong namespaces, int* toldTo)
    {
        int cgroup = state->Get(Slot.Cgroup);
        if (cgroup == 0)
            return -(int)Errno.ENOENT;
        clone_args arguments = default;
        arguments.flags = namespaces | Sched.CLONE_PARENT | Sched.CLONE_INTO_CGROUP;
        if (toldTo != null)
        {
            arguments.flags |= Sched.CLONE_PARENT_SETTID;
            arguments.parent_tid = (ulong)toldTo;
        }

        arguments.cgroup = (ulong)cgroup;
        nint pid = RawSyscall.clone3(&arguments);
        if (pid == 0)
        {
            state->BornInCgroup = true;
            state->Set(Slot.Cgroup, 0);
        }

        return pid;
    }
}
