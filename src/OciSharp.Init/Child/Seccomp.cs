using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>
/// The filter of system calls. It is loaded last, so that it has to let nothing through for us but execve, and write where something
/// is to be told (docs/adr/0005-seccomp.md).
/// </summary>
internal static unsafe class Seccomp
{
    /// <summary>Flag of <see cref="Gate"/>: a parent without privileges may take descriptors of a process that can be dumped only.</summary>
    public const uint MakeDumpable = 1;

    private const int Page = 4096;

    /// <summary>
    /// Makes what will hold us up until the parent has taken the notification descriptor: a pipe that is full. Its writing end goes to
    /// slot Gate, its reading end to the parent.
    /// </summary>
    public static nint Gate(ChildState* state, Op* op)
    {
        if ((op->Flags & MakeDumpable) != 0)
            RawSyscall.prctl(Prctl.PR_SET_DUMPABLE, 1);
        int* ends = stackalloc int[2];
        nint result = RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (result < 0)
            return result;
        state->Set(Slot.Gate, ends[1]);
        RawSyscall.fcntl(ends[1], Fcntl.F_SETPIPE_SZ, Page); // Where that is refused there is more to fill.
        do
            result = RawSyscall.write(ends[1], state->Arena, Page);
        while (result > 0);
        if (result == -(int)Errno.EAGAIN)
            result = RawSyscall.fcntl(ends[1], Fcntl.F_SETFL, 0);
        if (result >= 0)
            result = Sync.Send(state, MessageKind.SeccompGate, 0, ends[0]);
        RawSyscall.close(ends[0]);
        return result;
    }

    /// <summary>Loads the program at Data, a number of instructions (64 bits) and they, with Flags of seccomp(2).</summary>
    public static nint Load(ChildState* state, Op* op)
    {
        byte* filter = state->Arena + op->Data;
        sock_fprog program;
        program.len = (ushort)*(ulong*)filter;
        program.filter = (sock_filter*)(filter + sizeof(ulong));
        nint result = RawSyscall.seccomp(Linux.Seccomp.SECCOMP_SET_MODE_FILTER, op->Flags, &program);
        if (result < 0 || (op->Flags & Linux.Seccomp.SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
            return result;
        return HandOver(state, (int)result);
    }

    /// <summary>Says which descriptor the listener is, and waits at the gate. The filter is in force: this is write(2) and nothing else.</summary>
    private static nint HandOver(ChildState* state, int listener)
    {
        Message message = default;
        message.Kind = MessageKind.SeccompListener;
        message.A = listener;
        nint result = RawSyscall.write(state->Socket, &message, (nuint)sizeof(Message));
        while (result >= 0)
        {
            result = RawSyscall.write(state->Get(Slot.Gate), &message, 1);
            if (result > 0)
                return 0;
            if (result == -(int)Errno.EINTR)
                result = 0;
        }

        return result;
    }
}
