using System.Text.Json.Nodes;

namespace OciSharp.Faults;

/// <summary>A launch whose runtime was killed before it had written down which process is the container's.</summary>
public sealed class CutOff : BrokenHost
{
    /// <summary>The process that was to become init has joined the cgroup, and takes seconds to see that nobody launches it any more: strace holds it up.</summary>
    [Test]
    public void Its_process_is_slow_to_end()
    {
        Require.That(File.Exists("/usr/bin/strace"), "strace is not installed");
        var before = HostSnapshot.Take(Scratch);
        var id = Scratch.NewName();
        using var running = Runtime.Command("create", "--bundle", Sleeper().WithLinux("cgroupsPath", CgroupsPath).Write().Path, id)
            .Through("/usr/bin/strace", "-D", "-f", "-qq", "-o", Scratch.NewFile("strace"), "-e", "trace=renameat2,move_mount",
                "-e", "inject=move_mount:delay_enter=3000000:when=1", "-e", "inject=renameat2:signal=KILL:when=2").Start();
        Assert.That(running.Finish().ExitCode, Is.EqualTo(137), running.Error);
        var record = JsonNode.Parse(File.ReadAllText($"{Scratch.StateRoot}/{id}/state.json"))!;
        Assert.That(((bool)record["creating"]!, (int?)record["pid"] ?? 0), Is.EqualTo((true, 0)), "it was killed at another moment");
        Wait.Until(() => Joined().Length > 0, () => "nobody joins the cgroup");

        var result = Runtime.Command("delete", "--force", id).Within(Soon).Execute().Succeeded();
        Assert.That(result.Error, Is.Empty);
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Empty);
        IsUnchangedSince(before, result);
    }

    /// <summary>Those of others are neither ended nor passed over in silence.</summary>
    [Test]
    public void Processes_of_others_are_named()
    {
        var id = Scratch.NewName();
        Runtime.Execute("run", "--detach", "--bundle", Sleeper().WithLinux("cgroupsPath", CgroupsPath).Write().Path, id).Succeeded();
        var path = $"{Scratch.StateRoot}/{id}/state.json";
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        var pid = (int)record["pid"]!;
        record["creating"] = true;
        record["pid"] = 0;
        File.WriteAllText(path, record.ToJsonString());

        var result = Runtime.Command("delete", "--force", id).Within(Soon).Execute().Succeeded();
        Assert.That(result.Error, Does.Contain("level=warning").And.Contain(CgroupPlace).And.Contain($"({pid})").And.Contain("rmdir"));
        Assert.That(Directory.Exists(Path.GetDirectoryName(path)), Is.False);
        Assert.That(Joined(), Is.EqualTo((string[])[$"{pid}"]));
        Libc.Check(Libc.kill(pid, 9), "kill");
        Wait.Until(() => OurProcesses.Living().Count == 0, () => "it does not end");
        foreach (var cgroup in HostSnapshot.Cgroups(Scratch.Marker).ToArray()) _ = Libc.rmdir(cgroup);
    }

    private string[] Joined() => [.. HostSnapshot.Cgroups(Scratch.Marker).SelectMany(c => File.ReadAllLines(c + "/cgroup.procs")).Distinct()];
}
