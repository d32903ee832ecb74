namespace OciSharp.Cgroups;

/// <summary>What is done to make and limit a cgroup.</summary>
public enum CgroupActKind
{
    /// <summary>mkdir(2) of <see cref="CgroupAct.Path"/>, and of what is missing above it.</summary>
    Make,

    /// <summary>write(2) of <see cref="CgroupAct.Value"/> to the file <see cref="CgroupAct.Path"/>.</summary>
    Write,

    /// <summary>A BPF program with the device rules <see cref="CgroupAct.Value"/>, one per line, is attached to the cgroup <see cref="CgroupAct.Path"/>.</summary>
    AttachDevices,

    /// <summary>systemd starts the scope <see cref="CgroupAct.Path"/>; the properties that it is given are <see cref="CgroupAct.Value"/>, one per line, as NAME=VALUE.</summary>
    StartUnit,
}

/// <summary>One act of making and limiting a cgroup, as <see cref="CgroupManager.Rehearse"/> tells it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Path">To what: an absolute path, or the name of a unit.</param>
/// <param name="Value">What is written; empty where nothing is.</param>
public readonly record struct CgroupAct(CgroupActKind Kind, string Path, string Value = "");
