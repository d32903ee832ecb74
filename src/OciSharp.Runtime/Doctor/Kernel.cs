using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Doctor;

/// <summary>
/// Asks the kernel in ways that change nothing: each call either is a harmless one, or has an argument that is refused by whoever knows the
/// call, and in another way by who does not.
/// </summary>
internal static unsafe class Kernel
{
    private const int NoDescriptor = int.MaxValue - 1;

    /// <summary>What the kernel answers: a value, or a negated errno.</summary>
    public static nint Ask(Feature feature) => feature switch
    {
        Feature.CloneIntoCgroup => CloneIntoCgroup(),
        Feature.PidfdOpen => Closed(RawSyscall.pidfd_open((int)RawSyscall.getpid(), 0)),
        Feature.PidfdSetns => PidfdSetns(),
        Feature.Openat2 => Openat2(),
        Feature.OpenTree => OpenTree(),
        Feature.Fsopen => RawSyscall.fsopen(null, uint.MaxValue),
        Feature.MoveMount => RawSyscall.move_mount(NoDescriptor, null, NoDescriptor, null, uint.MaxValue),
        Feature.MountSetattr => RawSyscall.mount_setattr(NoDescriptor, null, uint.MaxValue, null),
        Feature.IdmappedMounts => IdmappedMounts(),
        Feature.CloseRange => RawSyscall.close_range(uint.MaxValue, uint.MaxValue, Fcntl.CLOSE_RANGE_CLOEXEC),
        Feature.Faccessat2 => Faccessat2(),
        Feature.SealedMemory => SealedMemory(),
        Feature.Bpf => RawSyscall.bpf(-1, null),
        Feature.UserNamespace => RawSyscall.unshare(Sched.CLONE_NEWUSER),
        Feature.NamespacesInside => RawSyscall.unshare(
            Sched.CLONE_NEWNS | Sched.CLONE_NEWUTS | Sched.CLONE_NEWIPC | Sched.CLONE_NEWNET | Sched.CLONE_NEWPID),
        _ => throw new ArgumentOutOfRangeException(nameof(feature)),
    };

    /// <summary>Whether seccomp(2) can be told to do this (SECCOMP_GET_ACTION_AVAIL): 0, or a negated errno.</summary>
    public static nint AskSeccomp(uint action) => RawSyscall.seccomp(OciSharp.Linux.Seccomp.SECCOMP_GET_ACTION_AVAIL, 0, &action);

    /// <summary>Whether somebody listens on a stream socket: 0, or a negated errno.</summary>
    public static nint Connect(string path)
    {
        sockaddr_un address = default;
        address.sun_family = Socket.AF_UNIX;
        var room = new Span<byte>(address.sun_path, 107);
        if (Encoding.UTF8.GetByteCount(path) > room.Length)
            return -(nint)Errno.ENAMETOOLONG;
        int length = Encoding.UTF8.GetBytes(path, room);
        using OwnedFd socket = Syscall.BoundedSocket(Socket.SOCK_STREAM, seconds: 1);
        return RawSyscall.connect(socket.Value, &address, (uint)(sizeof(ushort) + length + 1));
    }

    /// <summary>
    /// A size of `set_tid` that there cannot be is refused with EINVAL, after a kernel that does not know the field `cgroup` has refused with
    /// E2BIG that it is set. Neither makes a process.
    /// </summary>
    private static nint CloneIntoCgroup()
    {
        clone_args arguments = default;
        arguments.set_tid_size = ulong.MaxValue;
        arguments.cgroup = 1;
        return RawSyscall.clone3(&arguments);
    }

    /// <summary>Into the namespace that we are in: nothing changes. Without privileges the answer is EPERM; without the feature, EINVAL.</summary>
    private static nint PidfdSetns()
    {
        nint pidfd = RawSyscall.pidfd_open((int)RawSyscall.getpid(), 0);
        if (pidfd < 0)
            return pidfd;
        nint result = RawSyscall.setns((int)pidfd, Sched.CLONE_NEWUTS);
        RawSyscall.close((int)pidfd);
        return result;
    }

    private static nint Openat2()
    {
        open_how how = default;
        how.flags = Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC;
        how.resolve = Fcntl.RESOLVE_IN_ROOT;
        fixed (byte* path = "/\0"u8)
            return Closed(RawSyscall.openat2(Fcntl.AT_FDCWD, path, &how));
    }

    /// <summary>Without OPEN_TREE_CLONE it is an open(2) with O_PATH.</summary>
    private static nint OpenTree()
    {
        fixed (byte* path = "/\0"u8)
            return Closed(RawSyscall.open_tree(Fcntl.AT_FDCWD, path, Mount.OPEN_TREE_CLOEXEC));
    }

    /// <summary>Whoever knows the attribute misses the user namespace (EBADF) before the mount is looked for.</summary>
    private static nint IdmappedMounts()
    {
        mount_attr attributes = default;
        attributes.attr_set = Mount.MOUNT_ATTR_IDMAP;
        attributes.userns_fd = NoDescriptor;
        fixed (byte* empty = "\0"u8)
            return RawSyscall.mount_setattr(NoDescriptor, empty, Fcntl.AT_EMPTY_PATH, &attributes);
    }

    private static nint Faccessat2()
    {
        fixed (byte* path = "/\0"u8)
            return RawSyscall.faccessat2(Fcntl.AT_FDCWD, path, Fcntl.F_OK, Fcntl.AT_EACCESS);
    }

    private static nint SealedMemory()
    {
        fixed (byte* name = "ocisharp-doctor\0"u8)
            return Closed(RawSyscall.memfd_create(name, Fcntl.MFD_CLOEXEC | Fcntl.MFD_ALLOW_SEALING));
    }

    private static nint Closed(nint fd)
    {
        if (fd >= 0)
            RawSyscall.close((int)fd);
        return fd;
    }
}
