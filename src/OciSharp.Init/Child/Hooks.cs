using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>The hooks that belong into the container's namespaces: createContainer and startContainer.</summary>
internal static unsafe class Hooks
{
    private const int SIGCHLD = 17;
    private const int SIGKILL = 9;

    /// <summary>What any pipe takes at once, whoever reads (pipe(7), PIPE_BUF).</summary>
    private const int PipeSize = 4096;

    /// <summary>
    /// Runs the program S with the vectors at Data (arguments) and T (environment), the text at Count (the container's state) as its
    /// stdin, and slots HookOutput and HookErrors as its output. X is the time it has, in seconds; 0 is no limit. Fails with ETIMEDOUT, or with ECHILD
    /// and the wait status as detail.
    /// </summary>
    public static nint Run(ChildState* state, Op* op)
    {
        state->Explain(state->Text(op->S));
        nint input = StateDocument(state->Text(op->Count));
        if (input < 0)
            return input;
        clone_args arguments = default;
        int pidfd;
        arguments.flags = Sched.CLONE_PIDFD;
        arguments.pidfd = (ulong)&pidfd;
        arguments.exit_signal = SIGCHLD;

        // The vectors become pointers before the fork: a hook may not be prepared twice, and the memory is shared.
        byte** argv = Program.Vector(state, op->Data);
        byte** envp = Program.Vector(state, op->T);
        nint pid = RawSyscall.clone3(&arguments);
        if (pid == 0)
            Become(state, state->Text(op->S), argv, envp, (int)input);
        RawSyscall.close((int)input);
        if (pid < 0)
            return pid;
        nint result = Wait(state, pidfd, (int)pid, op->X);
        RawSyscall.close(pidfd);
        return result;
    }

    /// <summary>
    /// What a hook reads: a pipe, where the document fits into it, so that nobody waits for a hook which reads nothing; a larger one is a file in
    /// memory, to which the limit of the size of files applies that the program is to have.
    /// </summary>
    private static nint StateDocument(byte* text)
    {
        nuint length = (nuint)Text.Length(text);
        if (length <= PipeSize)
            return Pipe(text, length);
        nint memory = RawSyscall.memfd_create(Text.Z("state"u8), Fcntl.MFD_CLOEXEC);
        if (memory < 0)
            return memory;
        nint written = RawSyscall.write((int)memory, text, length);
        if (written >= 0)
            written = RawSyscall.lseek((int)memory, 0, Fcntl.SEEK_SET);
        if (written >= 0)
            return memory;
        RawSyscall.close((int)memory);
        return written;
    }

    private static nint Pipe(byte* text, nuint length)
    {
        int* ends = stackalloc int[2];
        nint result = RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC);
        if (result < 0)
            return result;
        result = RawSyscall.write(ends[1], text, length);
        RawSyscall.close(ends[1]);
        if (result >= 0)
            return ends[0];
        RawSyscall.close(ends[0]);
        return result;
    }

    private static void Become(ChildState* state, byte* path, byte** argv, byte** envp, int input)
    {
        RawSyscall.setsid();
        RawSyscall.dup3(input, 0, 0);
        int output = state->Get(Slot.HookOutput);
        if (output > 0)
        {
            int errors = state->Get(Slot.HookErrors);
            RawSyscall.dup3(output, 1, 0);
            RawSyscall.dup3(errors > 0 ? errors : output, 2, 0);
        }

        RawSyscall.close_range(3, uint.MaxValue, Fcntl.CLOSE_RANGE_CLOEXEC);
        Process.UnblockSignals();
        nint result = RawSyscall.execve(path, argv, envp);
        RawSyscall.exit_group(result is -(int)Errno.ENOENT or -(int)Errno.ENOTDIR ? 127 : 126);
    }

    private static nint Wait(ChildState* state, int pidfd, int pid, ulong seconds)
    {
        pollfd poll;
        poll.fd = pidfd;
        poll.events = pollfd.POLLIN;
        timespec timeout;
        timeout.tv_sec = (long)seconds;
        timeout.tv_nsec = 0;
        nint ready;
        do
        {
            // The kernel counts the time that is left down.
            ready = RawSyscall.ppoll(&poll, 1, seconds == 0 ? null : &timeout);
        }
        while (ready == -(int)Errno.EINTR);
        if (ready == 0)
        {
            // The hook leads a session of its own: its children in it end too.
            RawSyscall.kill(-pid, SIGKILL);
            RawSyscall.pidfd_send_signal(pidfd, SIGKILL);
        }

        int status;
        nint waited;
        do
        {
            waited = RawSyscall.wait4(pid, &status, 0);
        }
        while (waited == -(int)Errno.EINTR);
        if (ready == 0)
            return -(int)Errno.ETIMEDOUT;
        if (ready < 0)
            return ready;
        if (waited < 0)
            return waited;
        state->Detail = status;
        return status == 0 ? 0 : -(int)Errno.ECHILD;
    }
}
