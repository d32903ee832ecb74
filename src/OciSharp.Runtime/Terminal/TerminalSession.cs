using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Terminal;

/// <summary>
/// Connects the container's terminal with our standard input and output, for <c>run</c> in the foreground. Its owner polls:
/// <see cref="Prepare"/>, poll(2), <see cref="Pump"/>. Disposing of it restores the terminal that we were called from.
/// </summary>
public sealed class TerminalSession : IDisposable
{
    /// <summary>How many entries <see cref="Prepare"/> fills.</summary>
    public const int PollCount = 3;

    /// <summary>How often a terminal that nobody has open is looked at again, in milliseconds: poll(2) cannot wait for that.</summary>
    private const int RetryInterval = 100;

    private readonly OwnedFd _master;
    private readonly int _output;
    private readonly HostTerminal? _host;
    private readonly CopyBuffer _toContainer = new();
    private readonly CopyBuffer _fromContainer = new();
    private int _input;
    private bool _outputGone;
    private bool _hungUp;
    private bool _draining;

    private TerminalSession(OwnedFd master, int input, int output, HostTerminal? host)
    {
        _master = master;
        _input = input;
        _output = output;
        _host = host;
    }

    /// <summary>After <see cref="BeginDrain"/>: all that the container wrote has been written.</summary>
    public bool Drained { get; private set; }

    /// <summary>How long to poll at most, in milliseconds; −1 for as long as it takes.</summary>
    public int Timeout => _hungUp || _draining ? RetryInterval : -1;

    /// <summary>Takes over the master of the container's terminal, puts ours into raw mode and gives its size to the container's.</summary>
    /// <param name="master">The master; owned by the session from here on, also when this throws.</param>
    /// <param name="input">Where keys come from.</param>
    /// <param name="output">Where text goes.</param>
    /// <exception cref="LinuxException">A terminal refuses.</exception>
    public static TerminalSession Start(OwnedFd master, int input = 0, int output = 1)
    {
        HostTerminal? host = null;
        try
        {
            Syscall.Check(RawSyscall.fcntl(master.Value, Fcntl.F_SETFL, Fcntl.O_NONBLOCK), "make the container's terminal non-blocking");
            host = HostTerminal.TryEnterRawMode(input);
            TerminalSession session = new(master, input, output, host);
            session.Resize();
            return session;
        }
        catch
        {
            host?.Dispose();
            master.Dispose();
            throw;
        }
    }

    /// <summary>Gives the container's terminal the size of ours, if we have one.</summary>
    /// <exception cref="LinuxException">The container's terminal refuses.</exception>
    public void Resize()
    {
        if (!HostTerminal.CopySize(_input, _master.Value))
            HostTerminal.CopySize(_output, _master.Value);
    }

    /// <summary>The container has ended: no more keys, only what it wrote and we have not read yet.</summary>
    public void BeginDrain()
    {
        _draining = true;
        _hungUp = false;
        _toContainer.Drop();
        _input = -1;
    }

    /// <summary>Says what to wait for.</summary>
    /// <param name="fds"><see cref="PollCount"/> entries.</param>
    public void Prepare(Span<pollfd> fds)
    {
        bool reading = _fromContainer.IsEmpty && !_hungUp;
        bool writing = !_toContainer.IsEmpty && !_hungUp;
        fds[0] = new() { fd = _toContainer.IsEmpty ? _input : -1, events = pollfd.POLLIN };
        fds[1] = new() { fd = _fromContainer.IsEmpty ? -1 : _output, events = pollfd.POLLOUT };
        fds[2] = new()
        {
            fd = reading || writing ? _master.Value : -1,
            events = (short)((reading ? pollfd.POLLIN : 0) | (writing ? pollfd.POLLOUT : 0)),
        };
    }

    /// <summary>Copies what can be copied.</summary>
    /// <param name="fds">The entries of <see cref="Prepare"/> after poll(2).</param>
    /// <param name="timedOut">Nothing happened for <see cref="Timeout"/>.</param>
    public void Pump(ReadOnlySpan<pollfd> fds, bool timedOut)
    {
        if (fds[0].revents != 0)
            ReadKeys();
        if (!_toContainer.IsEmpty && (fds[2].revents & (pollfd.POLLOUT | pollfd.POLLERR | pollfd.POLLHUP)) != 0)
            _toContainer.Flush(_master.Value);
        if (_fromContainer.IsEmpty && (fds[2].revents & (pollfd.POLLIN | pollfd.POLLERR | pollfd.POLLHUP)) != 0)
            ReadText();
        else if (timedOut)
            _hungUp = false; // Look again.
        if (!_fromContainer.IsEmpty && (fds[1].revents != 0 || _outputGone))
            WriteText();

        // Others than the container's processes may hold the terminal open and keep silent: they are not waited for.
        if (_draining && _fromContainer.IsEmpty && (_hungUp || timedOut))
            Drained = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host?.Dispose();
        _master.Dispose();
    }

    private void ReadKeys()
    {
        nint count = _toContainer.Fill(_input);

        // EIO: our terminal is gone, or we are in its background. Either way there are no keys for us.
        if (count <= 0 && count is not (-(nint)Errno.EAGAIN or -(nint)Errno.EINTR))
            _input = -1;
    }

    private void ReadText()
    {
        nint count = _fromContainer.Fill(_master.Value);

        // EIO: nobody has the other side open. Somebody may open it again, as a getty does.
        if (count <= 0 && count is not (-(nint)Errno.EAGAIN or -(nint)Errno.EINTR))
            _hungUp = true;
    }

    private void WriteText()
    {
        // The container is not held up by an output that nobody reads: what it writes is dropped.
        if (_outputGone)
            _fromContainer.Drop();
        else if (!_fromContainer.Flush(_output))
            _outputGone = true;
    }
}
