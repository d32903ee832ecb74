using System.Text;
using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.State;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Notify;

/// <summary>
/// Passes on that a container's program is ready (sd_notify(3)). The program cannot reach the socket of the service manager, and would
/// not be known to it: so it gets one of its own, and when it says READY there, the manager is told by us, and of the
/// process that is the service to it.
/// </summary>
/// <remarks>
/// <code>
/// create  makes ROOT/ID/notify, mounts it at /run/notify, and sets NOTIFY_SOCKET for the program
/// start   (or run) connects to the manager and binds ROOT/ID/notify/notify.sock, has the program executed, waits for READY=1,
///         sends READY=1 and MAINPID=PID, and, if it is about to end itself, waits until the manager has taken them (BARRIER=1)
/// </code>
/// </remarks>
public sealed unsafe class NotifySocket : IDisposable
{
    private const string Variable = "NOTIFY_SOCKET";
    private const string HostDirectory = "notify";
    private const string Inside = "/run/notify";
    private const string Name = "notify.sock";
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint SocketMode = 0x1FF; // 0777: the program is any user
    private const int MessageMax = 4096;

    /// <summary>How long the manager may take, in milliseconds: as long as sd_notify_barrier(3) is usually given.</summary>
    private const long BarrierTimeout = 30_000;

    private readonly OwnedFd _program;
    private readonly OwnedFd _manager;
    private readonly ILogger _log;

    private NotifySocket(OwnedFd program, OwnedFd manager, ILogger log)
    {
        _program = program;
        _manager = manager;
        _log = log;
    }

    /// <summary>Readable when there is something for <see cref="PassOn"/>.</summary>
    public int Fd => _program.Value;

    /// <summary>Whether the caller is a service whose manager wants to be told.</summary>
    public static bool IsWanted => Manager is not null;

    private static string? Manager => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Makes the directory of the socket, and gives the container's program a place where it sees it.</summary>
    /// <param name="config">The configuration; without a mount namespace or a process, nothing is done.</param>
    /// <param name="directory">The container's.</param>
    /// <returns>The configuration with that.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static Config Offer(Config config, StateDirectory directory)
    {
        if (config.Process is null || !HasMountNamespace(config))
            return config;
        fixed (byte* name = CString.Of(HostDirectory))
            Syscall.Check(RawSyscall.mkdirat(directory.Fd, name, DirectoryMode), $"make {directory.Path}/{HostDirectory}");
        using (OwnedFd made = Syscall.Open(directory.Fd, HostDirectory, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW))
            Syscall.Check(RawSyscall.fchmod(made.Value, DirectoryMode), $"make {directory.Path}/{HostDirectory} readable"); // whatever the umask is

        Spec.Mount mount = new()
        {
            Destination = Inside,
            Type = "bind",
            Source = $"{directory.Path}/{HostDirectory}",
            Options = ["bind", "nosuid", "noexec", "nodev", "ro"],
        };
        return config with
        {
            Mounts = [.. config.Mounts ?? [], mount],
            Process = config.Process with { Env = [.. config.Process.Env ?? [], $"{Variable}={Inside}/{Name}"] },
        };
    }

