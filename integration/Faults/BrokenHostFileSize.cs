using System.Text.Json.Nodes;

namespace OciSharp.Faults;

/// <summary>
/// The caller's limit of the size of files (ulimit -f). What exceeds it is an error that is told, and not the end by a signal; the container's
/// program is left neither that limit's signal ignored nor blocked.
/// </summary>
public sealed class BrokenHostFileSize : BrokenHost
{
    private const int Enough = 64 << 10;

    /// <summary>
    /// Whoever reads this has no limit: standard output and error are fifos, which are read up to a mark, as a container may hold them open.
    /// </summary>
    private const string Piped = """
        mkfifo "$0.out" "$0.err"
        sed -n '/^END$/q;p' <"$0.out" & sed -n '/^END$/q;p' <"$0.err" >&2 &
        exec 3>"$0.out" 4>"$0.err"
        "$@" >&3 2>&4 3>&- 4>&-
        code=$?
        printf '\nEND\n' >&3; printf '\nEND\n' >&4
        wait; exit $code
        """;

    private static readonly int[] s_bytes = [0, 1, 512, 1024, 2048, 4096, 6000, 8192, 12 << 10, 16 << 10, 32 << 10, Enough];

    [TestCase("run")]
    [TestCase("run --detach")]
    [TestCase("create")]
    [TestCase("exec")]
    [TestCase("exec --detach")]
    [TestCase("update --pids-limit 50")]
    public void Is_small(string command)
    {
        var bundle = Written();
        var container = RunDetached(Sleeper());
        var failures = 0;
        foreach (var bytes in s_bytes)
        {
            var id = Scratch.NewName();
            string[] words = command.Split(' ');
            string[] arguments = words[0] switch
            {
                "exec" => [.. words, container.Id, "/bin/true"],
                "update" => [.. words, container.Id],
                _ => [.. words, "--bundle", bundle, id],
            };
            if (Ends(Limited(bytes, arguments), words[0] == "exec" ? 255 : 1)) Runtime.Execute("delete", "--force", id).Succeeded();
            else failures++;
        }

        Assert.That(failures, Is.InRange(1, s_bytes.Length - 2), "with nothing it fails, and with 32 KiB it succeeds");
    }

    /// <summary>What writes no file is not bothered.</summary>
    [Test]
    public void Is_nothing_at_all()
    {
        var container = Create(Sleeper());
        foreach (var command in (string[])["state", "start", "list", "ps", "pause", "resume", "events --stats", "kill"])
        {
            string[] arguments = [.. command.Split(' '), .. command == "list" ? Array.Empty<string>() : [container.Id], .. command == "kill" ? (string[])["KILL"] : []];
            Limited(0, arguments).Execute().Succeeded();
        }

        Limited(0, "delete", "--force", container.Id).Execute().Succeeded();
        var created = Create(Sleeper());
        Limited(0, "delete", created.Id).Execute().Succeeded();
    }

    /// <summary>The limit of a cgroup that cannot be kept in the state is not set.</summary>
    [Test]
    public void Leaves_the_limits_as_they_were()
    {
        Require.CgroupV1("pids");
        var container = RunDetached(Sleeper().Resource("pids", new JsonObject { ["limit"] = 40 }));
        Refuses(Limited(0, "update", "--pids-limit", "50", container.Id), "file too large", "ulimit -f");
        var file = HostSnapshot.Cgroups(container.Id).Select(c => c + "/pids.max").Single(File.Exists);
        Assert.That(File.ReadAllText(file), Is.EqualTo("40\n"));
    }

    /// <summary>What cannot be logged is said on standard error; the signal that came with it is not the container's.</summary>
    [Test]
    public void Is_that_of_the_log()
    {
        var log = Scratch.NewFile("log", new string('x', Enough));
        Limited(0, "--log", log, "--debug", "list").Execute().Succeeded();
        Limited(0, "--log", log, "state", Scratch.NewName()).Execute().Failed("does not exist", "file too large");
        var result = Limited(Enough, "--log", log, "--debug", "run", "--bundle", NewBundle("sleep 0.2; exit 3").Write().Path, Scratch.NewName()).Execute();
        Assert.That((result.ExitCode, new FileInfo(log).Length), Is.EqualTo((3, Enough)), result.ToString());
    }

