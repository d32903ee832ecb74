using System.Text.Json;
using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>
/// What every object of the specification's documents has: properties that this version does not know. They are ignored
/// (<c>config.md#extensibility</c>), and kept so that what was read can be written again.
/// </summary>
public abstract record SpecObject
{
    /// <summary>Properties that the specification does not define for this object, by name; null when there are none.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extensions { get; set; }
}
