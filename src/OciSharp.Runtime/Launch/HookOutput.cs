using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Hooks;
using OciSharp.Runtime.Processes;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>The output of the hooks that run in the container: read all the while, kept bounded, shown when one fails.</summary>
internal sealed unsafe class HookOutput : IDisposable
{
    private readonly OwnedFd _reader;
    private readonly TailBuffer _tail = new(Spawn.OutputLimit);
    private bool _ended;

    private HookOutput(OwnedFd reader) => _reader = reader;

    /// <summary>What is kept of it.</summary>
    public string Text => _tail.ToString();

    /// <summary>Says a word to init, with the descriptors that its hooks write to.</summary>
    /// <param name="link">The connection to init.</param>
    /// <param name="word">The word.</param>
    /// <param name="files">Where the output goes; what does not go there can be read here.</param>
    /// <param name="trace">The memory that init writes its times to, if <paramref name="word"/> is Start and somebody wants them.</param>
    /// <exception cref="LinuxException">A file cannot be opened, or the kernel refuses.</exception>
    public static HookOutput Send(ChildLink link, MessageKind word, HookFiles files, int? trace = null)
    {
        using OwnedFd? output = Spawn.OpenLog(files.Output);
        using OwnedFd? errors = Spawn.OpenLog(files.Errors);
        HookOutput kept = Open(out OwnedFd writer);
        using (writer)
        {
            Span<int> descriptors = stackalloc int[3];
            int count = 0;
            descriptors[count++] = (output ?? writer).Value;
            if (output is not null || errors is not null)
                descriptors[count++] = (errors ?? writer).Value;
            if (trace is not null)
                descriptors[count++] = trace.Value;
            link.Send(new Message { Kind = word, A = trace is null ? 0 : 1 }, descriptors[..count]);
        }

        return kept;
    }

    private static HookOutput Open(out OwnedFd writer)
    {
        int* ends = stackalloc int[2];
        Syscall.Check(RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC), "make a pipe");
        writer = new OwnedFd(ends[1]);
        var output = new HookOutput(new OwnedFd(ends[0]));
        Syscall.Check(RawSyscall.fcntl(ends[0], Fcntl.F_SETFL, Fcntl.O_NONBLOCK), "make a pipe non-blocking");
        return output;
    }

    /// <summary>Reads output until there is something to read at <paramref name="fd"/>.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void DrainUntilReadable(int fd)
    {
        Span<pollfd> fds = [new() { fd = fd, events = pollfd.POLLIN }, new() { fd = _ended ? -1 : _reader.Value, events = pollfd.POLLIN }];
        while (true)
        {
            Syscall.Poll(fds, -1);
            if (fds[0].revents != 0)
                return;
            if (!Read())
                fds[1].fd = -1;
        }
    }

    /// <summary>Reads what is there now.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void DrainRest()
    {
        for (int i = 0; i < 64 && Read(); i++)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool Read()
    {
        if (_ended)
            return false;
        byte* buffer = stackalloc byte[4096];
        nint size = RawSyscall.read(_reader.Value, buffer, 4096);
        if (size == -(int)Errno.EAGAIN || size == -(int)Errno.EINTR)
            return false;
        if (size < 0)
            LinuxException.Throw(size, "read the output of a hook");
        _ended = size == 0;
        _tail.Append(new ReadOnlySpan<byte>(buffer, (int)size));
        return !_ended;
    }
}
