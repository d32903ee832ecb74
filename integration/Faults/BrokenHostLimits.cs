namespace OciSharp.Faults;

/// <summary>Descriptors, address space, processes or memory are used up, down to the last.</summary>
public sealed class BrokenHostLimits : BrokenHost
{
    /// <summary>The limit of descriptors from 4, with which there is one beside stdio, to where a command has enough.</summary>
    [TestCase("run")]
    [TestCase("create")]
    [TestCase("exec")]
    [TestCase("state")]
    [TestCase("delete")]
    public void Of_descriptors(string command)
    {
        const int most = 64;
        var bundle = Written(sleeps: true);
        var container = Create(Sleeper());
        container.Start().Succeeded();
        for (var n = 4; ; n++)
        {
            Assert.That(n, Is.LessThan(most), "so many are not needed");
            var id = Scratch.NewName();
            if (command == "delete") Runtime.Execute("create", "--bundle", bundle, id).Succeeded();
            string[] arguments = command switch
            {
                "run" => ["run", "--detach", "--bundle", bundle, id],
                "create" => ["create", "--bundle", bundle, id],
                "exec" => ["exec", container.Id, "/bin/true"],
                _ => [command, command == "delete" ? id : container.Id],
            };
            var succeeded = Ends(Runtime.Command(arguments).Through("prlimit", $"--nofile={n}"), command == "exec" ? 255 : 1, "too many open files", "ulimit -n");
            Runtime.Execute("delete", "--force", id).Succeeded();
            if (succeeded) return;
        }
    }

    /// <summary>ulimit -v and -d: what .NET reserves as it starts has to be had, and the plan has to be shared.</summary>
    [TestCase("-v", 12, 320)]
    [TestCase("-d", 2, 64)]
    public void Of_address_space(string kind, int from, int to)
    {
        var succeeded = 0;
        for (var mebibytes = from; mebibytes <= to; mebibytes += 4)
        {
            foreach (var command in (string[])["run", "list"])
            {
                string[] arguments = command == "run" ? ["run", "--bundle", Written(), Scratch.NewName()] : ["list"];
                if (SucceedsOrRefuses(Runtime.Command(arguments).After($"ulimit {kind} {mebibytes * 1024};"))) succeeded++;
            }
        }

        Assert.That(succeeded, Is.GreaterThan(4), "most of these are enough");
    }

    /// <summary>What takes several collections gives the same, also where the collector gets its memory piece by piece (ulimit -d).</summary>
    [Test]
    public void Collections_change_nothing()
    {
        Require.Command("explain");
        var bundle = Sleeper();
        for (var i = 0; i < 2000; i++) bundle.Mount($"/m{i}", "tmpfs", "tmpfs", $"size={i + 64}k", "mode=755");
        var path = bundle.Write().Path;
        var explained = new[] { "", "ulimit -d 102400;", "ulimit -v 204800;" }
            .Select(limit => Runtime.Command("explain", "--format", "json", "--bundle", path).After(limit).Within(Soon).Execute().Succeeded().Output).ToArray();
        Assert.That(explained[0], Does.Contain("/m1999"));
        Assert.That(explained[1..], Is.All.EqualTo(explained[0]));
    }

    [TestCase("run")]
    [TestCase("create")]
    [TestCase("exec")]
    public void Of_processes(string command)
    {
        Require.CgroupV1("pids");
        var cgroup = $"/sys/fs/cgroup/pids/{Scratch.Marker}caller";
        var container = Create(Sleeper());
        container.Start().Succeeded();
        Directory.CreateDirectory(cgroup);
        try
        {
            for (var most = 1; most <= 3; most++)
            {
                File.WriteAllText(cgroup + "/pids.max", $"{most}");
                var id = Scratch.NewName();
                string[] arguments = command == "exec" ? ["exec", container.Id, "/bin/true"] : [command, "--bundle", Written(), id];
                Ends(Runtime.Command(arguments).After($"echo $$ > {cgroup}/cgroup.procs;"), command == "exec" ? 255 : 1, "resource temporarily unavailable", "pids.max");
                Runtime.Execute("delete", "--force", id).Succeeded();
            }
        }
        finally
        {
            Wait.Until(() => Libc.rmdir(cgroup) == 0, () => $"processes stay in {cgroup}: {File.ReadAllText(cgroup + "/cgroup.procs")}");
        }
    }