    /// <summary>Binds the socket of a container whose program is about to begin.</summary>
    /// <param name="directory">The container's.</param>
    /// <param name="log">Where a manager that does not listen any more is told of.</param>
    /// <returns>Null if nobody wants to be told, now or at create.</returns>
    /// <exception cref="LinuxException">The manager's socket cannot be used, or the kernel refuses.</exception>
    public static NotifySocket? Listen(StateDirectory directory, ILogger log)
    {
        if (Manager is not { } manager || !directory.Has(HostDirectory))
            return null;
        OwnedFd connected = Syscall.ConnectDatagram(manager);
        OwnedFd? bound = null;
        try
        {
            bound = Bind(directory);
            return new NotifySocket(bound, connected, log);
        }
        catch
        {
            bound?.Dispose();
            connected.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the program is ready or the container has ended, and tells the manager of the former.</summary>
    /// <param name="record">The container's.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Await(ContainerRecord record)
    {
        using OwnedFd? init = InitProcess.TryOpen(record);
        Span<pollfd> fds = [new() { fd = Fd, events = pollfd.POLLIN }, new() { fd = init?.Value ?? -1, events = pollfd.POLLIN }];
        bool ended = init is null;
        while (true)
        {
            Syscall.Poll(fds, ended ? 0 : -1);
            ended |= fds[1].revents != 0;
            if (fds[0].revents != 0)
            {
                if (!PassOn(record.Pid))
                    continue;
                AwaitManager();
                return;
            }

            if (ended)
                return;
        }
    }

    /// <summary>Takes one message of the program; if it says READY, tells the manager.</summary>
    /// <param name="pid">
    /// Who the manager is to watch as the service: the container's init, or, where we stay with that and end as it does, ourselves.
    /// </param>
    /// <returns>Whether it said so: there is nothing more to pass on then.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public bool PassOn(int pid)
    {
        Span<byte> buffer = stackalloc byte[MessageMax];
        ReadOnlySpan<byte> ready = ReadyIn(buffer[..Syscall.Read(Fd, buffer, $"{Inside}/{Name}")]);
        if (ready.IsEmpty)
            return false;
        if (Tell([.. ready, (byte)'\n'], -1))
            Tell(Encoding.ASCII.GetBytes($"MAINPID={pid}\n"), -1);
        return true;
    }

    /// <summary>The one line of a message that is passed on, <c>READY=…</c>; empty if it has none.</summary>
    internal static ReadOnlySpan<byte> ReadyIn(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            int end = message.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? message : message[..end];
            if (line.StartsWith("READY="u8))
                return line;
            message = end < 0 ? default : message[(end + 1)..];
        }

        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        _manager.Dispose();
    }

    private static bool HasMountNamespace(Config config)
    {
        foreach (LinuxNamespace item in config.Linux?.Namespaces ?? [])
        {
            if (item.Type == NamespaceTypes.Mount)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Who a message comes from, the manager looks up when it takes it, and we must be there then: it closes what came with a barrier
    /// once it has taken all that came before.
    /// </summary>
    private void AwaitManager()
    {
        int* ends = stackalloc int[2];
        Syscall.Check(RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC), "make a pipe");
        using OwnedFd reader = new(ends[0]);
        using (OwnedFd writer = new(ends[1]))
        {
            if (!Tell("BARRIER=1"u8, writer.Value))
                return;
        }

        if (Syscall.Poll([new pollfd { fd = reader.Value, events = pollfd.POLLIN }], BarrierTimeout) == 0)
            _log.Warn($"{Variable} has not taken the container's readiness within {BarrierTimeout / 1000} s");
    }

    /// <summary>A manager that is gone is no reason to end what has begun.</summary>
    private bool Tell(ReadOnlySpan<byte> message, int descriptor)
    {
        nint sent;
        fixed (byte* start = message)
            sent = RawSyscall.SendWithFd(_manager.Value, start, (nuint)message.Length, descriptor);
        if (sent >= 0)
            return true;
        _log.Warn($"the container's readiness cannot be told to {Variable}: {ErrorText.Of((Errno)(int)-sent)}");
        return false;
    }

    private static OwnedFd Bind(StateDirectory directory)
    {
        nint made = RawSyscall.socket(Socket.AF_UNIX, Socket.SOCK_DGRAM | Socket.SOCK_CLOEXEC, 0);
        OwnedFd socket = new((int)Syscall.Check(made, "make a datagram socket"));
        try
        {
            const string InDirectory = $"{HostDirectory}/{Name}";
            sockaddr_un address = directory.AddressOf(InDirectory);
            Syscall.Check(RawSyscall.bind(socket.Value, &address, (uint)sizeof(sockaddr_un)), $"make {directory.Path}/{InDirectory}");
            fixed (byte* name = CString.Of(InDirectory))
                Syscall.Check(RawSyscall.fchmodat(directory.Fd, name, SocketMode), $"open {directory.Path}/{InDirectory} to all");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
