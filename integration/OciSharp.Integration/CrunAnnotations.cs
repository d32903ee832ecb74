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
}
