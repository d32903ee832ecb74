using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>
/// Reads and writes the specification's documents with <see cref="System.Text.Json.JsonSerializer"/>, without reflection. Absent (null)
/// properties are not written. It throws at the first mistake; <see cref="ConfigReader"/> reports all of them, and starts faster.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Config))]
[JsonSerializable(typeof(Process))]
[JsonSerializable(typeof(LinuxResources))]
[JsonSerializable(typeof(State))]
[JsonSerializable(typeof(ContainerProcessState))]
[JsonSerializable(typeof(Features))]
public sealed partial class OciSharpJsonContext : JsonSerializerContext;
