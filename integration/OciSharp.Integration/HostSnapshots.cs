namespace OciSharp.Integration;

/// <summary>The proof that nothing is left can fail: each kind of thing that a runtime could leave is found.</summary>
public sealed class HostSnapshots : ContainerFixture
{
    [Test]
    public void What_is_left_is_found()
    {
        var before = HostSnapshot.Take(Scratch);
        Assert.That(before.NewSince(Scratch), Is.Empty);

        Scratch.MountTmpfs("left");
        File.WriteAllText(Scratch.StateRoot + "/left", "");
        File.WriteAllText(Scratch.Temporary + "/left", "");
        new Command(Scratch, ["/bin/sh", "-c", "sleep 1000 &"]).Execute().Succeeded();
        var hierarchy = MountInfo.OfThisProcess().First(m => m.Type is "cgroup" or "cgroup2").MountPoint;
        var cgroup = Directory.CreateDirectory($"{hierarchy}/{Scratch.Marker}left").FullName;

        var kinds = before.NewSince(Scratch).Select(t => t.Split(' ')[0]).ToArray();
        Directory.Delete(cgroup);
        File.Delete(Scratch.StateRoot + "/left");
        File.Delete(Scratch.Temporary + "/left");
        foreach (var process in OurProcesses.Living()) _ = Libc.kill(process.Pid, 9);
        Assert.That(kinds, Is.EquivalentTo((string[])["mount", "cgroup", "process", "state", "temporary"]));
    }
}
