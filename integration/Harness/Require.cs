using System.Diagnostics;

namespace OciSharp.Integration.Harness;

/// <summary>What the machine has to have for a test; without it the test is skipped, with the reason.</summary>
public static class Require
{
    public static void That(bool condition, string otherwise)
    {
        if (!condition) Assert.Ignore(otherwise);
    }

    public static void Program(string path) => That(File.Exists(path), $"{path} is not installed");

    /// <summary>A command of the runtime; it is asked for its help.</summary>
    public static void Command(string name)
    {
        var start = new ProcessStartInfo(RuntimeUnderTest.Path, [name, "--help"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        That(process.ExitCode == 0, $"{RuntimeUnderTest.Name} has no command {name} yet");
    }

    /// <summary>A capability of ours, by its number and name.</summary>
    public static void Capability(int number, string name)
    {
        var effective = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("CapEff:", StringComparison.Ordinal))[7..].Trim();
        That((Convert.ToUInt64(effective, 16) & (1UL << number)) != 0, $"we do not have {name}");
    }

    /// <summary>A host with cgroup v2 and nothing else.</summary>
    public static void CgroupV2() => That(File.Exists("/sys/fs/cgroup/cgroup.controllers"), "this host is not one of cgroup v2 only");

    /// <summary>A cgroup v1 controller, mounted where it usually is.</summary>
    public static void CgroupV1(string controller) =>
        That(MountInfo.OfThisProcess().Any(m => m.Type == "cgroup" && m.SuperOptions.Contains(controller)), $"no cgroup v1 hierarchy has the controller {controller}");
}
