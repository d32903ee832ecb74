using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>The pseudo-terminal of <c>process.terminal</c>, from the container's own devpts.</summary>
internal static unsafe class Terminal
{
    /// <summary>
    /// Opens a pty, gives its master to the parent, binds its slave on /dev/console and keeps it in slot Console. X is the size: rows
    /// and columns, 16 bits each; 0 leaves it. Flags 1 leaves /dev/console alone: it belongs to the container's first process.
    /// </summary>
    public static nint Open(ChildState* state, Op* op)
    {
        byte* path = Text.Z("/dev/pts/ptmx"u8);
        state->Explain(path);
        nint master = InRoot.Open(state->Get(Slot.Root), path, Fcntl.O_RDWR | Fcntl.O_NOCTTY, Fcntl.RESOLVE_NO_SYMLINKS);
        if (master < 0)
            return master;
        nint result = Prepare(state, (int)master, op->X);
        if (result >= 0)
            result = Sync.Send(state, MessageKind.Console, 0, (int)master);
        RawSyscall.close((int)master);
        return result < 0 || op->Flags != 0 ? result : BindConsole(state);
    }

    private static nint Prepare(ChildState* state, int master, ulong size)
    {
        // The rootfs may hold anything under that name: only a master of a devpts will do.
        statfs_t stat;
        nint result = RawSyscall.fstatfs(master, &stat);
        if (result < 0)
            return result;
        if (stat.f_type != Stat.DEVPTS_SUPER_MAGIC)
            return -(int)Errno.ENOTTY;
        int unlock = 0;
        result = RawSyscall.ioctl(master, Tty.TIOCSPTLCK, (nint)(&unlock));
        if (result < 0)
            return result;
        nint slave = RawSyscall.ioctl(master, Tty.TIOCGPTPEER, Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_CLOEXEC);
        if (slave < 0)
            return slave;
        state->Set(Slot.Console, (int)slave);

        kernel_termios settings;
        result = RawSyscall.ioctl((int)slave, Tty.TCGETS, (nint)(&settings));
        if (result < 0)
            return result;
        settings.c_oflag &= ~Tty.ONLCR; // As runc: lines end in \n, and callers compare them.
        result = RawSyscall.ioctl((int)slave, Tty.TCSETS, (nint)(&settings));
        if (result < 0 || size == 0)
            return result;
        winsize window = default;
        window.ws_row = (ushort)(size >> 16);
        window.ws_col = (ushort)size;
        return RawSyscall.ioctl((int)slave, Tty.TIOCSWINSZ, (nint)(&window));
    }

    private static nint BindConsole(ChildState* state)
    {
        byte* path = Text.Z("/dev/console"u8);
        state->Explain(path);

        // InRoot.File cuts its path for a moment: give it one that can be written to.
        byte* writable = stackalloc byte[16];
        Text.Append(writable, path);
        nint target = InRoot.File(state->Get(Slot.Root), writable, Fcntl.RESOLVE_NO_SYMLINKS);
        if (target < 0)
            return target;
        nint result = Mounts.Bind(state->Get(Slot.Console), (int)target);
        RawSyscall.close((int)target);
        return result;
    }
}
