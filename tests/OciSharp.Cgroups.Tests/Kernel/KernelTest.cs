using System.Diagnostics;
using OciSharp.Linux;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>
/// Tests on the cgroups of this machine. They need root, make cgroups of their own under a name that nobody else uses, and remove
/// them and their processes afterwards.
/// </summary>
[Category("Root")]
public abstract class KernelTest
{
    private readonly List<Process> processes = [];

    /// <summary>The container's id.</summary>
    protected string Id { get; private set; } = "";

    /// <summary>The driver under test.</summary>
    internal CgroupManager Manager { get; set; } = null!;

    [SetUp]
    public void NeedRoot()
    {
        if (RawSyscall.geteuid() != 0)
            Assert.Ignore("needs root");
        Id = $"ocisharp-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
    }

    [TearDown]
    public void RemoveEverything()
    {
        foreach (Process process in processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        processes.Clear();
        Manager?.Remove();
        Manager?.Dispose();
        AfterRemoval();
    }

    /// <summary>What is to be undone when the container's cgroup is gone.</summary>
    protected virtual void AfterRemoval()
    {
    }

    /// <summary>A process that does nothing, for as long as the test takes.</summary>
    protected Process Sleeper() => Start("sleep", "1000");

    /// <summary>A shell that reads its commands from its standard input.</summary>
    protected Process Shell() => Start("sh");

    /// <summary>The lines of /proc/PID/cgroup, path by controllers.</summary>
    protected static Dictionary<string, string> CgroupsOf(int pid)
    {
        var cgroups = new Dictionary<string, string>();
        foreach (string line in File.ReadAllLines($"/proc/{pid}/cgroup"))
        {
            string[] fields = line.Split(':', 3);
            cgroups[fields[1]] = fields[2];
        }

        return cgroups;
    }

    private Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        processes.Add(process);
        return process;
    }
}
