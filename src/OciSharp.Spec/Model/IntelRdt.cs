using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>Intel Resource Director Technology (<c>config-linux.md#intelrdt</c>).</summary>
public sealed record LinuxIntelRdt : SpecObject
{
    /// <summary>The class of service: a directory of resctrl, <c>/</c> for its root; absent: one named after the container.</summary>
    [JsonPropertyName("closID")]
    public string? ClosId { get; init; }

    /// <summary>Lines for the schemata file, written after the two schemas below.</summary>
    public IReadOnlyList<string>? Schemata { get; init; }

    /// <summary><c>L3:0=f;1=f</c>.</summary>
    public string? L3CacheSchema { get; init; }

    /// <summary><c>MB:0=20;1=70</c>.</summary>
    public string? MemBwSchema { get; init; }

    /// <summary>Makes a monitoring group for the container.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EnableMonitoring { get; init; }
}
