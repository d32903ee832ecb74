using System.Diagnostics;
using OciSharp.Cgroups.V2;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>
/// Tests on cgroup2, also beside v1: below a cgroup of the test's own, which stands for the root and has no controllers, so that the
/// host's are not touched.
/// </summary>
public abstract class V2Test : KernelTest
{
    private string root = "";

    [SetUp]
    public void MakeRoot()
    {
        string? mount = new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }.FirstOrDefault(path =>
            File.Exists($"{path}/cgroup.controllers"));
        if (mount is null)
            Assert.Ignore("cgroup2 is not mounted here");
        root = $"{mount}/{Id}-root";
        Directory.CreateDirectory(root);
        Manager = For(null);
    }

    /// <inheritdoc/>
    protected override void AfterRemoval()
    {
        if (root.Length > 0)
            Directory.Delete(root);
    }

    /// <summary>The container's cgroup.</summary>
    protected string Cgroup => Manager.Paths[""];

    /// <summary>A driver for a container with the given path.</summary>
    internal CgroupManager For(string? cgroupsPath) =>
        V2Manager.For(CgroupLayout.At(root, unified: true, "0::/\n"u8.ToArray()), cgroupsPath, Id, rootless: false);

    /// <summary>A shell in the container's cgroup.</summary>
    protected Process ShellInside()
    {
        Process shell = Shell();
        Manager.Join(shell.Id);
        return shell;
    }
}
