using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>
/// config-linux.md, "Namespaces": "If a namespace type is not specified in the namespaces array, the container MUST inherit the runtime
/// namespace of that type"; runtime.md, "Delete": it "MUST delete the resources that were created during the create step".
/// </summary>
public sealed class MountsOnHost : ContainerFixture
{
    private const string Left = "runtime.md, Delete: the mounts of a container without a mount namespace stay on the host";

    [Test]
    [Differs("runc", Left)]
    [Differs("crun", Left)]
    public void They_are_made_there_and_gone_with_the_container()
    {
        var bundle = WithoutMountNamespace();
        bundle.Config["root"]!["readonly"] = true;
        var before = MountsOfHost();
        var inside = Look(bundle, "readlink /proc/self/ns/mnt; stat -f -c %T /proc /dev/shm; echo x > /new; test -c /dev/null && echo null");
        Assert.That(inside.Lines(0), Has.Length.EqualTo(5).And.Member(new FileInfo("/proc/self/ns/mnt").LinkTarget).And.Member("null"), inside[0]);
        Assert.That(inside[0], Does.Contain("Read-only file system"));
        Assert.That(MountsOfHost(), Is.EqualTo(before));
    }

    [TestCase("private")]
    [TestCase("shared")]
    [Differs("runc", Left)]
    [Differs("crun", Left)]
    public void Delete_leaves_what_was_mounted_before(string propagation)
    {
        var below = Scratch.MountTmpfs("below", propagation);
        var bundle = WithoutMountNamespace();
        Rootfs.Make(below + "/root", copy: true);
        Scratch.Mount(bundle.Rootfs, "--bind", below + "/root");
        var before = MountsOfHost();
        var container = Create(bundle);
        Assert.That(MountsOfHost(), Has.Some.EndsWith(bundle.Rootfs + "/proc"), "a created container has its mounts");
        Runtime.Execute("delete", "--force", container.Id).Succeeded();
        Assert.That(MountsOfHost(), Is.EqualTo(before));
    }

    [Test]
    [Differs("runc", Left)]
    [Differs("crun", Left)]
    public void A_launch_that_fails_leaves_none()
    {
        var before = MountsOfHost();
        FailToCreate(WithoutMountNamespace().Hook("createRuntime", Scratch.NewScript("exit 3"))).Failed("createRuntime");
        FailToCreate(WithoutMountNamespace().Args("/no/such/program")).Failed("no such file");
        Assert.That(MountsOfHost(), Is.EqualTo(before));
    }

    [Test]
    [Differs("runc", Left)]
    [Differs("crun", Left)]
    public void Those_of_a_launch_that_was_killed_are_found_by_delete()
    {
        var before = MountsOfHost();
        var bundle = WithoutMountNamespace().Hook("createRuntime", Scratch.NewScript("kill -9 $PPID"));
        var id = Scratch.NewName();
        Runtime.Execute("create", "--bundle", bundle.Write().Path, id);
        Assert.That(MountsOfHost(), Is.Not.EqualTo(before), "the hook runs when the mounts are there");
        Runtime.Execute("delete", "--force", id).Succeeded();
        Assert.That(MountsOfHost(), Is.EqualTo(before));
    }

    [Test]
    public void A_user_namespace_has_no_right_to_them()
    {
        var bundle = WithoutMountNamespace().Namespace("user").WithLinux("uidMappings", Mapping()).WithLinux("gidMappings", Mapping());
        FailToCreate(bundle).Failed();
    }

    private static JsonArray Mapping() => new(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 65536 });

    private Bundle WithoutMountNamespace() => NewBundle().WithoutNamespace("mount").WithLinux("maskedPaths", null).WithLinux("readonlyPaths", null);

    private static string[] MountsOfHost() => [.. MountInfo.OfThisProcess().Select(m => m.MountPoint)];
}
