using Microsoft.Extensions.Logging;

namespace OciSharp.Runtime.Logging;

/// <summary>One message.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="SinceStart">How long after the start of the log.</param>
/// <param name="Level">How severe.</param>
/// <param name="Message">What; not escaped yet.</param>
internal readonly record struct LogEntry(DateTime Time, TimeSpan SinceStart, LogLevel Level, string Message);
