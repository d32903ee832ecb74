using OciSharp.Cgroups;

namespace OciSharp.Runtime.Doctor;

/// <summary>For whom the host is examined, and with which of the runtime's options.</summary>
internal sealed class Subject
{
    /// <summary>An ordinary user, or one who asks as such.</summary>
    public required bool Rootless { get; init; }

    /// <summary>Their name, or their number.</summary>
    public required string User { get; init; }

    /// <summary>The directory of the containers' state; null when it cannot be told.</summary>
    public required string? Root { get; init; }

    /// <summary>Why it cannot be told.</summary>
    public required string? RootTrouble { get; init; }

    /// <summary>Who is to make the cgroups.</summary>
    public required CgroupManagerKind Cgroups { get; init; }

    /// <summary>The path of the executable that runs; null when it cannot be told.</summary>
    public required string? Executable { get; init; }

    /// <summary>systemd is to make the cgroups.</summary>
    public bool WithSystemd => Cgroups == CgroupManagerKind.Systemd;

    /// <summary>There are to be cgroups.</summary>
    public bool WithCgroups => Cgroups != CgroupManagerKind.Disabled;

    /// <summary>The path to name in what a user is to copy.</summary>
    public string Ourselves => Executable ?? "/usr/local/bin/ocisharp";
}
