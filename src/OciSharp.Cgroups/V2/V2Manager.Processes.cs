using OciSharp.Linux;

namespace OciSharp.Cgroups.V2;

internal sealed partial class V2Manager
{
    private const int SIGKILL = 9;

    /// <inheritdoc/>
    public override bool IsFrozen => present && Freezer.IsFrozen(directory);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Processes()
    {
        var pids = new List<int>();
        if (present)
            CgroupTree.CollectProcesses(directory, pids);
        return pids;
    }

    /// <inheritdoc/>
    public override void Signal(int signal)
    {
        if (!present)
            return;
        if (signal == SIGKILL)
        {
            // Kills all, also those that are being forked, frozen or not (Linux 5.14).
            nint result = directory.TryWrite("cgroup.kill", "1"u8);
            if (result >= 0 || !Exists())
                return;
        }

        IReadOnlyList<int> pids = Processes();
        if (pids.Count == 0)
            return;
        bool wasFrozen = Freezer.IsFrozen(directory);
        if (!wasFrozen)
            Freezer.Freeze(directory);
        try
        {
            foreach (int pid in wasFrozen ? pids : Processes())
                RawSyscall.kill(pid, signal);
        }
        finally
        {
            // The v2 freezer lets a killed process die; a paused container stays paused.
            if (!wasFrozen)
                Freezer.Thaw(directory);
        }
    }

    /// <inheritdoc/>
    public override void Freeze()
    {
        RequireOwn("freeze the container");
        Freezer.Freeze(directory);
    }

    /// <inheritdoc/>
    public override void Thaw()
    {
        RequireOwn("thaw the container");
        Freezer.Thaw(directory);
    }

    /// <inheritdoc/>
    public override void Remove()
    {
        if (present)
            CgroupTree.Remove(directory);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int>? RemoveUnused() => CgroupTree.RemoveUnused(directory);

    private void RequireOwn(string act)
    {
        if (!present)
            throw new CgroupException($"{act}: it has no cgroup of its own: {refusal!.Message}");
    }

    private bool Exists()
    {
        nint fd = directory.TryOpen("cgroup.procs", Fcntl.O_PATH);
        if (fd < 0)
            return false;
        RawSyscall.close((int)fd);
        return true;
    }
}
