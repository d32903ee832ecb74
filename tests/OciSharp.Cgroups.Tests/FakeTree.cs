using OciSharp.Linux;

namespace OciSharp.Cgroups.Tests;

/// <summary>
/// A folder that looks like a cgroup file system to the drivers. A folder makes no files by itself when a directory is made in
/// it, so a test
/// makes the container's cgroup with those it wants to see written.
/// </summary>
internal sealed class FakeTree : IDisposable
{
    public FakeTree() => Root = Directory.CreateTempSubdirectory("ocisharp-cgroup-").FullName;

    public string Root { get; }

    /// <summary>Makes a file that a driver can write to.</summary>
    public void Put(string path, string content = "")
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    /// <summary>Makes what the mount point of a v1 hierarchy is told by.</summary>
    public void Mount(string name) => Put($"{name}/cgroup.procs");

    /// <summary>What a file holds now.</summary>
    public string Get(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The layout of this tree.</summary>
    public CgroupLayout Layout(bool unified, string selfCgroup) => CgroupLayout.At(Root, unified,
        System.Text.Encoding.UTF8.GetBytes(selfCgroup));

    public CgroupDirectory Cgroup(string path) => new(Fcntl.AT_FDCWD, "", System.Text.Encoding.UTF8.GetBytes(Path.Combine(Root, path)));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
