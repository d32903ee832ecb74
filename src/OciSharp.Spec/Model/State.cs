using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>The state of a container, as <c>state</c> prints it and hooks read it (<c>runtime.md#state</c>).</summary>
public sealed record State : SpecObject
{
    /// <summary>The version of the specification that the state complies with.</summary>
    public required string OciVersion { get; init; }

    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="ContainerStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The container's process; 0 when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Pid { get; init; }

    /// <summary>The bundle: an absolute path.</summary>
    public required string Bundle { get; init; }

    /// <summary>The annotations of the configuration.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>Values of <see cref="State.Status"/>.</summary>
public static class ContainerStatus
{
    /// <summary>Being created.</summary>
    public const string Creating = "creating";

    /// <summary>Created; the user's program has not begun.</summary>
    public const string Created = "created";

    /// <summary>The user's program runs.</summary>
    public const string Running = "running";

    /// <summary>The container's process has ended.</summary>
    public const string Stopped = "stopped";

    /// <summary>Frozen. Not of the specification; all runtimes have it.</summary>
    public const string Paused = "paused";
}

/// <summary>What a seccomp agent is sent with the notification descriptor (<c>config-linux.md#containerprocessstate</c>).</summary>
public sealed record ContainerProcessState : SpecObject
{
    /// <summary>The only name that <see cref="Fds"/> has so far: the descriptor of seccomp(2).</summary>
    public const string SeccompFd = "seccompFd";

    /// <summary>The version of the specification that this complies with.</summary>
    public required string OciVersion { get; init; }

    /// <summary>Names of the descriptors in the SCM_RIGHTS message, in their order.</summary>
    public IReadOnlyList<string>? Fds { get; init; }

    /// <summary>The container's process, as the runtime sees it.</summary>
    public required int Pid { get; init; }

    /// <summary><see cref="LinuxSeccomp.ListenerMetadata"/>.</summary>
    public string? Metadata { get; init; }

    /// <summary>The container's state.</summary>
    public required State State { get; init; }
}
