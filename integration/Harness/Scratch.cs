namespace OciSharp.Integration.Harness;

/// <summary>
/// The directory of one test: its bundles, the runtime's state root, its TMPDIR and the captured streams. The name of each
/// container, cgroup or mount that the test makes has <see cref="Marker"/> in it: that is how the remains of this test are told
/// from whatever else happens on the machine.
/// </summary>
public sealed class Scratch
{
    private static readonly string s_suite = $"/tmp/ocisharp-integration-{System.Environment.ProcessId}";
    private static int s_count;
    private int _files;

    public Scratch()
    {
        Marker = $"ocit{System.Environment.ProcessId}x{Interlocked.Increment(ref s_count)}x";
        Path = $"{s_suite}/{Marker}";
        foreach (var name in (string[])["", "/state", "/tmp", "/io"]) Directory.CreateDirectory(Path + name);
        // A container's process without our privileges looks things up below.
        File.SetUnixFileMode(Path, (UnixFileMode)0x1ed);
    }

    public string Marker { get; }

    public string Path { get; }

    public string StateRoot => Path + "/state";

    public string Temporary => Path + "/tmp";

    /// <summary>The directory of the whole run; <see cref="DeleteSuite"/> removes it.</summary>
    public static string Suite => s_suite;

    /// <summary>A name that nothing else has, with the marker in it.</summary>
    public string NewName() => $"{Marker}{Interlocked.Increment(ref _files)}";

    /// <summary>A new file, empty or with this text.</summary>
    public string NewFile(string name, string text = "")
    {
        var path = $"{Path}/io/{Interlocked.Increment(ref _files)}.{name}";
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A new shell script on the host that everybody may execute.</summary>
    public string NewScript(string body)
    {
        var path = NewFile("sh", "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ed);
        return path;
    }

    public string NewDirectory(string name)
    {
        var path = $"{Path}/{Interlocked.Increment(ref _files)}.{name}";
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Mounts on the host, below this directory, what <c>mount</c> is told; the test's end unmounts it.</summary>
    public string Mount(string target, params string[] arguments)
    {
        Directory.CreateDirectory(target);
        new Command(this, ["/bin/mount", .. arguments, target]).Execute().Succeeded();
        return target;
    }

    /// <summary>A new tmpfs on the host. It is private, unless <paramref name="propagation"/> says otherwise.</summary>
    public string MountTmpfs(string name, string propagation = "private") =>
        Mount($"{Path}/{NewName()}.{name}", "--make-" + propagation, "-t", "tmpfs", "-o", "mode=755", "tmpfs");

    /// <summary>Unmounts whatever is mounted below this directory.</summary>
    public void Unmount()
    {
        foreach (var mount in MountInfo.OfThisProcess().Where(m => m.MountPoint.StartsWith(Path, StringComparison.Ordinal)).Reverse())
        {
            Libc.Check(Libc.umount2(mount.MountPoint, Libc.MNT_DETACH), $"umount2 {mount.MountPoint}");
        }
    }

    /// <summary>Removes the directory, and the mounts below it first, so that no deletion goes through one.</summary>
    public void Delete()
    {
        Unmount();
        Directory.Delete(Path, recursive: true);
    }

    public static void DeleteSuite()
    {
        if (Directory.Exists(s_suite)) Directory.Delete(s_suite, recursive: true);
    }
}
