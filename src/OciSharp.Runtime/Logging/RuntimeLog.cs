using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime.Logging;

/// <summary>
/// The log of one command. Until a message at an enabled level comes it is a comparison of two integers and, for a file, one
/// open(2); the logging library is set up by the first message.
/// </summary>
public sealed class RuntimeLog : ILogger, IDisposable
{
    private readonly LogSink _sink;
    private readonly LogLevel _minimum;
    private readonly long _start = Stopwatch.GetTimestamp();
    private LoggerFactory? _factory;
    private ILogger? _logger;

    private RuntimeLog(LogSink sink, LogLevel minimum, bool isStandardError)
    {
        _sink = sink;
        _minimum = minimum;
        IsStandardError = isStandardError;
    }

    /// <summary>Whether the messages go to standard error, where the caller of the command sees them.</summary>
    public bool IsStandardError { get; }

    /// <summary>Opens the log.</summary>
    /// <param name="target">
    /// A file, also as <c>file:PATH</c>; <c>syslog:IDENT</c>; <c>journald:IDENT</c>; null, the empty string or <c>/dev/stderr</c>
    /// for standard error.
    /// </param>
    /// <param name="format">The shape of the lines of a file.</param>
    /// <param name="minimum">The least severe level that is logged.</param>
    /// <exception cref="Linux.LinuxException">The target cannot be opened.</exception>
    public static RuntimeLog Open(string? target, LogFormat format, LogLevel minimum)
    {
        if (string.IsNullOrEmpty(target) || target == "/dev/stderr")
            return new RuntimeLog(FileLogSink.StandardError(format), minimum, isStandardError: true);
        LogSink sink = Behind(target, "syslog:") is { } ident ? DatagramLogSink.Syslog(ident)
            : Behind(target, "journald:") is { } id ? DatagramLogSink.Journal(id)
            : FileLogSink.Open(Behind(target, "file:") ?? target, format);
        return new RuntimeLog(sink, minimum, isStandardError: false);
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= _minimum && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            (_logger ??= SetUp()).Log(logLevel, eventId, state, exception, formatter);
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _factory?.Dispose();
        _sink.Dispose();
    }

    // Built by hand: LoggerFactory.Create would set up dependency injection first, which takes two milliseconds.
    private ILogger SetUp()
    {
        _factory = new LoggerFactory([new SinkLoggerProvider(_sink, _start)], new LoggerFilterOptions { MinLevel = _minimum });
        return _factory.CreateLogger("ocisharp");
    }

    private static string? Behind(string target, string prefix) =>
        target.StartsWith(prefix, StringComparison.Ordinal) ? target[prefix.Length..] : null;
}
