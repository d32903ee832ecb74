using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.Devices;

/// <summary>Puts a program of <see cref="DeviceProgram"/> on a cgroup of v2.</summary>
internal static unsafe class DeviceFilter
{
    // The kernel allows 64 programs per cgroup (BPF_CGROUP_MAX_PROGS).
    private const int MostPrograms = 64;

    /// <summary>
    /// Loads the program and attaches it. Programs that are there already are replaced, so that there is no moment in which
    /// devices are open or shut that should not be.
    /// </summary>
    /// <param name="cgroup">The cgroup's directory; O_PATH will do.</param>
    /// <param name="program">The instructions.</param>
    /// <param name="isNew">The cgroup was just made, so nothing is attached to it.</param>
    /// <returns>0 or the negated errno.</returns>
    public static nint Attach(int cgroup, ReadOnlySpan<ulong> program, bool isNew)
    {
        nint loaded = Load(program);
        if (loaded == -(nint)Errno.EPERM && RaiseMemoryLock())
            loaded = Load(program);
        if (loaded < 0)
            return loaded;
        using var own = new OwnedFd((int)loaded);
        if (isNew)
            return Attach(cgroup, own.Value, Bpf.BPF_F_ALLOW_MULTI, 0);

        Span<uint> ids = stackalloc uint[MostPrograms];
        nint count = Query(cgroup, ids);
        if (count < 0)
            return count;
        return count == 1 ? Replace(cgroup, own.Value, ids[0]) : AttachBeside(cgroup, own.Value, ids[..(int)count]);
    }

    private static nint Load(ReadOnlySpan<ulong> program)
    {
        fixed (ulong* instructions = program)
        fixed (byte* license = "Apache-2.0\0"u8)
        {
            bpf_attr attributes = default;
            attributes.prog_type = Bpf.BPF_PROG_TYPE_CGROUP_DEVICE;
            attributes.insn_cnt = (uint)program.Length;
            attributes.insns = instructions;
            attributes.license = license;
            return RawSyscall.bpf(Bpf.BPF_PROG_LOAD, &attributes);
        }
    }

    /// <summary>Before Linux 5.11 programs counted as locked memory, of which 64 KiB are the usual limit.</summary>
    private static bool RaiseMemoryLock()
    {
        var unlimited = new rlimit64 { rlim_cur = ulong.MaxValue, rlim_max = ulong.MaxValue };
        return RawSyscall.prlimit64(0, Rlimit.RLIMIT_MEMLOCK, &unlimited, null) == 0;
    }

    /// <summary>The ids of the programs attached to the cgroup itself.</summary>
    /// <returns>Their number or the negated errno.</returns>
    private static nint Query(int cgroup, Span<uint> ids)
    {
        fixed (uint* start = ids)
        {
            bpf_attr attributes = default;
            attributes.target_fd = (uint)cgroup;
            attributes.query_attach_type = Bpf.BPF_CGROUP_DEVICE;
            attributes.query_prog_ids = start;
            attributes.query_prog_cnt = (uint)ids.Length;
            nint result = RawSyscall.bpf(Bpf.BPF_PROG_QUERY, &attributes);
            return result < 0 ? result : (nint)attributes.query_prog_cnt;
        }
    }

    private static nint Replace(int cgroup, int program, uint oldId)
    {
        nint old = Open(oldId);
        if (old < 0)
            return old;
        using var opened = new OwnedFd((int)old);
        nint result = Attach(cgroup, program, Bpf.BPF_F_ALLOW_MULTI | Bpf.BPF_F_REPLACE, (int)old);

        // Whoever attached it did not allow others beside it: then a plain attach replaces it.
        return result == -(nint)Errno.EPERM ? Attach(cgroup, program, 0, 0) : result;
    }

    /// <summary>All programs must agree, so a second one only denies more: attaching first and detaching then opens nothing.</summary>
    private static nint AttachBeside(int cgroup, int program, ReadOnlySpan<uint> oldIds)
    {
        nint result = Attach(cgroup, program, Bpf.BPF_F_ALLOW_MULTI, 0);
        foreach (uint id in oldIds)
        {
            if (result < 0)
                return result;
            nint old = Open(id);
            if (old < 0)
                return old;
            using var opened = new OwnedFd((int)old);
            result = Detach(cgroup, (int)old);
        }

        return result;
    }

    private static nint Attach(int cgroup, int program, uint flags, int replaced)
    {
        bpf_attr attributes = default;
        attributes.target_fd = (uint)cgroup;
        attributes.attach_bpf_fd = (uint)program;
        attributes.attach_type = Bpf.BPF_CGROUP_DEVICE;
        attributes.attach_flags = flags;
        attributes.replace_bpf_fd = (uint)replaced;
        return RawSyscall.bpf(Bpf.BPF_PROG_ATTACH, &attributes);
    }

    private static nint Detach(int cgroup, int program)
    {
        bpf_attr attributes = default;
        attributes.target_fd = (uint)cgroup;
        attributes.attach_bpf_fd = (uint)program;
        attributes.attach_type = Bpf.BPF_CGROUP_DEVICE;
        return RawSyscall.bpf(Bpf.BPF_PROG_DETACH, &attributes);
    }

    private static nint Open(uint id)
    {
        bpf_attr attributes = default;
        attributes.prog_id = id;
        return RawSyscall.bpf(Bpf.BPF_PROG_GET_FD_BY_ID, &attributes);
    }
}
