using System.Diagnostics;

namespace OciSharp.Integration.Harness;

/// <summary>A root file system made of one static busybox.</summary>
public static class Rootfs
{
    private const string Busybox = "/bin/busybox";
    private static string? s_copy;
    private static string[] s_applets = [];

    /// <summary>Why no root file system can be made here, or null.</summary>
    public static string? Obstacle => File.Exists(Busybox) ? null : "there is no /bin/busybox: install busybox-static";

    /// <summary>Makes bin/busybox with a symbolic link for each applet, etc/passwd and etc/group, and the empty directories that the default mounts go to.</summary>
    public static void Make(string path, bool copy)
    {
        foreach (var name in (string[])["bin", "etc", "proc", "sys", "dev", "tmp", "root", "home/user"]) Directory.CreateDirectory($"{path}/{name}");
        // One copy serves the whole run, and not the host's own file: a container could write to it.
        if (copy) File.Copy(Copy(), $"{path}/bin/busybox");
        else Libc.Check(Libc.link(Copy(), $"{path}/bin/busybox"), "link");
        foreach (var applet in s_applets) File.CreateSymbolicLink($"{path}/bin/{applet}", "busybox");
        File.WriteAllText($"{path}/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n");
        File.WriteAllText($"{path}/etc/group", "root:x:0:\nuser:x:1000:\n");
    }

    private static string Copy()
    {
        if (s_copy is not null) return s_copy;
        using var list = Process.Start(new ProcessStartInfo(Busybox, "--list") { RedirectStandardOutput = true })!;
        s_applets = [.. list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(a => a != "busybox")];
        list.WaitForExit();
        File.Copy(Busybox, $"{Scratch.Suite}/busybox");
        return s_copy = $"{Scratch.Suite}/busybox";
    }
}
