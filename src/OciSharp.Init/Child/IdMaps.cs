using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>User namespaces that no process lives in: they only carry the mappings of an idmapped mount (mount_setattr(2)).</summary>
internal static unsafe class IdMaps
{
    private const int SIGCHLD = 17;
    private const int SIGKILL = 9;

    /// <summary>Makes a user namespace with the uid_map S and the gid_map T, into the slot. Runs in the helper, with the host's privileges.</summary>
    public static nint Make(ChildState* state, Op* op)
    {
        clone_args arguments = default;
        arguments.flags = Sched.CLONE_NEWUSER;
        arguments.exit_signal = SIGCHLD;
        nint pid = RawSyscall.clone3(&arguments);
        if (pid == 0)
        {
            // It is killed as soon as its namespace is held by a descriptor; should its maker die first, it goes along.
            RawSyscall.prctl(Prctl.PR_SET_PDEATHSIG, SIGKILL);
            while (true)
                RawSyscall.ppoll(null, 0, null);
        }

        if (pid < 0)
            return pid;
        nint result = Write(state, (int)pid, Text.Z("/uid_map"u8), state->Text(op->S));
        if (result >= 0)
            result = Write(state, (int)pid, Text.Z("/gid_map"u8), state->Text(op->T));
        if (result >= 0)
        {
            result = Open((int)pid, Text.Z("/ns/user"u8), Fcntl.O_RDONLY);
            if (result >= 0)
                state->Set(op->Slot, (int)result);
        }

        RawSyscall.kill((int)pid, SIGKILL);
        int status;
        RawSyscall.wait4((int)pid, &status, 0);
        return result < 0 ? result : 0;
    }

    private static nint Write(ChildState* state, int pid, byte* file, byte* text)
    {
        state->Explain(file + 1);
        nint fd = Open(pid, file, Fcntl.O_WRONLY);
        if (fd < 0)
            return fd;
        nint written = RawSyscall.write((int)fd, text, (nuint)Text.Length(text));
        RawSyscall.close((int)fd);
        return written;
    }

    private static nint Open(int pid, byte* file, int flags)
    {
        byte* path = stackalloc byte[64];
        Text.Append(Text.Append(Text.Append(path, Text.Z("/proc/"u8)), (ulong)pid), file);
        return RawSyscall.openat(Fcntl.AT_FDCWD, path, flags | Fcntl.O_CLOEXEC);
    }
}
