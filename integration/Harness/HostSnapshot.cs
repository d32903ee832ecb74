namespace OciSharp.Integration.Harness;

/// <summary>
/// What a test could leave on the host: mounts, cgroups, network interfaces, processes and files. Other work may go on on the
/// machine, so only what can be put down to this test is looked at: names with its marker, files below its directories, and
/// our descendants (we are a subreaper: whatever lost its parent is our child).
/// </summary>
public sealed record HostSnapshot(IReadOnlyList<string> Things)
{
    public static HostSnapshot Take(Scratch scratch) => new([
        .. MountInfo.OfThisProcess().Where(m => m.MountPoint.Contains(scratch.Marker) || m.Root.Contains(scratch.Marker)).Select(m => $"mount {m.MountPoint} of {m.Root}"),
        .. Cgroups(scratch.Marker).Select(c => $"cgroup {c}"),
        .. Directory.GetDirectories("/sys/class/net").Select(d => $"interface {Path.GetFileName(d)}").Where(i => i.Contains(scratch.Marker)),
        .. OurProcesses.Living().Select(p => $"process {p.Pid} {p.CommandLine}"),
        .. Directory.GetFileSystemEntries(scratch.StateRoot).Select(f => $"state {f}"),
        .. Directory.GetFileSystemEntries(scratch.Temporary).Select(f => $"temporary file {f}"),
    ]);

    /// <summary>What is there now and was not when this snapshot was taken.</summary>
    public IReadOnlyList<string> NewSince(Scratch scratch) => [.. Take(scratch).Things.Except(Things)];

    /// <summary>The cgroup directories with this in their path, in all hierarchies.</summary>
    public static IEnumerable<string> Cgroups(string marker)
    {
        if (!Directory.Exists("/sys/fs/cgroup")) return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateDirectories("/sys/fs/cgroup", "*", options).Where(d => d.Contains(marker));
    }
}
