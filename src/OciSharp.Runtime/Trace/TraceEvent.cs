namespace OciSharp.Runtime.Trace;

/// <summary>One step of a process: what it was, when it began, how long it took.</summary>
internal sealed class TraceEvent
{
    /// <summary>The name of its kind, for programs: that of <c>explain</c> where that shows it too.</summary>
    public required string Kind { get; init; }

    /// <summary>What is done, in words.</summary>
    public required string Act { get; init; }

    /// <summary>What it is about, in the words of <c>explain</c>.</summary>
    public required string Group { get; init; }

    /// <summary>The operands in words; may be empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The part of config.json that it comes from; <c>$</c> if there is none in particular.</summary>
    public string Origin { get; init; } = "$";

    /// <summary>Nanoseconds of CLOCK_MONOTONIC.</summary>
    public required ulong Begin { get; init; }

    /// <summary>As <see cref="Begin"/>.</summary>
    public ulong End { get; set; }

    /// <summary>The errno that it failed with; 0 if there is none.</summary>
    public int Errno { get; init; }

    /// <summary>Why it failed, in words; null if it did not.</summary>
    public string? Error { get; set; }
}

/// <summary>The steps of one process, in their order.</summary>
/// <param name="name">What the process is called: <c>runtime</c>, <c>helper</c>, <c>init</c>, <c>process</c>.</param>
/// <param name="pid">Its pid, as the runtime sees it.</param>
internal sealed class TraceTrack(string name, int pid)
{
    /// <summary>What the process is called.</summary>
    public string Name { get; } = name;

    /// <summary>Its pid.</summary>
    public int Pid { get; } = pid;

    /// <summary>The steps.</summary>
    public List<TraceEvent> Events { get; } = [];

    /// <summary>When the last step ended; 0 if there is none.</summary>
    public ulong End => Events.Count == 0 ? 0 : Events[^1].End;
}
