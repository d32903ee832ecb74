using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime.Logging;

/// <summary>The messages that belong to no one verb.</summary>
public static partial class LogMessages
{
    /// <summary>The command failed; the one error message of the process.</summary>
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void Failed(this ILogger log, string reason);

    /// <summary>Where in the code the command failed.</summary>
    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "{Failure}")]
    public static partial void FailedAt(this ILogger log, object failure);

    /// <summary>Something went wrong that does not make the command fail.</summary>
    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void Warn(this ILogger log, string message);

    /// <summary>Something that only whoever looks into a command wants to know.</summary>
    [LoggerMessage(EventId = 4, Level = LogLevel.Debug, Message = "{Message}")]
    public static partial void Detail(this ILogger log, string message);
}
