namespace OciSharp.Security;

/// <summary>
/// CVE-2024-21626: descriptors of the host's directories that the runtime, or its caller, has left open. All are closed before the
/// program starts, and the working directory has to lie inside, whatever path led to it.
/// </summary>
public sealed class Descriptors : ContainerFixture
{
    private Bait _bait = null!;

    /// <summary>Descriptors of the host's directory, as an engine would leak them.</summary>
    private string Leaked => $"7<{_bait.Path} 8<{_bait.Path} 9<{_bait.Path}";

    [SetUp]
    public void LayBait() => _bait = new Bait(Scratch);

    [TearDown]
    public void IsUntouched() => _bait?.Untouched();

    [Test]
    [Differs("crun", "CVE-2024-21626: the program starts in a directory of the host")]
    public void Run_in_a_directory_behind_one()
    {
        for (var fd = 3; fd <= 12; fd++)
        {
            foreach (var cwd in (string[])[$"/proc/self/fd/{fd}", $"/dev/fd/{fd}/../..", $"/link{fd}"])
            {
                var bundle = NewBundle("cat file; cat ./*.bait/file; ls -di .").WithProcess("cwd", cwd);
                File.CreateSymbolicLink($"{bundle.Rootfs}/link{fd}", $"/proc/self/fd/{fd}");
                var result = RunCommand(bundle).Redirect(Leaked).Execute();
                Assert.That(result.Output, Does.Not.Contain(Bait.Secret), cwd);
                Assert.That(result.ExitCode, Is.EqualTo(1), $"{cwd} is no directory of the container\n{result}");
            }
        }
    }

    [Test]
    [Differs("crun", "CVE-2024-21626: the program starts in a directory of the host")]
    public void Exec_in_a_directory_behind_one()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        for (var fd = 3; fd <= 12; fd++)
        {
            var result = Runtime.Command("exec", "--cwd", $"/proc/self/fd/{fd}", container.Id, "/bin/sh", "-c", "cat file; pwd").Redirect(Leaked).Execute();
            Assert.That(result.Output, Is.EqualTo("").Or.EqualTo("/\n"), "the runtime's own descriptor of the container's root leads nowhere else");
            if (fd is 7 or 8 or 9) Assert.That(result.ExitCode, Is.Not.Zero, $"{fd} is no directory of the container\n{result}");
        }
    }

    /// <summary>The caller's own directory is one of the host too: it is left when the root is entered.</summary>
    [TestCase("run")]
    [TestCase("exec")]
    public void The_caller_s_working_directory(string command)
    {
        const string look = "cat /proc/self/cwd/file /proc/1/cwd/file ./file; true";
        var result = command == "run" ? RunCommand(NewBundle(look)).Directory(_bait.Path).Execute()
            : Runtime.Command("exec", RunDetached(NewBundle("exec sleep 1000")).Id, "/bin/sh", "-c", look).Directory(_bait.Path).Execute();
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    [Differs("crun", "CVE-2024-21626: a program of the host is executed")]
    public void The_program_is_behind_one()
    {
        var bundle = NewBundle();
        File.CreateSymbolicLink(bundle.Rootfs + "/link", "/proc/self/fd/7/tool");
        var tools = Scratch.NewDirectory("tools");
        File.Copy(bundle.Rootfs + "/bin/busybox", tools + "/tool");
        File.CreateSymbolicLink(tools + "/echo", "tool");
        var container = RunDetached(NewBundle("exec sleep 1000"));
        foreach (var program in (string[])["/proc/self/fd/7/echo", "/proc/self/fd/7/tool", "/link"])
        {
            var run = RunCommand(bundle.Args(program, "echo", "escaped")).Redirect($"7<{tools}").Execute();
            Assert.That(run.Output, Is.Empty, program);
            var exec = Runtime.Command("exec", container.Id, program, "echo", "escaped").Redirect($"7<{tools}").Execute();
            Assert.That(exec.Output, Is.Empty, program);
        }
    }

    /// <summary>Magic links are none inside the root: no mount point lies behind a descriptor.</summary>
    [TestCase("/proc/self/fd/7")]
    [TestCase("/proc/self/fd/7/empty")]
    [TestCase("/data/empty")]
    [TestCase("/proc/self/root/data")]
    [TestCase("/proc/self/cwd/data")]
    [Differs("runc", "/proc/self/cwd is followed, and what is behind it is made inside the root")]
    public void A_mount_point_is_behind_one(string destination)
    {
        var bundle = NewBundle("exit 0").Mount(destination, "tmpfs", "tmpfs");
        File.CreateSymbolicLink(bundle.Rootfs + "/data", "/proc/self/fd/7");
        RunCommand(bundle).Redirect(Leaked).Execute().Failed();
    }

    [Test]
    public void Exec_passes_none()
    {
        var container = RunDetached(NewBundle("exec sleep 1000"));
        var result = Runtime.Command("exec", container.Id, "/bin/ls", "/proc/self/fd").Redirect(Leaked).Execute().Succeeded();
        Assert.That(result.Lines, Is.EqualTo((string[])["0", "1", "2", "3"]), "3 is that of ls");
    }

    /// <summary>What an init that waits for its start holds is shown to whoever gets at it later: only its socket may be there beside stdio.</summary>
    [Test]
    [Differs("runc", "its own exec.fifo is open, as a path")]
    [Differs("crun", "its own exec.fifo is open, as a path")]
    public void The_waiting_init_has_none_of_the_host_s_directories()
    {
        var id = Scratch.NewName();
        Runtime.Command("create", "--bundle", NewBundle("exec sleep 1000").Write().Path, id).Directory(_bait.Path).Redirect(Leaked).Execute().Succeeded();
        var pid = (int)System.Text.Json.Nodes.JsonNode.Parse(Runtime.Execute("state", id).Output)!["pid"]!;
        var held = Directory.GetFileSystemEntries($"/proc/{pid}/fd").Order().ToDictionary(f => Path.GetFileName(f), f => new FileInfo(f).LinkTarget!);
        foreach (var (fd, target) in held.Where(f => f.Key is not ("0" or "1" or "2")))
        {
            Assert.That(target, Does.StartWith("socket:").Or.StartWith("anon_inode:").Or.StartWith("pipe:"), $"descriptor {fd}");
        }

        Assert.That(held.Values, Has.None.Contains("bait"));
    }
}
