using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>Device nodes and the links beside them.</summary>
internal static unsafe class Devices
{
    /// <summary>
    /// Makes the device S: X its type and mode, Y its number, T its owner, Count its group. With a slot, S is a name in that directory;
    /// without, a path in the root. A file that is there must be that device (config-linux.md, Devices).
    /// </summary>
    public static nint Make(ChildState* state, Op* op)
    {
        byte* name;
        nint directory = Directory(state, op, state->Text(op->S), &name);
        if (directory < 0)
            return directory;
        nint result = RawSyscall.mknodat((int)directory, name, (uint)op->X, op->Y);
        if (result == -(int)Errno.EEXIST)
            result = Check((int)directory, name, op);
        else if (result >= 0 && (op->T | op->Count) != 0)
            result = RawSyscall.fchownat((int)directory, name, op->T, op->Count, Fcntl.AT_SYMLINK_NOFOLLOW);
        if (op->Slot == 0)
            RawSyscall.close((int)directory);
        return result;
    }

    /// <summary>Makes the symbolic link T with the target S; with a slot, T is a name in that directory. A file that is there stays.</summary>
    public static nint Symlink(ChildState* state, Op* op)
    {
        byte* name;
        nint directory = Directory(state, op, state->Text(op->T), &name);
        if (directory < 0)
            return directory;
        nint result = RawSyscall.symlinkat(state->Text(op->S), (int)directory, name);
        if (result == -(int)Errno.EEXIST && (op->Flags & MountOps.Replace) != 0)
        {
            result = RawSyscall.unlinkat((int)directory, name, 0);
            if (result >= 0)
                result = RawSyscall.symlinkat(state->Text(op->S), (int)directory, name);
            else if (result == -(int)Errno.EBUSY || result == -(int)Errno.EISDIR)
                result = 0; // Something is mounted there: that is what the configuration asks for.
        }

        if (op->Slot == 0)
            RawSyscall.close((int)directory);
        return result == -(int)Errno.EEXIST ? 0 : result;
    }

    private static nint Directory(ChildState* state, Op* op, byte* path, byte** name)
    {
        state->Explain(path);
        *name = path;
        return op->Slot != 0 ? state->Get(op->Slot) : InRoot.Parent(state->Get(Slot.Root), path, name);
    }

    private static nint Check(int directory, byte* name, Op* op)
    {
        statx_t stat;
        nint result = RawSyscall.statx(directory, name, Fcntl.AT_SYMLINK_NOFOLLOW, Stat.STATX_TYPE, &stat);
        if (result < 0)
            return result;
        uint type = (uint)op->X & Stat.S_IFMT;
        if ((stat.stx_mode & Stat.S_IFMT) != type)
            return -(int)Errno.EEXIST;
        if (type == Stat.S_IFIFO)
            return 0;
        return stat.stx_rdev_major == Device.Major(op->Y) && stat.stx_rdev_minor == Device.Minor(op->Y) ? 0 : -(int)Errno.EEXIST;
    }
}
