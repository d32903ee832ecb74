using System.Text;

namespace OciSharp.Integration.Harness;

/// <summary>A pseudoterminal as a user's terminal emulator holds it: this is the master's side.</summary>
public sealed unsafe class Pty : IDisposable
{
    private readonly int _master;
    private readonly int _slave = -1;
    private readonly StringBuilder _received = new();
    private readonly Thread _reader;

    /// <summary>A new pair.</summary>
    public Pty(int rows = 24, int columns = 80)
        : this(Open("/dev/ptmx"))
    {
        Path = $"/dev/pts/{Libc.UnlockPty(_master)}";
        // Held open, so that the terminal does not hang up between two commands and its settings can be looked at.
        _slave = Open(Path);
        Resize(rows, columns);
        _reader.Start();
    }

    /// <summary>The master's descriptor of a terminal that somebody else made.</summary>
    private Pty(int master)
    {
        _master = master;
        _reader = new Thread(Read) { IsBackground = true };
    }

    /// <summary>A terminal whose master was received from a runtime; it is closed with this object.</summary>
    public static Pty OfMaster(int master)
    {
        var terminal = new Pty(master);
        terminal._reader.Start();
        return terminal;
    }

    /// <summary>The slave's path on the host.</summary>
    public string Path { get; } = "";

    /// <summary>All that was received so far, as it was sent: line ends included.</summary>
    public string Received
    {
        get
        {
            lock (_received) return _received.ToString();
        }
    }

    /// <summary>What was received, with plain line feeds.</summary>
    public string Text => Received.Replace("\r\n", "\n");

    public void Resize(int rows, int columns) => Libc.SetWindowSize(_master, rows, columns);

    /// <summary>Types this.</summary>
    public void Type(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* p = bytes) Libc.Check(Libc.write(_master, p, bytes.Length), "write to the terminal");
    }

    public Pty Until(string text)
    {
        Wait.Until(() => Text.Contains(text), () => $"the terminal shows '{Text}', expected '{text}'");
        return this;
    }

    /// <summary>Waits until all that was written is received: the kernel passes it on in the background.</summary>
    public void Drain()
    {
        var marker = $"<drained {Environment.TickCount64}>";
        var bytes = Encoding.UTF8.GetBytes(marker);
        fixed (byte* p = bytes) Libc.Check(Libc.write(_slave, p, bytes.Length), "write to the terminal");
        Until(marker);
        lock (_received) _received.Remove(_received.Length - marker.Length, marker.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The reader ends when the last slave is closed (EIO) or the master has gone.
        if (_slave >= 0) _ = Libc.close(_slave);
        _reader.Join(TimeSpan.FromSeconds(2));
        _ = Libc.close(_master);
    }

    private static int Open(string path)
    {
        var fd = Libc.open(path, Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC, 0);
        Libc.Check(fd, $"open {path}");
        return fd;
    }

    private void Read()
    {
        var buffer = stackalloc byte[4096];
        while (true)
        {
            var count = Libc.read(_master, buffer, 4096);
            if (count <= 0) return;
            lock (_received) _received.Append(Encoding.UTF8.GetString(buffer, (int)count));
        }
    }
}
