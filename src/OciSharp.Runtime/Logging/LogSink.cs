namespace OciSharp.Runtime.Logging;

/// <summary>Where messages go.</summary>
internal abstract class LogSink : IDisposable
{
    /// <summary>Writes one message, in one piece, at once.</summary>
    /// <exception cref="Linux.LinuxException">It could not be written.</exception>
    public abstract void Write(in LogEntry entry);

    /// <inheritdoc/>
    public abstract void Dispose();
}
