using System.Text;
using Microsoft.Extensions.Logging;
using OciSharp.Linux;

namespace OciSharp.Runtime.Logging;

/// <summary>Datagrams to a log service of the host, in the service's own form.</summary>
internal sealed class DatagramLogSink : LogSink
{
    private const int LOG_USER = 1 << 3;

    private readonly OwnedFd _socket;
    private readonly string _service;
    private readonly Func<LogEntry, string> _form;

    private DatagramLogSink(string service, Func<LogEntry, string> form)
    {
        _socket = Syscall.ConnectDatagram(service);
        _service = service;
        _form = form;
    }

    /// <summary>The syslog service at /dev/log (RFC 3164, facility user); it sets the time itself.</summary>
    /// <param name="identity">What the messages are filed under.</param>
    /// <exception cref="LinuxException">There is no such service.</exception>
    public static DatagramLogSink Syslog(string identity) =>
        new("/dev/log", entry => $"<{LOG_USER + Severity(entry.Level)}>{LogEscape.Line(identity)}: {LogEscape.Line(entry.Message)}");

    /// <summary>The systemd journal (its native protocol). The messages have the field <c>ID=identity</c>, and SYSLOG_IDENTIFIER=ocisharp.</summary>
    /// <param name="identity">Usually the container's id.</param>
    /// <exception cref="LinuxException">There is no journal.</exception>
    public static DatagramLogSink Journal(string identity) =>
        new("/run/systemd/journal/socket", entry =>
            $"PRIORITY={Severity(entry.Level)}\nMESSAGE={LogEscape.Line(entry.Message)}\nID={LogEscape.Line(identity)}\nSYSLOG_IDENTIFIER=ocisharp\n");

    public override void Write(in LogEntry entry) => Syscall.WriteAll(_socket.Value, Encoding.UTF8.GetBytes(_form(entry)), _service);

    public override void Dispose() => _socket.Dispose();

    /// <summary>The severity as syslog(3) numbers it.</summary>
    private static int Severity(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
