namespace OciSharp.Faults;

/// <summary>The files that the caller names: the log, and the pid file.</summary>
public sealed class BrokenHostFiles : BrokenHost
{
    [Test]
    public void The_log_cannot_be_opened()
    {
        var fifo = Scratch.Path + "/fifo";
        new Command(Scratch, ["/usr/bin/mkfifo", fifo]).Execute().Succeeded();
        var readOnly = Tmpfs("ro");
        foreach (var log in (string[])["/no/such/directory/log", "/proc/nothing", Scratch.Path, fifo, readOnly + "/log"])
        {
            foreach (var command in (string[])["run", "create"]) Refuses(Runtime.Command("--log", log, command, "--bundle", Written(), Scratch.NewName()), "cannot open the log", log, "--log");
        }

        foreach (var log in (string[])["journald:x", "syslog:x"])
        {
            if (!File.Exists("/dev/log") && !File.Exists("/run/systemd/journal/socket")) Refuses(Runtime.Command("--log", log, "run", "--bundle", Written(), Scratch.NewName()), "no such file or directory");
        }
    }

    /// <summary>What cannot be logged is said on standard error, and changes nothing: neither a success nor a refusal.</summary>
    [Test]
    public void The_log_is_full()
    {
        var full = Tmpfs("size=4k") + "/log";
        File.WriteAllText(full, new string('x', 4096));
        foreach (var log in (string[])["/dev/full", full])
        {
            Runtime.Execute("--log", log, "--debug", "run", "--bundle", Written(), Scratch.NewName()).Succeeded();
            Runtime.Execute("--log", log, "state", Scratch.NewName()).Failed("does not exist", "no space left on device");
        }
    }

    /// <summary>Not one of the files of a launch that comes to nothing is left, the draft of the pid file included.</summary>
    [TestCase("create")]
    [TestCase("run")]
    [TestCase("run --detach")]
    public void The_pid_file_cannot_be_written(string command)
    {
        var directory = Scratch.NewDirectory("taken");
        var full = Tmpfs("size=4k");
        File.WriteAllText(full + "/fill", new string('x', 4096));
        foreach (var path in (string[])["/no/such/directory/pid", "/proc/pid", directory, Tmpfs("ro") + "/pid", full + "/pid"])
        {
            Refuses(Runtime.Command([.. command.Split(' '), "--pid-file", path, "--bundle", Written(sleeps: true), Scratch.NewName()]), "cannot write the pid file", Path.GetFileName(path), "--pid-file");
        }

        Assert.That(Directory.GetFileSystemEntries(full), Is.EqualTo((string[])[full + "/fill"]));
        Assert.That(File.Exists($"{Scratch.Path}/.{Path.GetFileName(directory)}"), Is.False, "the draft stays");
    }

    [Test]
    public void The_pid_file_of_exec_cannot_be_written()
    {
        var container = RunDetached(Sleeper());
        foreach (var path in (string[])["/no/such/directory/pid", Tmpfs("ro") + "/pid", Scratch.Path])
        {
            var before = HostSnapshot.Take(Scratch);
            var result = Runtime.Execute("exec", "--detach", "--pid-file", path, container.Id, "/bin/sleep", "1000");
            Assert.That(result.ExitCode, Is.EqualTo(255));
            Assert.That(result.Error, Does.Contain("cannot write the pid file"));
            IsUnchangedSince(before, result);
        }
    }

    /// <summary>It was written before the last step failed: the state directory had no room for the record of a container that is created.</summary>
    [Test]
    public void The_pid_file_of_a_launch_that_fails_is_removed()
    {
        var pidFile = Scratch.Path + "/pid";
        for (var inodes = 1; inodes < 10; inodes++)
        {
            var root = Tmpfs($"nr_inodes={inodes}");
            var id = Scratch.NewName();
            var result = Runtime.Bare("--root", root, "create", "--pid-file", pidFile, "--bundle", Written(), id).Execute();
            Assert.That(File.Exists(pidFile), Is.EqualTo(result.ExitCode == 0), result.ToString());
            if (result.ExitCode == 0) Runtime.Bare("--root", root, "delete", id).Execute().Succeeded();
        }

        Assert.That(File.Exists(pidFile), "with so many it succeeds");
    }

    private string Tmpfs(string options) => Scratch.Mount($"{Scratch.Path}/{Scratch.NewName()}.tmpfs", "--make-private", "-t", "tmpfs", "-o", $"mode=755,{options}", "tmpfs");
}
