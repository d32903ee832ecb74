using OciSharp.Linux;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Terminal;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>
    /// Makes a container from a bundle, up to the point where its program is about to be executed (<c>runtime.md#create</c>).
    /// </summary>
    /// <exception cref="ContainerException">It could not be made; the host is as it was before.</exception>
    /// <exception cref="Cgroups.CgroupException">As above.</exception>
    /// <exception cref="LinuxException">As above.</exception>
    public static void Create(RuntimeContext context, CreateOptions options)
    {
        using OwnedFd? consoleSocket = ConnectTo(options.ConsoleSocket, "console socket");
        using OwnedFd? pidfdSocket = ConnectTo(options.PidfdSocket, "pidfd socket");
        using ContainerLaunch launch = ContainerLaunch.Run(context, options, waitForStart: true, detaches: true);
        HandOver(launch.Pid, launch.Terminal, consoleSocket, pidfdSocket, launch.PidfdReceiver);
        launch.Keep();
    }

    /// <summary>A terminal needs somebody to take its master, and a console socket needs a terminal to be sent.</summary>
    internal static void CheckTerminal(bool terminal, bool detaches, bool hasConsoleSocket)
    {
        if (terminal && detaches && !hasConsoleSocket)
        {
            throw new ContainerException(
                "$.process.terminal: cannot allocate tty if runc will detach without setting console socket: give --console-socket, or set terminal to false");
        }

        if (!(terminal && detaches) && hasConsoleSocket)
        {
            throw new ContainerException(
                "cannot use console socket if runc will not detach or allocate tty: --console-socket needs process.terminal, and create or --detach");
        }
    }

    private static OwnedFd? ConnectTo(string? path, string purpose) => path is null ? null : DescriptorSocket.Connect(path, purpose);

    /// <summary>Sends the terminal and the pidfd to those who asked for them: on the command line, and in the configuration.</summary>
    private static void HandOver(int pid, OwnedFd? terminal, OwnedFd? consoleSocket, OwnedFd? pidfdSocket, OwnedFd? pidfdReceiver = null)
    {
        if (consoleSocket is not null && terminal is not null)
            DescriptorSocket.SendTerminal(consoleSocket.Value, terminal.Value);
        if (pidfdSocket is null && pidfdReceiver is null)
            return;
        using OwnedFd pidfd = Syscall.OpenProcess(pid);
        if (pidfdSocket is not null)
            DescriptorSocket.SendPidfd(pidfdSocket.Value, pidfd.Value);
        if (pidfdReceiver is null)
            return;
        DescriptorSocket.SendPidfd(pidfdReceiver.Value, pidfd.Value);
        pidfdReceiver.Dispose(); // a run in the foreground goes on for long
    }
}
