using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Output;

namespace OciSharp.Runtime.Logging;

/// <summary>Brings the messages of the logging library to a sink. The levels are filtered before.</summary>
/// <param name="sink">Where they go; it belongs to the caller.</param>
/// <param name="start">The timestamp of the start of the log.</param>
internal sealed class SinkLoggerProvider(LogSink sink, long start) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SinkLogger(sink, start);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class SinkLogger(LogSink sink, long start) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string message = formatter(state, exception);
            if (exception is not null)
                message = $"{message}: {exception.Message}";
            try
            {
                sink.Write(new LogEntry(DateTime.UtcNow, Stopwatch.GetElapsedTime(start), logLevel, message));
            }
            catch (LinuxException refusal)
            {
                // A full disk must not change what becomes of the container; standard error is the last place to say it.
                StandardError.WriteLine($"{message} (not logged: {refusal.Message})");
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
