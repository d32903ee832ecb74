using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Terminal;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Seccomp;

/// <summary>
/// Hands the notification descriptor of a process's filter to the agent that listens at <c>listenerPath</c> (<c>config-linux.md#containerprocessstate</c>).
/// The process waits meanwhile, and goes on to execute the program when the agent can answer.
/// </summary>
internal sealed unsafe class SeccompAgent : IDisposable
{
    private OwnedFd? _gate;

    /// <summary>The process has said that there will be a listener, and the listener has not come yet.</summary>
    public bool IsExpected { get; private set; }

    /// <summary>Takes what the process waits at (<see cref="MessageKind.SeccompGate"/>).</summary>
    public void Expect(in ChildWord word)
    {
        _gate = word.Descriptor;
        IsExpected = true;
    }

    /// <summary>Takes the descriptor out of the process, sends it to the agent, and lets the process go on (<see cref="MessageKind.SeccompListener"/>).</summary>
    /// <param name="word">What the process said.</param>
    /// <param name="pid">The process: init, or that of an <c>exec</c>.</param>
    /// <param name="config">The configuration of the container.</param>
    /// <param name="container">The container.</param>
    /// <exception cref="ContainerException">The agent does not take it. The process ends when this object is disposed of.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Serve(in ChildWord word, int pid, Config config, ContainerState container)
    {
        LinuxSeccomp profile = config.Linux!.Seccomp!;
        using OwnedFd process = Syscall.OpenProcess(pid);
        nint taken = RawSyscall.pidfd_getfd(process.Value, word.Message.A);
        using OwnedFd listener = new((int)Syscall.Check(taken, $"take the seccomp listener out of process {pid}"));
        using (OwnedFd agent = DescriptorSocket.Connect(Path.GetFullPath(profile.ListenerPath!, container.Record.Bundle), "seccomp agent's socket"))
            Send(agent.Value, StateWriter.Write(Document(profile, pid, config, container)), listener.Value);
        Open();
    }

    /// <summary>The process ended without handing its listener over.</summary>
    public static ContainerException NotHandedOver() => new(
        "$.linux.seccomp: the process could not hand the listener of its filter over: a profile with SCMP_ACT_NOTIFY has to allow write, which tells us where it is");

    /// <inheritdoc/>
    public void Dispose() => _gate?.Dispose();

    private static ContainerProcessState Document(LinuxSeccomp profile, int pid, Config config, ContainerState container) => new()
    {
        OciVersion = SpecVersion.Max,
        Fds = [ContainerProcessState.SeccompFd],
        Pid = pid,
        Metadata = profile.ListenerMetadata,
        State = new Spec.State
        {
            OciVersion = container.Record.OciVersion,
            Id = container.Record.Id,
            Status = container.Status,
            Pid = container.Pid,
            Bundle = container.Record.Bundle,
            Annotations = config.Annotations,
        },
    };

    /// <summary>The descriptor goes with the first message; the rest follows without.</summary>
    private static void Send(int socket, ReadOnlySpan<byte> document, int listener)
    {
        fixed (byte* start = document)
        {
            for (nint sent = 0; sent < document.Length;)
            {
                nint result = RawSyscall.SendWithFd(socket, start + sent, (nuint)(document.Length - sent), sent == 0 ? listener : -1);
                if (result < 0)
                    throw new ContainerException($"cannot send the container's state to the seccomp agent: {ErrorText.Of((Errno)(int)-result)}");
                sent += result;
            }
        }
    }

    /// <summary>Empties the pipe that the process waits at. Our end stays open: the process is still to write its byte.</summary>
    private void Open()
    {
        byte* buffer = stackalloc byte[4096];
        while (RawSyscall.read(_gate!.Value, buffer, 4096) > 0)
        {
        }

        IsExpected = false;
    }
}
