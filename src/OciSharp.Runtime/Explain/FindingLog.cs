using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime.Explain;

/// <summary>Keeps the warnings that a command would log.</summary>
internal sealed class FindingLog : ILogger
{
    private readonly List<Finding> _findings = [];

    /// <summary>The warnings, and what else was added, in order.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Adds what the command would fail with.</summary>
    public void Fails(string message) => _findings.Add(new Finding(true, message));

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _findings.Add(new Finding(false, formatter(state, exception)));
    }
}
