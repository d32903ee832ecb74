using OciSharp.Linux;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Signals;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>Runs a further process in a container.</summary>
    /// <returns>Its exit code, 128 and the number of the signal that ended it, or 0 when it runs on in the background.</returns>
    /// <exception cref="ContainerException">There is no such container, it does not run, or the process cannot be made.</exception>
    /// <exception cref="Cgroups.CgroupException">As above.</exception>
    /// <exception cref="LinuxException">As above.</exception>
    public static int Exec(RuntimeContext context, ExecOptions options)
    {
        using OwnedFd? consoleSocket = ConnectTo(options.ConsoleSocket, "console socket");
        using OwnedFd? pidfdSocket = ConnectTo(options.PidfdSocket, "pidfd socket");
        context.Trace?.Phase("find-container", "find the container", options.Id);
        using StateDirectory directory = StateDirectory.Open(context, options.Id);
        ContainerState state = ContainerState.Of(directory, directory.Load());
        CheckCanExec(state, options);

        context.Trace?.Phase("read-config", "read the container's configuration");
        Config config = ConfigDocument.Reload(directory);
        context.Trace?.Phase("check-config", "check the process");
        Process process = ExecProcess.Of(options, config, context.Log);
        CheckTerminal(process.Terminal, options.Detach, consoleSocket is not null);
        if (!options.Detach)
        {
            Supervisor.BlockSignals();
            Supervisor.BecomeSubreaper();
        }

        using ExecLaunch launch = ExecLaunch.Run(context, options, state, config with { Process = process, Hooks = null });
        HandOver(launch.Pid, launch.Terminal, consoleSocket, pidfdSocket);
        launch.Keep();
        if (options.Detach)
            return 0;
        context.Trace?.Phase("supervise", "wait for the end of the process");
        return Supervise(context, config, launch.Pid, consoleSocket is null ? launch.TakeTerminal() : null);
    }

    private static void CheckCanExec(ContainerState state, ExecOptions options)
    {
        switch (state.Status)
        {
            case ContainerStatus.Created or ContainerStatus.Running:
                return;
            case ContainerStatus.Paused when options.IgnorePaused:
                return;
            case ContainerStatus.Paused:
                throw new ContainerException($"cannot exec in a paused container (use --ignore-paused to override): {options.Id}");
            case ContainerStatus.Stopped:
                throw new ContainerException($"cannot exec in a stopped container: {options.Id}");
            default:
                throw new ContainerException($"cannot exec in a container in the {state.Status} state: {options.Id}");
        }
    }
}
