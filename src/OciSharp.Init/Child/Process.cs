using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>What the user's program finds when it starts: session, directory, limits, HOME, signals, descriptors.</summary>
internal static unsafe class Process
{
    private const int SIGKILL = 9;
    private const int SIGSTOP = 19;

    /// <summary>How much of /etc/passwd is read: the file is the image's, and may be a hole of a terabyte.</summary>
    private const int MaxPasswd = 16 << 20;

    /// <summary>A session of its own; with a terminal, that becomes its controlling terminal and its stdio.</summary>
    public static nint NewSession(ChildState* state, Op* op)
    {
        nint result = RawSyscall.setsid();
        if (result < 0 && result != -(int)Errno.EPERM) // EPERM: it leads one already.
            return result;
        int console = state->Get(Slot.Console);
        if (console == 0)
            return 0;
        result = RawSyscall.ioctl(console, Tty.TIOCSCTTY, 0);
        for (int fd = 0; fd <= 2 && result >= 0; fd++)
            result = RawSyscall.dup3(console, fd, 0);
        return result < 0 ? result : 0;
    }

    /// <summary>
    /// Enters the directory S. A directory that root may not enter (a network file system) is left to <see cref="CheckDirectory"/>,
    /// when we are the user.
    /// </summary>
    public static nint ChangeDirectory(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->S));
        nint result = RawSyscall.chdir(state->Text(op->S));
        if (result != -(int)Errno.EACCES && result != -(int)Errno.EPERM)
            return result;
        state->PendingDirectory = state->Text(op->S);
        return 0;
    }

    /// <summary>
    /// The working directory must lie in the container: a path like /proc/self/fd/7 could lead to a directory of the host that
    /// somebody left open (CVE-2024-21626). The kernel then has no path for it.
    /// </summary>
    public static nint CheckDirectory(ChildState* state)
    {
        if (state->PendingDirectory is not null)
        {
            state->Explain(state->PendingDirectory);
            nint entered = RawSyscall.chdir(state->PendingDirectory);
            if (entered < 0)
                return entered;
        }

        byte* path = stackalloc byte[InRoot.PathMax];
        nint result = RawSyscall.getcwd(path, InRoot.PathMax);
        if (result < 0)
            return result;
        if (path[0] == '/')
            return 0;
        state->Explain(Text.Z("the working directory lies outside of the container"u8));
        return -(int)Errno.EXDEV;
    }

    /// <summary>Raises the hard limit X to Y, and leaves the soft one.</summary>
    public static nint RaiseHardLimit(Op* op)
    {
        rlimit64 limit;
        nint result = RawSyscall.prlimit64(0, (int)op->X, null, &limit);
        if (result < 0 || limit.rlim_max >= op->Y)
            return result;
        limit.rlim_max = op->Y;
        return RawSyscall.prlimit64(0, (int)op->X, &limit, null);
    }

    /// <summary>Sets the limit X to the rlimit64 at Data.</summary>
    public static nint ResourceLimit(ChildState* state, Op* op) =>
        RawSyscall.prlimit64(0, (int)op->X, (rlimit64*)(state->Arena + op->Data), null);

    /// <summary>
    /// Sets HOME, when the configuration does not, from the container's /etc/passwd for user X: into entry Count of the vector at Data,
    /// with room for its text at T.
    /// </summary>
    public static nint Home(ChildState* state, Op* op)
    {
        byte* home = state->Text(op->T);
        byte* end = Text.Append(home, Text.Z("HOME="u8));
        Text.Append(end, Text.Z("/"u8));
        ((ulong*)(state->Arena + op->Data))[op->Count] = op->T;

        // The file is the image's: a fifo or a device there must not hold us up, and what is no file is no passwd.
        nint fd = RawSyscall.openat(
            Fcntl.AT_FDCWD, Text.Z("/etc/passwd"u8), Fcntl.O_RDONLY | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY);
        if (fd < 0)
            return 0;
        statx_t stat;
        if (RawSyscall.statx((int)fd, Text.Empty, Fcntl.AT_EMPTY_PATH, Stat.STATX_TYPE, &stat) >= 0
            && (stat.stx_mode & Stat.S_IFMT) == Stat.S_IFREG)
        {
            FindHome((int)fd, (uint)op->X, end, InRoot.PathMax);
        }

        RawSyscall.close((int)fd);
        return 0;
    }

    /// <summary>
    /// Every signal has its default action: what our caller ignored is not the program's business. The helper does it while it has nothing
    /// else to do; all that it makes inherits it.
    /// </summary>
    public static void ResetSignals()
    {
        kernel_sigaction action = default;
        for (int signal = 1; signal <= 64; signal++)
        {
            if (signal is not SIGKILL and not SIGSTOP)
                RawSyscall.rt_sigaction(signal, &action, null);
        }
    }

    /// <summary>No signal is blocked.</summary>
    public static nint UnblockSignals()
    {
        ulong none = 0;
        return RawSyscall.rt_sigprocmask(2 /* SIG_SETMASK */, &none, null);
    }

    /// <summary>
    /// Closes all descriptors but stdio, the X that follow, and those that we still need, which execve closes: nothing of ours or of our
    /// caller's gets into the container, nor waits for start (CVE-2016-9962, CVE-2024-21626).
    /// </summary>
    public static nint Descriptors(ChildState* state, Op* op)
    {
        for (int slot = 1; slot < (int)state->Header->SlotCount; slot++)
        {
            if (slot is not Slot.Given and not Slot.HookOutput and not Slot.HookErrors)
                state->Set(slot, 0);
        }

        int* kept = stackalloc int[4];
        kept[0] = state->Socket;
        kept[1] = state->Get(Slot.Given);
        kept[2] = state->Get(Slot.HookOutput);
        kept[3] = state->Get(Slot.HookErrors);
        uint from = 3 + (uint)op->X;
        while (true)
        {
            // The lowest of ours that lies ahead; those that execve has to close are marked so already.
            uint next = uint.MaxValue;
            for (int i = 0; i < 4; i++)
            {
                if (kept[i] > 0 && (uint)kept[i] >= from && (uint)kept[i] < next)
                    next = (uint)kept[i];
            }

            if (next > from)
            {
                nint result = RawSyscall.close_range(from, next == uint.MaxValue ? next : next - 1, 0);
                if (result < 0 || next == uint.MaxValue)
                    return result;
            }

            from = next + 1;
        }
    }

    /// <summary>Looks for "name:password:UID:gid:gecos:HOME:shell" and copies HOME to <paramref name="to"/>, which holds "/".</summary>
    private static void FindHome(int passwd, uint uid, byte* to, int room)
    {
        const int UidField = 2;
        const int HomeField = 5;
        byte* buffer = stackalloc byte[4096];
        int field = 0;
        int length = 0; // of the field, or −1: it is no number, or does not fit
        ulong number = 0;
        bool match = false;
        nint size;
        nint total = 0;
        while (total < MaxPasswd && (size = RawSyscall.read(passwd, buffer, 4096)) > 0)
        {
            total += size;
            for (nint i = 0; i < size; i++)
            {
                byte c = buffer[i];
                if (c is (byte)':' or (byte)'\n')
                {
                    if (field == UidField)
                        match = length > 0 && number == uid;
                    if (field == HomeField && match && length > 0)
                    {
                        to[length] = 0;
                        return;
                    }

                    if (field == HomeField && match)
                        Text.Append(to, Text.Z("/"u8));
                    field = c == '\n' ? 0 : field + 1;
                    match &= c != '\n';
                    length = 0;
                    number = 0;
                }
                else if (length < 0)
                {
                    continue;
                }
                else if (field == UidField)
                {
                    length = c is >= (byte)'0' and <= (byte)'9' && number <= uint.MaxValue ? length + 1 : -1;
                    number = (number * 10) + (ulong)(c - '0');
                }
                else if (field == HomeField && match)
                {
                    to[length] = c;
                    length = length < room - 2 ? length + 1 : -1;
                }
            }
        }

        // The last line may lack its end.
        if (field == HomeField && match && length > 0)
            to[length] = 0;
        else
            Text.Append(to, Text.Z("/"u8));
    }
}
