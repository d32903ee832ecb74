using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V1;

internal sealed partial class V1Manager
{
    private const int SIGKILL = 9;

    // A fork bomb is killed faster than it forks after a few rounds; what is left then cannot be killed.
    private const int KillRounds = 100;

    /// <inheritdoc/>
    public override bool IsFrozen => Find(Controllers.Freezer) is { } freezer && Freezer.IsFrozen(freezer.Directory);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Processes()
    {
        var pids = new List<int>();
        if (Lister() is { } lister)
            CgroupTree.CollectProcesses(lister.Directory, pids);
        return pids;
    }

    /// <inheritdoc/>
    public override void Signal(int signal)
    {
        if (Find(Controllers.Freezer) is not { } freezer)
        {
            SignalMoving(signal);
            return;
        }

        try
        {
            SignalFrozen(freezer, signal);
        }
        catch (CgroupException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            // Somebody removed the cgroup meanwhile, which can only be done when it has no processes.
        }
    }

    private void SignalFrozen(Hierarchy freezer, int signal)
    {
        bool wasFrozen = Freezer.IsFrozen(freezer.Directory);
        IReadOnlyList<int> pids = Processes();
        if (pids.Count == 0)
            return;
        if (!wasFrozen)
            Freezer.Freeze(freezer.Directory);
        try
        {
            foreach (int pid in wasFrozen ? pids : Processes())
                RawSyscall.kill(pid, signal);
        }
        finally
        {
            // A paused container stays paused, but a killed one must be able to die.
            if (!wasFrozen || signal == SIGKILL)
                Freezer.Thaw(freezer.Directory);
        }
    }

    /// <inheritdoc/>
    public override void Freeze() => Freezer.Freeze(FreezerDirectory());

    /// <inheritdoc/>
    public override void Thaw() => Freezer.Thaw(FreezerDirectory());

    /// <inheritdoc/>
    public override void Remove()
    {
        CgroupException? first = null;
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (!hierarchy.Present)
                continue;
            try
            {
                CgroupTree.Remove(hierarchy.Directory);
            }
            catch (CgroupException e)
            {
                first ??= e; // the others are removed all the same
            }
        }

        made.Clear();
        if (first is not null)
            throw first;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int>? RemoveUnused()
    {
        IReadOnlyList<int>? users = null; // waited for once: who is not gone from the first is not going
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (users is null)
                users = CgroupTree.RemoveUnused(hierarchy.Directory);
            else
                hierarchy.Directory.TryRemove();
        }

        return users;
    }

    /// <summary>Where processes are listed: in the freezer, so that those frozen are those listed.</summary>
    private Hierarchy? Lister()
    {
        if (Find(Controllers.Freezer) is { } freezer)
            return freezer;
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (hierarchy.Present)
                return hierarchy;
        }

        return null;
    }

    private CgroupDirectory FreezerDirectory() => Find(Controllers.Freezer)?.Directory
        ?? throw new CgroupException(
            "freeze the container: the freezer controller is not mounted: mount it (mount -t cgroup -o freezer freezer /sys/fs/cgroup/freezer)")
        {
            Controller = "freezer",
        };

    private void SignalMoving(int signal)
    {
        for (int round = 0; round < KillRounds; round++)
        {
            IReadOnlyList<int> pids = Processes();
            foreach (int pid in pids)
                RawSyscall.kill(pid, signal);
            if (pids.Count == 0 || signal != SIGKILL)
                return;
            Syscall.Sleep(1000);
        }
    }
}
