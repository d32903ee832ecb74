using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>Containers of an ordinary user: everything in a user namespace of that user, and no cgroup.</summary>
public sealed class Rootless : ContainerFixture
{
    private const int Uid = 4321;

    [SetUp]
    public void GiveAway()
    {
        foreach (var path in (string[])[Scratch.StateRoot, Scratch.Temporary]) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
    }

    [Test]
    public void The_user_is_root_inside_and_itself_outside()
    {
        var result = AsUser(NewRootlessBundle("id -u; id -g; cat /proc/self/uid_map; touch /tmp/new; hostname")).Execute().Succeeded();
        Assert.That(result.Lines[..2], Is.EqualTo((string[])["0", "0"]));
        Assert.That(result.Lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo((string[])["0", $"{Uid}", "1"]));
    }

    [Test]
    public void The_exit_code_and_the_streams_are_the_process_s()
    {
        var result = AsUser(NewRootlessBundle("cat; exit 17")).Input("typed").Execute();
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((17, "typed")));
    }

    [Test]
    public void The_life_of_a_container()
    {
        var id = Scratch.NewName();
        var bundle = NewRootlessBundle("exec sleep 1000").Write();
        Execute("create", "--bundle", bundle.Path, id).Succeeded();
        Assert.That(Execute("state", id).Succeeded().Output, Does.Contain("\"created\""));
        Execute("start", id).Succeeded();
        Assert.That(Execute("state", id).Succeeded().Output, Does.Contain("\"running\""));
        Execute("kill", id, "KILL").Succeeded();
        Wait.Until(() => Execute("state", id).Output.Contains("\"stopped\""), () => "it does not stop");
        Execute("delete", id).Succeeded();
    }

    [Test]
    public void Devices_masks_and_a_read_only_root()
    {
        var bundle = NewRootlessBundle("echo x > /dev/null && head -c1 /dev/zero | wc -c; echo x > /new; cat /proc/timer_list | wc -c").WithLinux("maskedPaths", Bundle.Strings("/proc/timer_list"));
        bundle.Config["root"]!["readonly"] = true;
        var result = AsUser(bundle).Execute();
        Assert.That(result.Lines, Is.EqualTo((string[])["1", "0"]), result.ToString());
        Assert.That(result.Error, Does.Contain("Read-only file system"));
    }

    [Test]
    public void More_ids_through_newuidmap()
    {
        Require.Program("/usr/bin/newuidmap");
        var passwd = Scratch.NewFile("passwd", File.ReadAllText("/etc/passwd") + $"ociuser:x:{Uid}:{Uid}::/:/bin/sh\n");
        var subid = Scratch.NewFile("subid", "ociuser:500000:65536\n");
        var bundle = NewRootlessBundle("cat /proc/self/uid_map /proc/self/gid_map; id -u")
            .WithLinux("uidMappings", UserNamespaces.Map((0, Uid, 1), (1, 500000, 65536))).WithLinux("gidMappings", UserNamespaces.Map((0, Uid, 1), (1, 500000, 65536))).User(5, 5);
        // The user and its ids are known in a mount namespace of the test's own.
        var prepare = $"mount --bind {passwd} /etc/passwd && mount --bind {subid} /etc/subuid && mount --bind {subid} /etc/subgid && exec \"$@\"";
        var result = Runtime.Command("run", "--bundle", bundle.Write().Path, Scratch.NewName())
            .Through("unshare", "--mount", "--propagation", "private", "sh", "-c", prepare, "sh").Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups").Execute().Succeeded();
        Assert.That(result.Lines.Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo((string[])[$"0 {Uid} 1", "1 500000 65536", $"0 {Uid} 1", "1 500000 65536", "5"]));
    }

    [Test]
    public void The_default_state_root_is_the_user_s_runtime_directory()
    {
        var directory = Scratch.NewDirectory("xdg");
        Libc.Check(Libc.chown(directory, Uid, Uid), "chown");
        var id = Scratch.NewName();
        var bundle = NewRootlessBundle("exec sleep 1000").Write();
        Bare("create", "--bundle", bundle.Path, id).Succeeded();
        Assert.That(Directory.GetDirectories(directory, id, SearchOption.AllDirectories), Has.Length.EqualTo(1));
        Bare("delete", "--force", id).Succeeded();

        CommandResult Bare(params string[] arguments) => Runtime.Bare(arguments).Environment("XDG_RUNTIME_DIR", directory).Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups").Execute();
    }

    /// <summary>podman makes the user namespace of an ordinary user itself, and runs us in it.</summary>
    [Test]
    public void The_root_of_a_user_namespace_needs_no_other()
    {
        var bundle = NewRootlessBundle("echo x > /dev/null && head -c1 /dev/zero | wc -c; cat /proc/self/uid_map").WithoutNamespace("user");
        bundle.Linux.Remove("uidMappings");
        bundle.Linux.Remove("gidMappings");
        var result = AsUser(bundle).Through("unshare", "--user", "--map-root-user").Execute().Succeeded();
        Assert.That(result.Lines[0], Is.EqualTo("1"));
        Assert.That(result.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo((string[])["0", $"{Uid}", "1"]));
    }

    [Test]
    public void An_agent_of_the_user_answers_calls()
    {
        const int GetPgrp = 111;
        Require.That(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the program of this test is made of x86-64");
        using var agent = new ConsoleSocket(Scratch);
        Libc.Check(Libc.chown(agent.Path, Uid, Uid), "chown");
        var rule = new JsonObject { ["names"] = Bundle.Strings("getpgrp"), ["action"] = "SCMP_ACT_NOTIFY" };
        var profile = new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW", ["listenerPath"] = agent.Path, ["syscalls"] = new JsonArray(rule) };
        var bundle = NewRootlessBundle("").File("/call", CallProgram.Of(GetPgrp)).Args("/call").WithLinux("seccomp", profile);
        using var running = AsUser(bundle).Start();
        var message = agent.Receive(toItsEnd: false);
        Assert.That(SeccompNotification.Refuse(message.Descriptors[0], 25), Is.EqualTo(GetPgrp));
        running.Finish().Exited(25);
    }

    [Test]
    public void The_groups_of_the_user_can_be_kept()
    {
        var bundle = NewRootlessBundle("grep Groups: /proc/self/status").Annotation("run.oci.keep_original_groups", "1").Write();
        var command = Runtime.Command("run", "--bundle", bundle.Path, Scratch.NewName());
        // The group is none of the namespace's: inside it has the number of nobody's.
        Assert.That(command.Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--groups", "77").Execute().Succeeded().Text, Does.Match(@"Groups:\s65534"));
    }

    [Test]
    public void Without_a_user_namespace_it_is_refused()
    {
        var bundle = NewRootlessBundle("true").WithoutNamespace("user");
        bundle.Linux.Remove("uidMappings");
        bundle.Linux.Remove("gidMappings");
        AsUser(bundle).Execute().Failed();
    }

    [Test]
    public void Ids_of_others_are_refused() =>
        AsUser(NewRootlessBundle("true").WithLinux("uidMappings", UserNamespaces.Map((0, 0, 1)))).Execute().Failed();

    private Bundle NewRootlessBundle(string script)
    {
        var bundle = NewBundle(script).Namespace("user").WithLinux("uidMappings", UserNamespaces.Map((0, Uid, 1))).WithLinux("gidMappings", UserNamespaces.Map((0, Uid, 1)))
            .WithoutMount("/dev/pts").Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        bundle.Linux.Remove("resources");
        foreach (var path in Directory.GetDirectories(bundle.Path, "*", SearchOption.AllDirectories).Append(bundle.Path)) Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        return bundle;
    }

    private Command AsUser(Bundle bundle) => User(Runtime.Command("run", "--bundle", bundle.Write().Path, Scratch.NewName()));

    private CommandResult Execute(params string[] arguments) => User(Runtime.Command(arguments)).Execute();

    private static Command User(Command command) => command.Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups");
}