    [Test]
    public void Is_that_of_the_output()
    {
        var container = Create(Sleeper());
        var file = Scratch.NewFile("state");
        foreach (var arguments in (string[][])[["state", container.Id], ["list"], ["features"], ["spec", "--bundle", Scratch.NewDirectory("spec")]])
        {
            var command = Piping().Through("prlimit", "--fsize=0", "/bin/sh", "-c", $"exec \"$@\" >{file}", "sh").Within(Soon);
            var result = command.Execute();
            Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
            IsOneError(result.Failed("file too large"));

            Command Piping() => Runtime.Command(arguments).Through("/bin/sh", "-c", Piped, $"{Scratch.Path}/{Scratch.NewName()}");
        }
    }

    [TestCase("create")]
    [TestCase("exec")]
    public void Is_that_of_the_pid_file(string command)
    {
        var container = RunDetached(Sleeper());
        var path = Scratch.Path + "/pid";
        // The draft is there, and as large as a file may be.
        string[] arguments = command == "exec" ? [container.Id, "/bin/true"] : ["--bundle", Written(), Scratch.NewName()];
        Ends(Limited(1, [command, "--pid-file", path, .. arguments]), command == "exec" ? 255 : 1);
        Assert.That(File.Exists(path) || File.Exists(Scratch.Path + "/.pid"), Is.False);
    }

    /// <summary>Files are copied on the child side, where the step that fails is named.</summary>
    [Test]
    public void Is_that_of_a_copy()
    {
        var bundle = NewBundle("true").File("/data/large", new byte[2 * Enough]).Mount("/data", "tmpfs", "tmpfs", "tmpcopyup").Write().Path;
        Refuses(Limited(Enough, "run", "--bundle", bundle, Scratch.NewName()), "$.mounts[6]", "large", "file too large", "ulimit -f");
        Limited(4 * Enough, "run", "--bundle", bundle, Scratch.NewName()).Execute().Succeeded();
    }

    /// <summary>As without us: the caller's limit, and the signal's own action.</summary>
    [Test]
    public void Is_the_program_s()
    {
        const string script = "ulimit -f; grep -E 'Sig(Blk|Ign)' /proc/self/status; (ulimit -f 1; head -c 10000 /dev/zero >/dev/shm/file); echo $?";
        string[] expected = ["128", "SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", "153"];
        Assert.That(Limited(Enough, "run", "--bundle", NewBundle(script).Write().Path, Scratch.NewName()).Execute().Succeeded().Lines, Is.EqualTo(expected));
        var container = RunDetached(Sleeper());
        Assert.That(Limited(Enough, "exec", container.Id, "/bin/sh", "-c", script).Execute().Succeeded().Lines, Is.EqualTo(expected));
    }

    /// <summary>The limit of the configuration is that of the program, not that of the runtime and of what it tells hooks.</summary>
    [TestCase("startContainer")]
    [TestCase("createContainer")]
    public void Is_the_container_s_own(string hook)
    {
        var bundle = NewBundle("test $(ulimit -f) = 0").File("/hook", "#!/bin/sh\nexec grep -q ociVersion\n")
            .Hook(hook, hook == "startContainer" ? "/hook" : Scratch.NewScript("exec grep -q ociVersion"))
            .WithProcess("rlimits", new JsonArray(new JsonObject { ["type"] = "RLIMIT_FSIZE", ["soft"] = 0, ["hard"] = 0 }));
        Run(bundle, "--pid-file", Scratch.Path + "/pid").Succeeded();
    }

    private Command Limited(int bytes, params string[] arguments) =>
        Runtime.Command(arguments).Through("/bin/sh", "-c", Piped, $"{Scratch.Path}/{Scratch.NewName()}", "prlimit", $"--fsize={bytes}").Within(Soon);

    /// <summary>Whether a command succeeds; otherwise it refuses with this code, says which limit it is, and leaves nothing.</summary>
    private bool Ends(Command command, int code)
    {
        var before = HostSnapshot.Take(Scratch);
        var result = command.Execute();
        if (result.ExitCode == 0) return true;
        Assert.That(result.ExitCode, Is.EqualTo(code), result.ToString());
        IsOneError(result);
        Assert.That(result.Error, Does.Contain("ulimit -f"), result.ToString());
        IsUnchangedSince(before, result);
        return false;
    }
}
