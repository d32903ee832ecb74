using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Seccomp;
using static OciSharp.Linux.Seccomp;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    private const ulong SysAdmin = 1UL << 21; // CAP_SYS_ADMIN of linux/capability.h
    private const uint FilterRoom = sizeof(ulong) + (SocketFilter.BPF_MAXINSNS * 8);

    /// <summary>
    /// Who may gain privileges by execve needs CAP_SYS_ADMIN to load a filter (seccomp(2)). We load it last, so we keep that capability until then. The program does not get
    /// it: what execve permits comes from the inheritable, bounding and ambient sets, not from the permitted one (capabilities(7)).
    /// </summary>
    private ulong NeededForSeccomp => _linux.Seccomp is not null && !Process!.NoNewPrivileges ? SysAdmin : 0;

    /// <summary>The last step before execve: see docs/adr/0005-seccomp.md.</summary>
    private void SeccompFilter()
    {
        if (_linux.Seccomp is not { } profile)
            return;
        _plan.Origin = new Origin("$.linux.seccomp");
        uint flags = FilterFlags.Of(profile);
        if ((flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0)
            _plan.Add(OpCode.SeccompGate, slot: Slot.Gate, flags: _request.Rootless ? 1u : 0);
        _result.SeccompFilter = _plan.Reserve(FilterRoom, sizeof(ulong));
        _plan.Add(OpCode.Seccomp, flags: flags, data: _result.SeccompFilter);
    }
}
