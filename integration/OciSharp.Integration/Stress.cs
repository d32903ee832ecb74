using System.Diagnostics;

namespace OciSharp.Integration;

/// <summary>Many containers, and runtimes that are killed: nothing may be left.</summary>
public sealed class Stress : ContainerFixture
{
    private const int Kills = 200;
    private const string LookAround = "{ sed 's/^[0-9]* [0-9]* //' /proc/self/mountinfo; find /tmp /run /dev/shm -mindepth 1; ls /sys/class/net; }";

    /// <summary>With a /tmp, a /run and a mount namespace of its own the runtime has nothing to hide behind: whatever appears is its doing.</summary>
    [Test]
    public void Nothing_is_left_anywhere()
    {
        var result = LeftBy($"""
            $runtime run --bundle $bundle first
            $runtime create --bundle $bundle second
            $runtime start second
            $runtime delete --force second
            $runtime delete --force third
            """);
        // The default state root itself may stay.
        Assert.That(result, Is.Empty.Or.EqualTo((string[])[$"/run/{RuntimeUnderTest.Name}"]));
    }

    [Test]
    public void Something_that_is_left_is_found()
    {
        Assert.That(LeftBy("touch /tmp/file"), Is.EqualTo((string[])["/tmp/file"]));
        Assert.That(LeftBy("mount -t tmpfs leftover /dev/shm"), Has.One.Contain("leftover"));
    }

