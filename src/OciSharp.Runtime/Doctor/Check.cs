namespace OciSharp.Runtime.Doctor;

/// <summary>What a check found.</summary>
public enum CheckStatus
{
    /// <summary>It is there, and as it should be.</summary>
    Ok,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there, and not as it should be.</summary>
    Problem,

    /// <summary>It means nothing on this host, or for this user, or to this version; or it cannot be told.</summary>
    NotApplicable,
}

/// <summary>What checks are about; they are shown in this order.</summary>
public enum CheckGroup
{
    /// <summary>System calls and file systems.</summary>
    Kernel,

    /// <summary>Namespaces, and user namespaces above all.</summary>
    Namespaces,

    /// <summary>Cgroups, and systemd, which may make them.</summary>
    Cgroups,

    /// <summary>Capabilities, seccomp, AppArmor, SELinux.</summary>
    Security,

    /// <summary>The executable, its state, and tools beside it.</summary>
    Runtime,

    /// <summary>How engines are set up to call us.</summary>
    Engines,
}

/// <summary>One line of the examination.</summary>
/// <param name="group">What it is about.</param>
/// <param name="id">A stable name: <c>kernel.openat2</c>.</param>
/// <param name="name">What is looked at, for people.</param>
/// <param name="status">What was found.</param>
/// <param name="detail">What was found, in words.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="needed">Without it this user can run no container.</param>
public sealed class Check(CheckGroup group, string id, string name, CheckStatus status, string detail, string[] remedy, bool needed)
{
    /// <summary>What it is about.</summary>
    public CheckGroup Group { get; } = group;

    /// <summary>A stable name: <c>kernel.openat2</c>.</summary>
    public string Id { get; } = id;

    /// <summary>What is looked at, for people.</summary>
    public string Name { get; } = name;

    /// <summary>What was found.</summary>
    public CheckStatus Status { get; } = status;

    /// <summary>What was found, in words.</summary>
    public string Detail { get; } = detail;

    /// <summary>What to do about it: lines; none where nothing is to be done.</summary>
    public IReadOnlyList<string> Remedy { get; } = remedy;

    /// <summary>Without it this user can run no container.</summary>
    public bool Needed { get; } = needed;

    /// <summary>Whether it keeps this user from running containers.</summary>
    public bool Prevents => Needed && Status is (CheckStatus.Missing or CheckStatus.Problem);
}
