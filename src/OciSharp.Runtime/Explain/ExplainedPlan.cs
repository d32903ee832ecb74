using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

/// <summary>A plan as it is shown: all that a command would do, in order, with what is known of its outcome.</summary>
internal sealed record ExplainedPlan
{
    /// <summary>What is explained.</summary>
    public required ExplainedVerb Verb { get; init; }

    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>Absolute path of the configuration.</summary>
    public required string ConfigFile { get; init; }

    /// <summary>Absolute path of the root file system.</summary>
    public required string Rootfs { get; init; }

    /// <summary>As an ordinary user, who gets privileges only in a user namespace.</summary>
    public required bool Rootless { get; init; }

    /// <summary>The configuration; for <c>exec</c> with the process that joins.</summary>
    public required Config Config { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<ExplainedStep> Steps { get; init; }

    /// <summary>The mounts that the steps lead to, in their order.</summary>
    public required IReadOnlyList<PlannedMount> Mounts { get; init; }

    /// <summary>What is wrong, or would go wrong.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>Something that the user should know before the command is run.</summary>
/// <param name="Fails">The command would fail with this message; else it would warn.</param>
/// <param name="Message">In the words of the command.</param>
internal readonly record struct Finding(bool Fails, string Message);

/// <summary>One step.</summary>
internal sealed class ExplainedStep
{
    /// <summary>Its place, from 1 on.</summary>
    public int Number { get; set; }

    /// <summary>The process that takes it.</summary>
    public required Actor By { get; init; }

    /// <summary>What it is about.</summary>
    public required StepGroup Group { get; init; }

    /// <summary>The name of its kind, for programs: <c>mount-file-system</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it does, without its operands: <c>mount a file system</c>.</summary>
    public required string Act { get; init; }

    /// <summary>The operands in words; may be empty.</summary>
    public required string Detail { get; init; }

    /// <summary>The part of config.json that it comes from: <c>$.mounts[3]</c>; <c>$</c> if it is in every plan.</summary>
    public required string Origin { get; init; }

    /// <summary>Why it stands at this place: a sentence.</summary>
    public required string Why { get; init; }

    /// <summary>The operands, for programs.</summary>
    public required IReadOnlyList<Operand> Operands { get; init; }

    /// <summary>The system calls that it makes when nothing is in its way.</summary>
    public required IReadOnlyList<string> Calls { get; init; }

    /// <summary>What it does, in full.</summary>
    public string Does => Detail.Length == 0 ? Act : $"{Act}: {Detail}";
}

/// <summary>An operand of a step: a text, a number or a list of texts.</summary>
internal readonly record struct Operand
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The text, or null.</summary>
    public string? Text { get; init; }

    /// <summary>The list, or null.</summary>
    public IReadOnlyList<string>? List { get; init; }

    /// <summary>The number, if it is neither.</summary>
    public ulong Number { get; init; }

    public static implicit operator Operand((string Name, string Text) pair) => new() { Name = pair.Name, Text = pair.Text };

    public static implicit operator Operand((string Name, ulong Number) pair) => new() { Name = pair.Name, Number = pair.Number };

    public static implicit operator Operand((string Name, string[] List) pair) => new() { Name = pair.Name, List = pair.List };
}

/// <summary>The processes that take part (docs/architecture.md).</summary>
internal enum Actor
{
    /// <summary>The command that was called.</summary>
    Runtime,

    /// <summary>The process that joins and makes namespaces, and then makes init, or becomes it.</summary>
    Helper,

    /// <summary>The container's first process, or the one of <c>exec</c>, before it executes its program.</summary>
    Init,
}

/// <summary>What a step is about.</summary>
internal enum StepGroup
{
#pragma warning disable CS1591 // The names are those of the groups.
    Launch,
    Cgroup,
    Namespaces,
    Mounts,
    Devices,
    System,
    Hooks,
    Limits,
    Credentials,
    Seccomp,
    Process,
#pragma warning restore CS1591
}

/// <summary>The words for <see cref="Actor"/> and <see cref="StepGroup"/>.</summary>
internal static class ExplainedNames
{
    /// <summary>The name of an actor.</summary>
    public static string Of(Actor actor, ExplainedVerb verb) => actor switch
    {
        Actor.Runtime => "runtime",
        Actor.Helper => "helper",
        _ => verb == ExplainedVerb.Exec ? "process" : "init",
    };

    /// <summary>The name of a kind of mount.</summary>
    public static string Of(MountKind kind) => kind switch
    {
        MountKind.Root => "root",
        MountKind.FileSystem => "file-system",
        MountKind.Bind => "bind",
        MountKind.Mask => "mask",
        _ => "readonly",
    };

    /// <summary>The name of a group.</summary>
    public static string Of(StepGroup group) => group switch
    {
        StepGroup.Launch => "launch",
        StepGroup.Cgroup => "cgroup",
        StepGroup.Namespaces => "namespaces",
        StepGroup.Mounts => "mounts",
        StepGroup.Devices => "devices",
        StepGroup.System => "system",
        StepGroup.Hooks => "hooks",
        StepGroup.Limits => "limits",
        StepGroup.Credentials => "credentials",
        StepGroup.Seccomp => "seccomp",
        _ => "process",
    };
}
