using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace OciSharp.Spec;

/// <summary>The program that runs in the container, and with which rights (<c>config.md#process</c>).</summary>
public sealed record Process : SpecObject
{
    private readonly User _user = new();

    /// <summary>The standard streams are a pseudoterminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Terminal { get; init; }

    /// <summary>The terminal's size; ignored unless <see cref="Terminal"/> is set.</summary>
    public Box? ConsoleSize { get; init; }

    /// <summary>Whom the process runs as; uid and gid 0 when absent.</summary>
    [AllowNull]
    public User User
    {
        get => _user;
        init => _user = value ?? new User();
    }

    /// <summary>The program, looked up as execvp(3) does, and its arguments; at least one.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The environment, <c>NAME=value</c> each.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>The working directory: an absolute path in the container.</summary>
    public required string Cwd { get; init; }

    /// <summary>The five capability sets; absent: none.</summary>
    public LinuxCapabilities? Capabilities { get; init; }

    /// <summary>Resource limits of setrlimit(2).</summary>
    public IReadOnlyList<PosixRlimit>? Rlimits { get; init; }

    /// <summary>Sets no_new_privs of prctl(2).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoNewPrivileges { get; init; }

    /// <summary>The AppArmor profile to change to at exec.</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary>The value of /proc/PID/oom_score_adj, -1000 to 1000; absent: left as it is.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>Scheduling attributes of sched_setattr(2).</summary>
    public Scheduler? Scheduler { get; init; }

    /// <summary>The SELinux context to run in.</summary>
    public string? SelinuxLabel { get; init; }

    /// <summary>I/O priority of ioprio_set(2).</summary>
    public LinuxIoPriority? IoPriority { get; init; }

    /// <summary>CPUs for processes that join the container later (exec); does not apply to the container's init.</summary>
    [JsonPropertyName("execCPUAffinity")]
    public CpuAffinity? ExecCpuAffinity { get; init; }
}

/// <summary>The size of a terminal, in characters (<c>config.md#process</c>).</summary>
public sealed record Box : SpecObject
{
    /// <summary>Rows.</summary>
    public required uint Height { get; init; }

    /// <summary>Columns.</summary>
    public required uint Width { get; init; }
}

/// <summary>Whom a process runs as; ids are those of the container's user namespace (<c>config.md#posix-platform-user</c>).</summary>
public sealed record User : SpecObject
{
    /// <summary>User id.</summary>
    public uint Uid { get; init; }

    /// <summary>Group id.</summary>
    public uint Gid { get; init; }

    /// <summary>The umask; absent: the caller's own is kept.</summary>
    public uint? Umask { get; init; }

    /// <summary>Supplementary groups.</summary>
    public IReadOnlyList<uint>? AdditionalGids { get; init; }
}

/// <summary>The capability sets of capabilities(7), names as <c>CAP_CHOWN</c> (<c>config.md#linux-process</c>).</summary>
public sealed record LinuxCapabilities : SpecObject
{
    /// <summary>The bounding set.</summary>
    public IReadOnlyList<string>? Bounding { get; init; }

    /// <summary>The effective set.</summary>
    public IReadOnlyList<string>? Effective { get; init; }

    /// <summary>The inheritable set.</summary>
    public IReadOnlyList<string>? Inheritable { get; init; }

    /// <summary>The permitted set.</summary>
    public IReadOnlyList<string>? Permitted { get; init; }

    /// <summary>The ambient set.</summary>
    public IReadOnlyList<string>? Ambient { get; init; }
}

/// <summary>One limit of setrlimit(2) (<c>config.md#posix-process</c>).</summary>
public sealed record PosixRlimit : SpecObject
{
    /// <summary>The resource, as <c>RLIMIT_NOFILE</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The ceiling; <see cref="ulong.MaxValue"/> is RLIM_INFINITY.</summary>
    public required ulong Hard { get; init; }

    /// <summary>The limit in force; <see cref="ulong.MaxValue"/> is RLIM_INFINITY.</summary>
    public required ulong Soft { get; init; }
}

/// <summary>CPUs for processes that join the container (<c>config.md#linux-process</c>). Lists are as <c>0-3,7</c>.</summary>
public sealed record CpuAffinity : SpecObject
{
    /// <summary>CPUs to run on before the container's cgroup is joined.</summary>
    public string? Initial { get; init; }

    /// <summary>CPUs to run on afterwards.</summary>
    public string? Final { get; init; }
}