    /// <summary>A hook is the process that there is no room for.</summary>
    [Test]
    public void Of_processes_for_a_hook()
    {
        Require.CgroupV1("pids");
        var cgroup = $"/sys/fs/cgroup/pids/{Scratch.Marker}caller";
        Directory.CreateDirectory(cgroup);
        try
        {
            var refused = 0;
            foreach (var kind in (string[])["createRuntime", "createContainer"])
            {
                // Ours, the helper, and init, which may be one.
                for (var most = 2; most <= 4; most++)
                {
                    File.WriteAllText(cgroup + "/pids.max", $"{most}");
                    var bundle = NewBundle("true").Hook(kind, "/bin/true").Write().Path;
                    var result = Runtime.Command("create", "--bundle", bundle, Scratch.NewName()).After($"echo $$ > {cgroup}/cgroup.procs;").Execute();
                    if (result.ExitCode == 0) continue;
                    IsOneError(result.Failed("resource temporarily unavailable", "pids.max"));
                    if (result.Error.Contains("hook")) refused++;
                }
            }

            Assert.That(refused, Is.Positive, "the hooks are not what there was no room for");
        }
        finally
        {
            foreach (var directory in Directory.GetDirectories(Scratch.StateRoot)) Runtime.Execute("delete", "--force", Path.GetFileName(directory)).Succeeded();
            Wait.Until(() => Libc.rmdir(cgroup) == 0, () => $"processes stay in {cgroup}: {File.ReadAllText(cgroup + "/cgroup.procs")}");
        }
    }

    /// <summary>The memory of the runtime's own cgroup: who runs out of it is killed, and says nothing; what it leaves can be deleted.</summary>
    [Test]
    public void Of_memory()
    {
        Require.CgroupV1("memory");
        var own = File.ReadLines("/proc/self/cgroup").Single(line => line.Contains(":memory:")).Split(':')[2].TrimEnd('/');
        var cgroup = $"/sys/fs/cgroup/memory{own}/{Scratch.Marker}caller";
        Directory.CreateDirectory(cgroup);
        try
        {
            var killed = 0;
            foreach (var kibibytes in (int[])[256, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192])
            {
                File.WriteAllText(cgroup + "/memory.limit_in_bytes", $"{kibibytes}K");
                foreach (var command in (string[])["run", "create"])
                {
                    var before = HostSnapshot.Take(Scratch);
                    var id = Scratch.NewName();
                    var result = Runtime.Command(command, "--bundle", Written(), id).After($"echo $$ > {cgroup}/cgroup.procs;").Within(Soon).Execute();
                    if (result.ExitCode == 1) IsOneError(result);
                    else Assert.That(result.ExitCode, Is.Zero.Or.EqualTo(137), result.ToString());
                    if (result.ExitCode == 137) killed++;
                    Runtime.Execute("delete", "--force", id).Succeeded();
                    IsUnchangedSince(before, result);
                }
            }

            TestContext.Out.WriteLine($"killed {killed} times");
        }
        finally
        {
            Wait.Until(() => Libc.rmdir(cgroup) == 0, () => $"processes stay in {cgroup}: {File.ReadAllText(cgroup + "/cgroup.procs")}");
        }
    }

    /// <summary>Where inotify is used: <c>events</c> with cgroup v2.</summary>
    [Test]
    public void Of_inotify()
    {
        Require.CgroupV2();
        const string setting = "/proc/sys/fs/inotify/max_user_instances";
        var container = RunDetached(Sleeper());
        var usual = File.ReadAllText(setting);
        try
        {
            File.WriteAllText(setting, "0");
            Refuses(Runtime.Command("events", container.Id), "inotify", "fs.inotify.max_user_instances");
        }
        finally
        {
            File.WriteAllText(setting, usual);
        }
    }

    /// <summary>Whether a command succeeds; otherwise it refuses with this code and these words, and leaves nothing.</summary>
    private bool Ends(Command command, int code, params string[] fragments)
    {
        var before = HostSnapshot.Take(Scratch);
        var result = command.Within(Soon).Execute();
        if (result.ExitCode == 0) return true;
        Assert.That(result.ExitCode, Is.EqualTo(code), result.ToString());
        IsOneError(result);
        foreach (var fragment in fragments) Assert.That(result.Error, Does.Contain(fragment), result.ToString());
        IsUnchangedSince(before, result);
        return false;
    }
}
