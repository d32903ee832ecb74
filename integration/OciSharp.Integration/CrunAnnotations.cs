using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>Annotations of crun(1) that engines set.</summary>
[Differs("runc", "crun(1), annotations run.oci.*: podman sets them for crun; runc knows none")]
public sealed class CrunAnnotations : ContainerFixture
{
    [TestCase("1", "4321 77")]
    [TestCase("0", "5")]
    public void The_caller_s_groups(string value, string groups)
    {
        var bundle = NewBundle("grep Groups: /proc/self/status").Annotation("run.oci.keep_original_groups", value);
        bundle.Process["user"]!["additionalGids"] = new JsonArray(5);
        var seen = RunCommand(bundle).Through("setpriv", "--groups", "4321,77").Execute().Succeeded().Text.Split(':')[1].Trim();
        Assert.That(seen.Split(' '), Is.EquivalentTo(groups.Split(' ')));
    }

    [Test]
    public void Calls_that_nobody_knows()
    {
        var rule = new JsonObject { ["names"] = Bundle.Strings("no_such_call"), ["action"] = "SCMP_ACT_ERRNO" };
        var bundle = NewBundle("true").WithLinux("seccomp", new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW", ["syscalls"] = new JsonArray(rule) });
        Run(bundle).Succeeded();
        FailToCreate(bundle.Annotation("run.oci.seccomp_fail_unknown_syscall", "1")).Failed("no_such_call");
    }

    [Test]
    [Differs("crun", "runtime.md, Create: what cannot be applied MUST be an error; crun leaves labels out without SELinux")]
    public void What_mounts_call_their_label()
    {
        Require.That(!Directory.Exists("/sys/fs/selinux"), "with SELinux the label would have to be one of its policy");
        var bundle = NewBundle().WithLinux("mountLabel", "a_label");
        FailToCreate(bundle.Annotation("run.oci.mount_context_type", "rootcontext")).Failed("'rootcontext'");
        FailToCreate(bundle.Annotation("run.oci.mount_context_type", "size")).Failed("run.oci.mount_context_type");
    }

    [TestCase("a/b", "the name of one cgroup")]
    [TestCase("..", "the name of one cgroup")]
    [TestCase("payload", "no cgroup of version 2")]
    [Differs("crun", "cgroups(7), Cgroup delegation: that of cgroup v1 is not safe; crun refuses it as well, without naming the annotation")]
    public void Cgroups_that_cannot_be_delegated(string name, string reason)
    {
        Require.CgroupV1("pids");
        FailToCreate(NewBundle().Annotation("run.oci.delegate-cgroup", name)).Failed("run.oci.delegate-cgroup", reason);
    }

    private static readonly string[] s_hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [TestCase(true)]
    [TestCase(false)]
    public void What_hooks_print(bool inSteps)
    {
        // crun's start and delete look for relative paths in their own working directory.
        var bundle = NewBundle("sleep 1");
        bundle.Annotation("run.oci.hooks.stdout", inSteps ? bundle.Path + "/out" : "out").Annotation("run.oci.hooks.stderr", $"{Scratch.Path}/err");
        File.WriteAllText(bundle.Path + "/out", "before\n");
        foreach (var kind in s_hooks) bundle.Hook(kind, "/bin/sh", "-c", $"cat >/dev/null; echo {kind}; echo not {kind} >&2");
        if (inSteps)
        {
            var container = Create(bundle);
            container.Start().Succeeded();
            container.Until("stopped");
            container.Delete().Succeeded();
        }
        else
        {
            Run(bundle).Succeeded();
        }

        // In which order they run is for other tests: crun's start does not wait for startContainer before poststart.
        Assert.That(File.ReadAllText(bundle.Path + "/out"), Does.StartWith("before\n"));
        Assert.That(File.ReadAllLines(bundle.Path + "/out")[1..], Is.EquivalentTo(s_hooks));
        Assert.That(File.ReadAllLines(Scratch.Path + "/err"), Is.EquivalentTo(s_hooks.Select(k => "not " + k)));
    }

    [TestCase("createRuntime")]
    [TestCase("createContainer")]
    [Differs("crun", "crun(1) leaves open what the message of a failed hook says; crun quotes no output")]
    public void What_a_hook_does_not_print_to_a_file_is_quoted_when_it_fails(string kind)
    {
        var bundle = NewBundle().Annotation("run.oci.hooks.stdout", Scratch.Path + "/out");
        bundle.Hook(kind, "/bin/sh", "-c", "echo how; echo why >&2; exit 3");
        FailToCreate(bundle).Failed("why");
        Assert.That(File.ReadAllText(Scratch.Path + "/out"), Is.EqualTo("how\n"));
    }

    [Test]
    public void A_file_for_hooks_that_cannot_be_opened()
    {
        var bundle = NewBundle().Annotation("run.oci.hooks.stderr", "/nowhere/err");
        FailToCreate(bundle.Hook("createContainer", "/bin/true")).Failed("/nowhere/err");
    }

    [Test]
    public void A_pidfd_of_init()
    {
        using var socket = new ConsoleSocket(Scratch);
        var container = Create(NewBundle("sleep 100").Annotation("run.oci.pidfd_receiver", socket.Path));
        var message = socket.Receive();
        Assert.That(File.ReadAllText($"/proc/self/fdinfo/{message.Descriptors.Single()}"), Does.Match($@"Pid:\s{container.Pid}\n"));
        Assert.That(message.EndOfFileFollows);
        _ = Libc.close(message.Descriptors[0]);
        container.Delete("--force").Succeeded();
        FailToCreate(NewBundle().Annotation("run.oci.pidfd_receiver", Scratch.Path + "/nobody")).Failed("nobody");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void An_agent_for_calls(bool another)
    {
        const int GetPgrp = 111;
        Require.That(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the program of this test is made of x86-64");
        using var agent = new ConsoleSocket(Scratch);
        var rule = new JsonObject { ["names"] = Bundle.Strings("getpgrp"), ["action"] = "SCMP_ACT_NOTIFY" };
        var profile = new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW", ["syscalls"] = new JsonArray(rule) };
        if (another) profile["listenerPath"] = agent.Path;
        var bundle = NewBundle().File("/call", CallProgram.Of(GetPgrp)).Args("/call").WithLinux("seccomp", profile);
        bundle.Annotation("run.oci.seccomp.receiver", another ? "/nobody" : agent.Path);
        using var running = RunCommand(bundle).Start();
        var message = agent.Receive(toItsEnd: false);
        Assert.That(SeccompNotification.Refuse(message.Descriptors.Single(), 25), Is.EqualTo(GetPgrp));
        running.Finish().Exited(25);
    }

    [TestCase("run.oci.seccomp.receiver", "agent")]
    [TestCase("run.oci.pidfd_receiver", "")]
    [TestCase("run.oci.hooks.stdout", "")]
    [Differs("crun", "crun(1): \"It must be an absolute path\"; crun looks at that of seccomp only with a profile that notifies, and names no annotation")]
    public void What_is_no_path_is_refused(string annotation, string value) => FailToCreate(NewBundle().Annotation(annotation, value)).Failed(annotation);
}
