using System.Globalization;
using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime.Logging;

/// <summary>Words an entry as one line, in the shapes of runc, which engines parse.</summary>
internal static class LogLine
{
    /// <summary>The width that terminals' lines are padded to, so that fields behind the message would line up.</summary>
    private const int TerminalWidth = 44;

    /// <summary><c>time="2026-01-02T15:04:05Z" level=error msg="…"</c></summary>
    public static string Text(in LogEntry entry)
    {
        string message = NeedsQuotes(entry.Message) ? LogEscape.Quoted(entry.Message) : entry.Message;
        return $"time=\"{Rfc3339(entry.Time)}\" level={Name(entry.Level)} msg={message}\n";
    }

    /// <summary><c>{"level":"error","msg":"…","time":"2026-01-02T15:04:05Z"}</c></summary>
    public static string Json(in LogEntry entry) =>
        $"{{\"level\":\"{Name(entry.Level)}\",\"msg\":{LogEscape.Json(entry.Message)},\"time\":\"{Rfc3339(entry.Time)}\"}}\n";

    /// <summary><c>ERRO[0000] …</c>, the level in colour.</summary>
    public static string Terminal(in LogEntry entry)
    {
        (string tag, int colour) = entry.Level switch
        {
            LogLevel.Critical or LogLevel.Error => ("ERRO", 31),
            LogLevel.Warning => ("WARN", 33),
            LogLevel.Information => ("INFO", 36),
            _ => ("DEBU", 37),
        };
        string seconds = ((long)entry.SinceStart.TotalSeconds).ToString("D4", CultureInfo.InvariantCulture);
        return $"\e[{colour}m{tag}\e[0m[{seconds}] {LogEscape.Line(entry.Message).PadRight(TerminalWidth)} \n";
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };

    private static string Rfc3339(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool NeedsQuotes(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '/' or '@' or '^' or '+'))
                return true;
        }
        return false;
    }
}
