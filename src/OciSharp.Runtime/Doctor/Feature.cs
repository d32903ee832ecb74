namespace OciSharp.Runtime.Doctor;

/// <summary>What the kernel is asked for by a system call, because no file tells.</summary>
internal enum Feature
{
    /// <summary>clone3(2) with CLONE_INTO_CGROUP.</summary>
    CloneIntoCgroup,

    /// <summary>pidfd_open(2).</summary>
    PidfdOpen,

    /// <summary>setns(2) with a pidfd.</summary>
    PidfdSetns,

    /// <summary>openat2(2) with RESOLVE_IN_ROOT.</summary>
    Openat2,

    /// <summary>open_tree(2).</summary>
    OpenTree,

    /// <summary>fsopen(2).</summary>
    Fsopen,

    /// <summary>move_mount(2).</summary>
    MoveMount,

    /// <summary>mount_setattr(2).</summary>
    MountSetattr,

    /// <summary>mount_setattr(2) with MOUNT_ATTR_IDMAP.</summary>
    IdmappedMounts,

    /// <summary>close_range(2) with CLOSE_RANGE_CLOEXEC.</summary>
    CloseRange,

    /// <summary>faccessat2(2).</summary>
    Faccessat2,

    /// <summary>memfd_create(2) with sealing.</summary>
    SealedMemory,

    /// <summary>bpf(2).</summary>
    Bpf,

    /// <summary>unshare(2): a user namespace of our own. The process is in it from then on.</summary>
    UserNamespace,

    /// <summary>unshare(2), in that user namespace: all others.</summary>
    NamespacesInside,
}
