using OciSharp.Cgroups;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Hooks;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>How long a process that was killed may take to end, in milliseconds.</summary>
    private const int KillTimeout = 10_000;

    /// <summary>
    /// Removes what create made, and runs the poststop hooks. A created container, which the specification does not allow here, is
    /// killed before: engines rely on that.
    /// </summary>
    /// <param name="context">Where to look.</param>
    /// <param name="id">The container.</param>
    /// <param name="force">Kill what runs, take away the rest of a creation that was cut off, and be content if there is nothing.</param>
    /// <exception cref="ContainerException">There is no such container, it runs, or it does not end.</exception>
    /// <exception cref="CgroupException">Processes live on in its cgroup.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Delete(RuntimeContext context, string id, bool force = false)
    {
        context.Trace?.Phase("find-container", "find the container", id);
        using StateDirectory? directory = StateDirectory.TryOpen(context, id);
        if (directory is null)
        {
            if (force)
                return;
            throw StateDirectory.Missing(id);
        }

        // Whoever holds the lock may be waiting for a process that hangs. With that killed, they give up, and let us in.
        if (force && LoadOrWarn(directory, context) is { } unlocked)
            EndProcesses(context, unlocked);
        context.Trace?.Phase("lock", "lock the container");
        if (!directory.Lock())
        {
            if (force)
                return;
            throw StateDirectory.Missing(id);
        }

        ContainerRecord? record = force ? LoadOrWarn(directory, context) : directory.Load();
        if (record is not null)
            Destroy(context, directory, record, force);
        context.Trace?.Phase("remove-state", "remove the container's directory");
        directory.Remove();
    }

    private static ContainerRecord? LoadOrWarn(StateDirectory directory, RuntimeContext context)
    {
        try
        {
            return directory.TryLoad();
        }
        catch (ContainerException e)
        {
            context.Log.Warn($"{e.Message}; what it would tell about processes and cgroups is lost");
            return null;
        }
    }

    private static void Destroy(RuntimeContext context, StateDirectory directory, ContainerRecord record, bool force)
    {
        string status = ContainerState.Of(directory, record).Status;
        if (!force && status is not (ContainerStatus.Stopped or ContainerStatus.Created))
            throw new ContainerException($"cannot delete container {record.Id} that is not stopped: {status}");
        EndProcesses(context, record);
        record.RemoveMounts();
        context.Trace?.Phase("remove-cgroup", "remove the container's cgroup", group: StepGroup.Cgroup);
        RemoveCgroup(context, record, force);
        record.Resctrl?.Remove();
        if (record.HasPoststopHooks)
            RunPoststopHooks(context, directory, record);
    }

    /// <summary>Kills all processes of a container, and waits until its init has ended.</summary>
    private static void EndProcesses(RuntimeContext context, ContainerRecord record)
    {
        context.Trace?.Phase("end-processes", "end the processes of the container");
        using OwnedFd? init = InitProcess.TryOpen(record);
        using CgroupManager cgroup = record.OpenCgroup();
        if (init is not null)
            EndInit(record, init, cgroup);
        cgroup.Signal(Signal.SIGKILL);
        if (init is null || InitProcess.Wait(init, KillTimeout))
            return;
        throw new ContainerException(
            $"the init of container {record.Id}, process {record.Pid}, still runs {KillTimeout / 1000} s after it was killed: "
            + $"see /proc/{record.Pid}/stack for what it waits for");
    }

    /// <summary>
    /// Kills init, and waits for it where that ends all others: what the cgroup is then sent meets nobody, and need not freeze it, which whoever
    /// asks for the state meanwhile would take for a pause.
    /// </summary>
    private static void EndInit(ContainerRecord record, OwnedFd init, CgroupManager cgroup)
    {
        InitProcess.Signal(init, Signal.SIGKILL);
        if (!record.PrivatePidNamespace)
            return;
        if (cgroup.IsFrozen)
            cgroup.Thaw(); // On v1 the frozen do not even die.
        InitProcess.Wait(init, KillTimeout);
    }

    private static void RemoveCgroup(RuntimeContext context, ContainerRecord record, bool force)
    {
        if (TryRemoveCgroup(context, record, force) is not { } processes)
            return;
        string who = processes.Count == 0 ? "" : $" ({string.Join(", ", processes)})";
        context.Log.Warn(
            $"the cgroup {string.Join(", ", record.CgroupPaths.Values.Distinct())} stays: container {record.Id} was not made in it, and processes of others{who} "
            + "are there: remove it with rmdir when they have ended");
    }

    /// <summary>
    /// Who deletes by force does not depend on systemd: it forgets the unit when it finds its cgroup gone, or is gone itself with all that it knew.
    /// </summary>
    /// <returns>As <see cref="ContainerRecord.RemoveCgroup()"/>.</returns>
    private static IReadOnlyList<int>? TryRemoveCgroup(RuntimeContext context, ContainerRecord record, bool force)
    {
        try
        {
            return record.RemoveCgroup();
        }
        catch (CgroupException e) when (e.IsOfSystemd)
        {
            if (!force)
                throw new ContainerException($"{e.Message}: try again when it answers, or use \"delete --force {record.Id}\", which does without", e);
            IReadOnlyList<int>? processes = record.RemoveCgroupByFiles();
            context.Log.Warn($"{e.Message}: systemd has not been told that container {record.Id} is gone: should it keep the unit, end that with systemctl stop");
            return processes;
        }
    }

    private static void RunPoststopHooks(RuntimeContext context, StateDirectory directory, ContainerRecord record)
    {
        Config? config = ConfigReader.Read(directory.LoadConfig(), new DiagnosticBag());
        if (config?.Hooks?.Poststop is not { } hooks)
            context.Log.Warn($"{directory.Path}/config.json is damaged: the poststop hooks of container {record.Id} are not run");
        else
            RunPoststop(context, record, hooks, config);
    }

    private static void RunPoststop(RuntimeContext context, ContainerRecord record, IReadOnlyList<Hook> hooks, Config config)
    {
        ReadOnlyMemory<byte> state = StateJson.ForHooks(new ContainerState(record, ContainerStatus.Stopped));
        HookRunner.RunAll("poststop", hooks, state, context.Log, CrunAnnotations.HookFiles(config, record.Bundle), context.Trace);
    }
}
