using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>
/// What is written to /proc, always through slot Proc: a procfs of our own that is attached nowhere, so nothing that a container
/// mounts can stand in its way (CVE-2019-16884, CVE-2025-52881).
/// </summary>
internal static unsafe class Host
{
    /// <summary>Writes T to <c>/proc/sys/S</c>.</summary>
    public static nint Sysctl(ChildState* state, Op* op)
    {
        byte* path = stackalloc byte[InRoot.PathMax];
        Text.Append(Text.Append(path, Text.Z("sys/"u8)), state->Text(op->S));
        return Write(state, path, state->Text(op->T));
    }

    /// <summary>
    /// Writes the label S, taken on by the next execve, to <c>/proc/self/attr/T</c>; X is the attribute of older kernels, tried when
    /// that one is missing.
    /// </summary>
    public static nint Label(ChildState* state, Op* op)
    {
        byte* path = stackalloc byte[128];
        byte* end = Text.Append(path, (ulong)RawSyscall.getpid());
        end = Text.Append(end, Text.Z("/attr/"u8));
        Text.Append(end, state->Text(op->T));
        nint result = Write(state, path, state->Text(op->S));
        if (result != -(int)Errno.ENOENT || op->X == 0)
            return result;
        Text.Append(end, state->Text((uint)op->X));
        return Write(state, path, state->Text(op->S));
    }

    /// <summary>Joins a new session keyring named S, which the container's user may search.</summary>
    public static nint SessionKeyring(ChildState* state, Op* op)
    {
        nint key = RawSyscall.keyctl(Keyctl.KEYCTL_JOIN_SESSION_KEYRING, (nint)state->Text(op->S));
        if (key == -(int)Errno.ENOSYS)
            return 0; // A kernel without keyrings has none to share.
        if (key < 0)
            return key;

        // All to the possessor; view, read and search to the owner, who the container's user is about to become.
        nint result = RawSyscall.keyctl(Keyctl.KEYCTL_SETPERM, key, 0x3f0b0000);
        return result < 0 ? result : 0;
    }

    private static nint Write(ChildState* state, byte* path, byte* text)
    {
        state->Explain(path);
        open_how how;
        how.flags = Fcntl.O_WRONLY | (ulong)Fcntl.O_CLOEXEC;
        how.mode = 0;
        how.resolve = Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_XDEV;
        nint fd = RawSyscall.openat2(state->Get(Slot.Proc), path, &how);
        if (fd < 0)
            return fd;
        nint written = RawSyscall.write((int)fd, text, (nuint)Text.Length(text));
        RawSyscall.close((int)fd);
        return written < 0 ? written : 0;
    }
}
