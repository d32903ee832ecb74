namespace OciSharp.Runtime.Processes;

/// <summary>A program to run to its end, in the runtime's own namespaces.</summary>
public sealed class SpawnRequest
{
    /// <summary>The executable: it is not looked up in PATH.</summary>
    public required string Path { get; init; }

    /// <summary>argv, with the program's name at its head.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment (<c>NAME=value</c>); <see langword="null"/> hands on the runtime's own.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>The working directory; <see langword="null"/> hands on the runtime's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What the program reads from its standard input, before the end of the file.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The file that the standard output is appended to; <see langword="null"/> keeps it.</summary>
    public string? OutputFile { get; init; }

    /// <summary>The file that the standard error is appended to; <see langword="null"/> keeps it.</summary>
    public string? ErrorFile { get; init; }

    /// <summary>How much of the output is kept: its end, in bytes.</summary>
    public int OutputLimit { get; init; } = Spawn.OutputLimit;

    /// <summary>After how many seconds the program and its process group are killed; <see langword="null"/> waits for ever.</summary>
    public int? TimeoutSeconds { get; init; }
}

/// <summary>How a program ended that <see cref="Spawn.Run"/> ran.</summary>
/// <param name="Status">Its exit code or signal.</param>
/// <param name="TimedOut">It was killed because its time was over.</param>
/// <param name="Output">The end of what it wrote to its standard output and error, in the order of writing, but for what went to files.</param>
public readonly record struct SpawnResult(ExitStatus Status, bool TimedOut, string Output);
