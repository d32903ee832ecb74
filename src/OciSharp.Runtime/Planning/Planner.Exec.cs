using System.Runtime.InteropServices;
using OciSharp.Init.Plan;
using OciSharp.Spec;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    /// <summary>Compiles a process that joins a running container.</summary>
    /// <param name="config">The container's configuration, with the process in place of its own.</param>
    /// <param name="plan">Where the steps go.</param>
    /// <param name="request">As for a launch.</param>
    /// <exception cref="ContainerException">The process asks for what cannot be had.</exception>
    /// <exception cref="PlanTooLargeException">It does not fit into the arena.</exception>
    public static LaunchPlan CompileExec(Config config, PlanBuilder plan, PlanRequest request)
    {
        var planner = new Planner(config, plan, request);
        planner.PlanExec();
        plan.Finish();
        return planner._result;
    }

    private void PlanExec()
    {
        ulong joined = 0;
        foreach (LinuxNamespace space in _linux.Namespaces ?? [])
            joined |= NamespaceFlag(space.Type);
        _joinedNamespaces = joined;

        OomScore();
        Settle();
        HardLimits();
        Affinity("$.execCPUAffinity.initial", Process!.ExecCpuAffinity?.Initial);
        _plan.Origin = new Origin("$");
        _recorded = _linux.Seccomp is null; // nothing is kept about it, but its filter is to be ready
        if (joined != 0)
            _plan.Add(OpCode.JoinProcess, x: joined);
        if ((joined & CLONE_NEWUSER) != 0)
            _plan.Add(OpCode.BecomeRoot);

        // Only a child is in the pid and time namespaces that were joined.
        if ((joined & (CLONE_NEWPID | CLONE_NEWTIME)) != 0)
            _plan.Add(OpCode.CloneInit);
        else
            _result.HelperIsInit = true;
        JoinCgroups();
        _plan.Origin = new Origin("$.root.path");
        if ((joined & CLONE_NEWNS) != 0)
            _plan.Add(OpCode.OpenRoot);
        else
            _plan.Add(OpCode.ChangeRoot, s: _plan.String(_request.Rootfs));

        Keyring();
        Console(flags: 1);
        Affinity("$.execCPUAffinity.final", Process.ExecCpuAffinity?.Final);
        UserProcess();
    }

    private void Affinity(string path, string? list)
    {
        if (string.IsNullOrEmpty(list))
            return;
        _hasProcessors = true;
        _plan.Origin = new Origin(path);
        ulong[] mask = Scheduling.Mask(list, path);
        _plan.Add(OpCode.Affinity, data: _plan.Bytes(MemoryMarshal.AsBytes<ulong>(mask)), count: (uint)(mask.Length * sizeof(ulong)));
    }
}