    /// <summary>What is there after these commands, and was not before.</summary>
    private string[] LeftBy(string commands)
    {
        var bundle = NewBundle().WithLinux("maskedPaths", Bundle.Strings("/proc/timer_list", "/sys/firmware")).WithLinux("readonlyPaths", Bundle.Strings("/proc/sys")).Write();
        // What is needed of /tmp is taken to where it can still be seen.
        File.Copy(RuntimeUnderTest.Path, $"{bundle.Path}/{RuntimeUnderTest.Name}");
        var out_ = Scratch.NewDirectory("out");
        var script = $"""
            set -e
            bundle=/mnt
            runtime=$bundle/{RuntimeUnderTest.Name}
            cd {out_}
            mount --make-rshared /
            mount --bind {bundle.Path} $bundle
            for directory in /tmp /run /dev/shm; do mount -t tmpfs own $directory; done
            {LookAround} > before
            {commands}
            {LookAround} > after
            """;
        new Command(Scratch, ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script]).Environment("TMPDIR", null).Execute().Succeeded();
        return [.. File.ReadAllLines(out_ + "/after").Except(File.ReadAllLines(out_ + "/before"))];
    }

    [Test]
    public void A_thousand_runs_one_after_the_other()
    {
        var bundle = NewBundle().Write();
        var script = $"i=0; while [ $i -lt 1000 ]; do {RuntimeUnderTest.Path} --root {Scratch.StateRoot} run --bundle {bundle.Path} {Scratch.Marker}$i || exit 1; i=$((i+1)); done";
        new Command(Scratch, ["/bin/sh", "-c", script]).Within(TimeSpan.FromMinutes(10)).Execute().Succeeded();
    }

    [Test]
    public void A_thousand_execs_one_after_the_other()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        Execs(20);
        var before = Kept();
        Execs(1000);
        var after = Kept();
        Assert.Multiple(() =>
        {
            Assert.That(after.Things, Is.EqualTo(before.Things));
            Assert.That(after.Memory - before.Memory, Is.LessThan(1 << 20), "bytes charged to the container's cgroup");
        });

        void Execs(int count)
        {
            var script = $"i=0; while [ $i -lt {count} ]; do {RuntimeUnderTest.Path} --root {Scratch.StateRoot} exec {container.Id} /bin/true || exit 1; i=$((i+1)); done";
            new Command(Scratch, ["/bin/sh", "-c", script]).Within(TimeSpan.FromMinutes(10)).Execute().Succeeded();
        }

        (string[] Things, long Memory) Kept()
        {
            var cgroups = HostSnapshot.Cgroups(Scratch.Marker).Order().ToArray();
            var memory = cgroups.SelectMany(c => (string[])[c + "/memory.usage_in_bytes", c + "/memory.current"]).First(File.Exists);
            string[] things =
            [
                .. cgroups,
                .. cgroups.SelectMany(c => File.ReadAllLines(c + "/cgroup.procs")),
                .. Directory.GetFiles($"/proc/{container.Pid}/fd"),
                .. Directory.GetFileSystemEntries(Scratch.StateRoot, "*", SearchOption.AllDirectories),
            ];
            return (things, long.Parse(File.ReadAllText(memory)));
        }
    }

    [Test]
    public void Two_hundred_runs_at_the_same_time()
    {
        var bundle = NewBundle("echo $$; exit 7").Write();
        var commands = Enumerable.Range(0, 200).Select(_ => Runtime.Command("run", "--bundle", bundle.Path, Scratch.NewName()).Within(TimeSpan.FromMinutes(5)).Start()).ToArray();
        var results = commands.Select(c => c.Finish()).ToArray();
        foreach (var command in commands) command.Dispose();
        Assert.Multiple(() =>
        {
            foreach (var result in results) Assert.That((result.ExitCode, result.Output), Is.EqualTo((7, "1\n")), result.ToString());
        });
    }

    [Test]
    public void A_hundred_containers_at_the_same_time_are_listed_and_deleted()
    {
        var bundle = NewBundle("exec sleep 1000").Write();
        var ids = Enumerable.Range(0, 100).Select(_ => Scratch.NewName()).ToArray();
        var script = string.Concat(ids.Select(id => $"{RuntimeUnderTest.Path} --root {Scratch.StateRoot} run -d --bundle {bundle.Path} {id} & ")) + "wait";
        new Command(Scratch, ["/bin/sh", "-c", script]).Within(TimeSpan.FromMinutes(5)).Execute().Succeeded();
        Assert.That(Runtime.Execute("list", "-q").Succeeded().Lines, Is.EquivalentTo(ids));
        Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Not.Empty);
        script = string.Concat(ids.Select(id => $"{RuntimeUnderTest.Path} --root {Scratch.StateRoot} delete --force {id} & ")) + "wait";
        new Command(Scratch, ["/bin/sh", "-c", script]).Within(TimeSpan.FromMinutes(5)).Execute().Succeeded();
        Assert.That(Runtime.Execute("list", "-q").Succeeded().Lines, Is.Empty);
    }

    [TestCase("create")]
    [TestCase("run")]
    [Differs("runc", Killed)]
    [Differs("crun", Killed)]
    public void What_a_killed_runtime_leaves_is_removed_by_delete_force(string command)
    {
        var bundle = NewBundle("exec sleep 1000").Mount("/bind", Scratch.NewDirectory("source"), null, "bind").WithLinux("cgroupsPath", $"/{Scratch.Marker}cgroup").Write();
        var clock = Stopwatch.StartNew();
        Runtime.Execute("create", "--bundle", bundle.Path, Scratch.Marker).Succeeded();
        var whole = clock.Elapsed.TotalMilliseconds;
        Runtime.Execute("delete", "--force", Scratch.Marker).Succeeded();
        var random = new Random(Kills);
        for (var i = 0; i < Kills; i++)
        {
            var id = Scratch.NewName();
            // From the first instruction to past the end of create; and, as that is short, the same number at any time of a slow one.
            var delay = i % 2 == 0 ? whole * 1.3 * i / Kills : random.NextDouble() * 15;
            using var running = Runtime.Command(command, "--bundle", bundle.Path, id).Start();
            Thread.Sleep((int)delay);
            running.Kill();
            _ = running.Finish();
            Assert.That(Runtime.Execute("delete", "--force", id).ExitCode, Is.Zero);
            Wait.Until(
                () => OurProcesses.Living().Count == 0 && !HostSnapshot.Cgroups(Scratch.Marker).Any() && Directory.GetFileSystemEntries(Scratch.StateRoot).Length == 0,
                () => $"killed after {delay:F1} ms of {whole:F1}: " + string.Join("; ", HostSnapshot.Take(Scratch).Things),
                seconds: 5);
        }
    }

    /// <summary>The cgroup that a container is to be in may be there before, with processes that are none of its own.</summary>
    [Test]
    [Differs("runc", "a cgroup with processes in it is nobody's to take over and to remove; runc 1.1.5 warns and joins them (1.2 refuses)")]
    [Differs("crun", "a cgroup with processes in it is nobody's to take over and to remove; crun joins them, and kills them in the end")]
    public void Processes_of_others_in_the_cgroup_live_on()
    {
        Require.CgroupV1("pids");
        // Only in the hierarchy that is made last, so that there is time to be killed before the cgroup is seen to be in use.
        var last = File.ReadAllLines("/proc/self/cgroup").Select(l => l.Split(':')[1]).Last(c => c.Length > 0 && Directory.Exists("/sys/fs/cgroup/" + c));
        foreach (var place in (string[])["", "/below"])
        {
            var cgroup = $"/sys/fs/cgroup/{last}/{Scratch.Marker}cgroup";
            Directory.CreateDirectory(cgroup + place);
            using var other = new Command(Scratch, ["/bin/sleep", "1000"]).Start();
            File.WriteAllText($"{cgroup}{place}/cgroup.procs", $"{other.Pid}");
            var bundle = NewBundle().WithLinux("cgroupsPath", $"/{Scratch.Marker}cgroup").Write();
            var id = Scratch.NewName();
            Runtime.Execute("create", "--bundle", bundle.Path, id).Failed("not empty");
            Runtime.Execute("delete", "--force", id).Succeeded();
            for (var i = 0; i < 100 && !other.HasExited; i++)
            {
                using var running = Runtime.Command("create", "--bundle", bundle.Path, id).Start();
                Thread.Sleep(i % 8);
                running.Kill();
                _ = running.Finish();
                Runtime.Execute("delete", "--force", id).Succeeded();
            }

            Assert.That(other.HasExited, Is.False, "the process of somebody else was killed");
            Assert.That(HostSnapshot.Cgroups(Scratch.Marker).Where(c => !c.StartsWith(cgroup, StringComparison.Ordinal)), Is.Empty);
            Assert.That(File.ReadAllText($"{cgroup}{place}/cgroup.procs"), Is.EqualTo($"{other.Pid}\n"));
            other.Signal(9);
            _ = other.Finish();
            if (place.Length > 0) Libc.Check(Libc.rmdir(cgroup + place), "rmdir");
            Libc.Check(Libc.rmdir(cgroup), "rmdir");
        }
    }

    private const string Killed = "a runtime that is killed at any moment leaves nothing that `delete --force` does not remove; here processes and cgroups may stay";
}
