using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>The user's program: found, and at last executed.</summary>
internal static unsafe class Program
{
    /// <summary>
    /// Looks for the program as the user will: the first of the Count strings at Data (offsets) that is a file and may be executed.
    /// S is the name as the configuration has it.
    /// </summary>
    public static nint Find(ChildState* state, Op* op)
    {
        uint* candidates = (uint*)(state->Arena + op->Data);
        nint reason = -(int)Errno.ENOENT;
        for (uint i = 0; i < op->Count; i++)
        {
            byte* path = state->Text(candidates[i]);
            nint result = RawSyscall.faccessat2(Fcntl.AT_FDCWD, path, Fcntl.X_OK, Fcntl.AT_EACCESS);
            if (result == -(int)Errno.ENOSYS) // Linux before 5.8
                result = 0;
            if (result >= 0)
            {
                statx_t stat;
                result = RawSyscall.statx(Fcntl.AT_FDCWD, path, 0, Stat.STATX_TYPE, &stat);
                if (result >= 0 && (stat.stx_mode & Stat.S_IFMT) == Stat.S_IFDIR)
                    result = -(int)Errno.EISDIR;
            }

            if (result >= 0)
            {
                state->Executable = path;
                return 0;
            }

            if (result is not (-(int)Errno.ENOENT or -(int)Errno.ENOTDIR))
            {
                state->Explain(path);
                reason = result;
            }
        }

        if (reason == -(int)Errno.ENOENT)
            state->Explain(state->Text(op->S));
        return reason;
    }

    /// <summary>execve(2) with the vectors at Data (arguments) and S (environment).</summary>
    public static nint Execute(ChildState* state, Op* op)
    {
        byte** argv = Vector(state, op->Data);
        byte** envp = Vector(state, op->S);
        nint result = RawSyscall.execve(state->Executable, argv, envp);
        state->Explain(state->Executable);
        return result;
    }

    /// <summary>Turns the offsets of a vector into the pointers that execve takes.</summary>
    public static byte** Vector(ChildState* state, uint offset)
    {
        ulong* entry = (ulong*)(state->Arena + offset);
        for (; *entry != 0; entry++)
            *entry += (ulong)state->Arena;
        return (byte**)(state->Arena + offset);
    }
}
