using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>From root to the container's user: groups, ids and the five capability sets (capabilities(7)).</summary>
internal static unsafe class Credentials
{
    /// <summary>Flag of <see cref="User"/>: setgroups(2) is denied in this user namespace, and there are no groups to set.</summary>
    public const uint KeepGroups = 1;

    /// <summary>Drops all of the bounding set that is not in X; Y is the number of capabilities that the kernel knows.</summary>
    public static nint Bound(Op* op)
    {
        for (int capability = 0; capability < (int)op->Y; capability++)
        {
            if ((op->X & (1UL << capability)) != 0)
                continue;
            nint result = RawSyscall.prctl(Prctl.PR_CAPBSET_DROP, capability);
            if (result < 0)
                return result;
        }

        return 0;
    }

    /// <summary>Becomes user X and group Y with the Count groups at Data. The permitted capabilities stay, for the step that sets them.</summary>
    public static nint User(ChildState* state, Op* op)
    {
        nint result = GiveStdio((uint)op->X);
        if (result >= 0)
            result = RawSyscall.prctl(Prctl.PR_SET_KEEPCAPS, 1);
        if (result >= 0 && (op->Flags & KeepGroups) == 0)
        {
            // A user namespace may deny setgroups(2); without groups to set, there is nothing lost.
            result = RawSyscall.setgroups(op->Count, (uint*)state->Text(op->Data));
            if (result == -(int)Errno.EPERM && op->Count == 0)
                result = 0;
        }

        if (result >= 0)
            result = RawSyscall.setresgid((uint)op->Y, (uint)op->Y, (uint)op->Y);
        if (result >= 0)
            result = RawSyscall.setresuid((uint)op->X, (uint)op->X, (uint)op->X);
        if (result >= 0)
            result = RawSyscall.prctl(Prctl.PR_SET_KEEPCAPS, 0);
        return result;
    }

    /// <summary>Sets the effective, permitted, inheritable and ambient sets: four masks at Data.</summary>
    public static nint Capabilities(ChildState* state, Op* op)
    {
        ulong* sets = (ulong*)(state->Arena + op->Data);
        cap_user_header header;
        header.version = cap_user_header._LINUX_CAPABILITY_VERSION_3;
        header.pid = 0;
        cap_user_data* data = stackalloc cap_user_data[2];
        for (int half = 0; half < 2; half++)
        {
            data[half].effective = (uint)(sets[0] >> (32 * half));
            data[half].permitted = (uint)(sets[1] >> (32 * half));
            data[half].inheritable = (uint)(sets[2] >> (32 * half));
        }

        nint result = RawSyscall.capset(&header, data);
        if (result >= 0)
            result = RawSyscall.prctl(Prctl.PR_CAP_AMBIENT, Prctl.PR_CAP_AMBIENT_CLEAR_ALL);
        for (int capability = 0; capability < 64 && result >= 0; capability++)
        {
            if ((sets[3] & (1UL << capability)) != 0)
                result = RawSyscall.prctl(Prctl.PR_CAP_AMBIENT, Prctl.PR_CAP_AMBIENT_RAISE, capability);
        }

        return result;
    }

    /// <summary>
    /// Makes the user the owner of stdio, so that /dev/stdout can be opened by name, as callers are used to from runc. /dev/null and
    /// what cannot be given away stay as they are.
    /// </summary>
    private static nint GiveStdio(uint uid)
    {
        for (int fd = 0; fd <= 2; fd++)
        {
            statx_t stat;
            nint result = RawSyscall.statx(fd, Text.Empty, Fcntl.AT_EMPTY_PATH, Stat.STATX_TYPE | Stat.STATX_UID, &stat);
            if (result < 0)
                return result;
            bool isNull = (stat.stx_mode & Stat.S_IFMT) == Stat.S_IFCHR && stat.stx_rdev_major == 1 && stat.stx_rdev_minor == 3;
            if (stat.stx_uid == uid || isNull)
                continue;
            result = RawSyscall.fchownat(fd, Text.Empty, uid, uint.MaxValue, Fcntl.AT_EMPTY_PATH);
            if (result < 0 && result is not (-(int)Errno.EPERM or -(int)Errno.EINVAL or -(int)Errno.EROFS or -(int)Errno.EACCES))
                return result;
        }

        return 0;
    }
}
