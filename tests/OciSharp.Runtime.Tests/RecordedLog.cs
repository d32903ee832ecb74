using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime.Tests;

/// <summary>A log that keeps its warnings, and takes nothing else.</summary>
internal sealed class RecordedLog : ILogger
{
    public List<string> Warnings { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Assert.That(logLevel, Is.EqualTo(LogLevel.Warning));
        Warnings.Add(formatter(state, exception));
    }
}
