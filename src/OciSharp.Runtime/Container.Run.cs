using OciSharp.Cgroups;
using OciSharp.Init;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Notify;
using OciSharp.Runtime.Signals;
using OciSharp.Runtime.Terminal;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>
    /// Makes and starts a container. In the foreground, forwards signals and the terminal to it until it ends, and deletes it.
    /// </summary>
    /// <returns>The exit code of the container, 128 and the number of the signal that ended it, or 0 when it runs on in the background.</returns>
    /// <exception cref="ContainerException">It could not be made or started.</exception>
    /// <exception cref="CgroupException">As above.</exception>
    /// <exception cref="LinuxException">As above.</exception>
    public static int Run(RuntimeContext context, RunOptions options)
    {
        using OwnedFd? consoleSocket = ConnectTo(options.Create.ConsoleSocket, "console socket");
        using OwnedFd? pidfdSocket = ConnectTo(options.Create.PidfdSocket, "pidfd socket");
        if (!options.Detach)
        {
            Supervisor.BlockSignals();
            if (!options.NoSubreaper)
                Supervisor.BecomeSubreaper();
        }

        using ContainerLaunch launch = ContainerLaunch.Run(context, options.Create, waitForStart: false, options.Detach);
        HandOver(launch.Pid, launch.Terminal, consoleSocket, pidfdSocket, launch.PidfdReceiver);
        if (launch.Config.Hooks?.Poststart is { Count: > 0 } poststart)
            RunPoststart(launch.Record, poststart, launch.Config, context.Trace);
        if (options.Detach)
        {
            launch.Keep();
            launch.Directory.Unlock();
            if (launch.Notify is not null)
                context.Trace?.Phase("await-ready", "wait until the program says that it is ready");
            launch.Notify?.Await(launch.Record);
            return 0;
        }

        context.Trace?.Phase("supervise", "wait for the end of the container");
        launch.Directory.Unlock();
        int code = Supervise(context, launch.Config, launch.Pid, consoleSocket is null ? launch.TakeTerminal() : null, launch.Notify);
        launch.Keep();
        if (!options.Keep)
            DeleteEnded(context, launch);
        return code;
    }

    private static void DeleteEnded(RuntimeContext context, ContainerLaunch launch)
    {
        try
        {
            if (launch.Directory.Lock()) // else somebody has deleted it
                Destroy(context, launch);
        }
        catch (Exception e) when (e is LinuxException or CgroupException)
        {
            throw new ContainerException($"{e.Message}: the container has ended and was not deleted: \"delete {launch.Record.Id}\" does it", e);
        }
    }

    /// <summary>
    /// Waits for the end of a child in the foreground, with its terminal if that is ours to serve. A seccomp filter kills without a word: that
    /// is said here.
    /// </summary>
    private static int Supervise(RuntimeContext context, Config config, int pid, OwnedFd? terminal, NotifySocket? notify = null)
    {
        if (context.Trace is null)
            Helper.Release(); // now there is time for it; a trace reads in it what was done
        int code = Attend(pid, terminal, notify);
        if (code == 128 + Signal.SIGSYS && config.Linux?.Seccomp is not null)
            context.Log.Warn(FailureClasses.FilterKilled.Failure("the program was ended by SIGSYS, as by the seccomp filter for a system call that it kills for", "$.linux.seccomp").Message);
        return code;
    }

    private static int Attend(int pid, OwnedFd? terminal, NotifySocket? notify)
    {
        using OwnedFd pidfd = Syscall.OpenProcess(pid);
        if (terminal is null)
            return Supervisor.Run(pidfd.Value, pid, null, notify);
        using TerminalSession session = TerminalSession.Start(terminal);
        return Supervisor.Run(pidfd.Value, pid, session, notify);
    }

    /// <summary>The end of a container that ran in the foreground: its processes and cgroup, its poststop hooks, its directory.</summary>
    private static void Destroy(RuntimeContext context, ContainerLaunch launch)
    {
        context.Trace?.Phase("end-processes", "end the processes of the container");
        if (!launch.Record.PrivatePidNamespace)
            launch.Cgroup.Signal(Signal.SIGKILL);
        launch.Record.RemoveMounts();
        context.Trace?.Phase("remove-cgroup", "remove the container's cgroup", group: StepGroup.Cgroup);
        launch.Cgroup.Remove();
        if (launch.Config.Hooks?.Poststop is { Count: > 0 } poststop)
            RunPoststop(context, launch.Record, poststop, launch.Config);
        context.Trace?.Phase("remove-state", "remove the container's directory");
        launch.Directory.Remove();
    }
}
