namespace OciSharp.Cli.CommandLine;

/// <summary>The command line is not one that we understand. The message is logged as it is; engines look for parts of it.</summary>
/// <param name="message">What is wrong.</param>
internal sealed class UsageException(string message) : Exception(message);
