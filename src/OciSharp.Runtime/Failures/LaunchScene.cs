using Microsoft.Extensions.Logging;
using OciSharp.Init.Plan;
using OciSharp.Spec;

namespace OciSharp.Runtime.Failures;

/// <summary>What is at hand to explain the failure of a step with. All of it may be missing but the log.</summary>
internal class LaunchScene
{
    /// <summary>The plan, which knows the place in config.json that a step comes from; <c>start</c> has none.</summary>
    public PlanBuilder? Plan { get; init; }

    /// <summary>The configuration.</summary>
    public Config? Config { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public string? Bundle { get; init; }

    /// <summary>Absolute path of the root file system.</summary>
    public string? Rootfs { get; init; }

    /// <summary>The process that has failed, and waits until we have looked at it; 0 if that was the helper, before there was a container.</summary>
    public int Pid { get; init; }

    /// <summary>That process's files; null if they cannot be looked at.</summary>
    public virtual ContainerView? View() => ContainerView.Of(Pid);

    /// <summary>What the hooks in the container have printed, if there are any.</summary>
    public string? HookOutput { get; init; }

    /// <summary>Where the details go.</summary>
    public required ILogger Log { get; init; }

    /// <summary>The entry of a list of the configuration that a step comes from; null if it comes from elsewhere.</summary>
    /// <param name="list">The list.</param>
    /// <param name="prefix">Its place, with the bracket: <c>$.mounts[</c>.</param>
    /// <param name="origin">The step's.</param>
    public static T? EntryOf<T>(IReadOnlyList<T>? list, string prefix, string? origin)
        where T : class
    {
        if (origin is null || !origin.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        int end = origin.IndexOf(']');
        return int.TryParse(origin.AsSpan(prefix.Length, end - prefix.Length), out int index) && index < list?.Count ? list[index] : null;
    }
}
