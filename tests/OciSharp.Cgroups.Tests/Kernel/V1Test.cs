namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>Tests on cgroup v1.</summary>
public abstract class V1Test : KernelTest
{
    [SetUp]
    public void NeedV1()
    {
        using CgroupLayout layout = CgroupLayout.Detect();
        if (layout.IsUnified)
            Assert.Ignore("this host has cgroup v2 only");
        Manager = For(null);
    }

    /// <summary>The driver for a container with the given path.</summary>
    internal CgroupManager For(string? cgroupsPath) => CgroupManager.For(CgroupManagerKind.Cgroupfs, cgroupsPath, Id, rootless: false);

    /// <summary>What a file of the container's cgroup holds.</summary>
    protected string Value(string controller, string file)
    {
        string path = Path.Combine(Manager.Paths[controller], file);
        if (!File.Exists(path))
            Assert.Ignore($"this kernel has no {file}");
        return File.ReadAllText(path).TrimEnd('\n');
    }

    /// <summary>The cgroups of a process in those hierarchies that are mounted here: others may be, in another mount namespace.</summary>
    protected static Dictionary<string, string> MountedCgroupsOf(int pid) =>
        CgroupsOf(pid).Where(pair => IsMounted(pair.Key)).ToDictionary();

    /// <summary>Leaves the test when the kernel does not have the controller, or nobody mounted it.</summary>
    protected void Need(string controller)
    {
        if (!MountedCgroupsOf(Environment.ProcessId).Keys.Any(list => list.Split(',').Contains(controller)))
            Assert.Ignore($"the {controller} controller is not mounted as v1 here");
    }

    /// <summary>As <see cref="Need(string)"/>, and the file must be one that cgroups below the root have.</summary>
    protected void Need(string controller, string file)
    {
        Need(controller);
        string probe = $"/sys/fs/cgroup/{controller}/{Id}-probe";
        Directory.CreateDirectory(probe);
        bool exists = File.Exists(Path.Combine(probe, file));
        Directory.Delete(probe);
        if (!exists)
            Assert.Ignore($"this kernel has no {file}");
    }

    private static bool IsMounted(string list)
    {
        string name = list.Length == 0 ? "unified" : list.Split(',')[0].Replace("name=", "");
        return File.Exists($"/sys/fs/cgroup/{name}/cgroup.procs");
    }
}
