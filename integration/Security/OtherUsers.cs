using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>Other users of the host, and containers of users: what belongs to root is neither theirs to read nor to steer.</summary>
public sealed class OtherUsers : ContainerFixture
{
    private const int Uid = 4321;

    /// <summary>The environment of a container has passwords in it; the socket of one that was created would start it.</summary>
    [Test]
    public void Do_not_see_the_state_of_a_container()
    {
        var container = Create(NewBundle("exec sleep 1000").Env("PATH=/bin", "PASSWORD=secret"));
        var directory = $"{Scratch.StateRoot}/{container.Id}";
        var result = AsUser("/bin/sh", "-c", $"ls {directory}; cat {directory}/*.json; cd {directory}; grep -r secret {directory}");
        Assert.That(result.Output, Is.Empty);
        foreach (var command in (string[])["start", "state", "kill", "delete"])
        {
            Assert.That(Runtime.Command(command, container.Id).Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups").Execute().ExitCode, Is.Not.Zero, command);
        }

        Assert.That(container.Status, Is.EqualTo("created"));
    }

    /// <summary>A root directory that others may write to is theirs to replace: it is refused.</summary>
    [Test]
    [Differs("runc", "nobody looks at who may write to the root directory")]
    [Differs("crun", "nobody looks at who may write to the root directory")]
    public void Could_write_to_the_root_directory()
    {
        var root = Scratch.NewDirectory("root");
        File.SetUnixFileMode(root, (UnixFileMode)0x1ff);
        Runtime.Bare("--root", root, "create", "--bundle", NewBundle().Write().Path, Scratch.NewName()).Execute().Failed();
    }

    /// <summary>CVE-2023-25809: without a cgroup namespace the host's cgroups are shown to a container of a user read-only.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void A_container_of_a_user_writes_to_no_cgroup_of_the_host(bool ownNamespace)
    {
        const string script = """
            find /sys/fs/cgroup -name cgroup.procs -o -name release_agent -o -name notify_on_release -o -name 'memory.*limit*' -o -name cgroup.subtree_control | while read -r f; do
              (echo 1 > "$f") 2>/dev/null && echo "written $f"
            done
            for d in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -e "$d/cgroup.procs" ] && mkdir "$d/made" 2>/dev/null && echo "made $d"; done
            true
            """;
        var bundle = NewBundle(script).Namespace("user").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro")
            .WithoutMount("/dev/pts").WithoutMount("/sys").WithoutMount("/dev/mqueue").WithoutNamespace("network");
        if (ownNamespace) bundle.Namespace("cgroup");
        foreach (var name in (string[])["uidMappings", "gidMappings"]) bundle.Linux[name] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = Uid, ["size"] = 1 });
        bundle.Linux.Remove("resources");
        foreach (var path in Directory.GetDirectories(bundle.Path, "*", SearchOption.AllDirectories).Append(bundle.Path).Append(Scratch.StateRoot).Append(Scratch.Temporary)) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        var result = RunCommand(bundle).Input("").Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups").Execute();
        if (result.ExitCode != 0)
        {
            Assert.Ignore($"no cgroups can be mounted here for a user: {result.Error}");
        }

        Assert.That(result.Output, Does.Not.Contain("written").And.Not.Contain("made"));
    }

    /// <summary>The descriptor of a filter's agent, by which system calls are answered, goes to the agent only.</summary>
    [Test]
    public void The_agent_of_a_filter_is_not_the_container()
    {
        using var agent = new ConsoleSocket(Scratch);
        var profile = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["listenerPath"] = agent.Path,
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = Bundle.Strings("getpgrp"), ["action"] = "SCMP_ACT_NOTIFY" }),
        };
        using var running = RunCommand(NewBundle("ls -l /proc/self/fd /proc/1/fd; exit 0").WithLinux("seccomp", profile)).Input("").Start();
        foreach (var descriptor in agent.Receive(toItsEnd: false).Descriptors)
        {
            var line = running.Finish();
            _ = Libc.close(descriptor);
            Assert.That(line.Output, Is.Not.Empty.And.Not.Contain("anon_inode:").And.Not.Contain("socket:"));
        }
    }

    private CommandResult AsUser(params string[] command) => new Command(Scratch, command).Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups").Execute();
}
