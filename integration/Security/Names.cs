using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>Names that become paths: with <c>..</c>, slashes, line feeds, and NULs behind which C sees the end.</summary>
public sealed class Names : ContainerFixture
{
    /// <summary>An id is checked by every command before it becomes a path: none looks, kills or removes outside of the root directory.</summary>
    [TestCase("state")]
    [TestCase("start")]
    [TestCase("kill")]
    [TestCase("delete")]
    [TestCase("delete --force")]
    [TestCase("pause")]
    [TestCase("resume")]
    [TestCase("ps")]
    [TestCase("exec")]
    [TestCase("update --pids-limit 5")]
    [TestCase("events --stats")]
    [Differs("crun", "crun 1.8.1 takes ids with \"..\": delete removes directories outside of the root directory")]
    public void Of_containers(string command)
    {
        var victim = Scratch.NewDirectory("victim");
        File.WriteAllText(victim + "/state.json", "{}");
        Directory.CreateDirectory(victim + "/below");
        var name = Path.GetFileName(victim);
        foreach (var id in (string[])[$"../{name}", $"./../{name}", $"x/../../{name}", victim, "..", ".", "", "../", "/", $"../{name}/below", "a\nb", "a/b", "\u001b[2J"])
        {
            var result = Runtime.Execute([.. command.Split(' '), id, .. command == "exec" ? (string[])["/bin/true"] : []]);
            if (command == "delete --force" && result.ExitCode == 0) continue; // What is not there need not be deleted: the victim has to be.
            Assert.That(result.ExitCode, Is.Not.Zero, id);
        }

        Assert.That(File.ReadAllText(victim + "/state.json"), Is.EqualTo("{}"));
        Assert.That(Directory.Exists(victim + "/below") && Directory.Exists(Scratch.StateRoot), Is.True);
    }

    /// <summary>A state that is a link, in a root directory that somebody else could write to: nothing is followed, nothing beyond it deleted.</summary>
    [Test]
    [Differs("crun", "crun 1.8.1 follows the link and removes what is there")]
    public void Of_a_container_that_is_a_link()
    {
        var victim = Scratch.NewDirectory("victim");
        File.WriteAllText(victim + "/state.json", "{}");
        File.CreateSymbolicLink(Scratch.StateRoot + "/link", victim);
        _ = Runtime.Execute("delete", "--force", "link");
        _ = Runtime.Execute("state", "link");
        Assert.That(File.ReadAllText(victim + "/state.json"), Is.EqualTo("{}"));
        File.Delete(Scratch.StateRoot + "/link");
    }

    [TestCase("/..")]
    [TestCase("..")]
    [TestCase("/../../..")]
    [TestCase("a/../../b")]
    [TestCase("/a/..")]
    [TestCase("/a\nb")]
    [TestCase("/a\0b")]
    [TestCase("/")]
    [TestCase("/.")]
    [Differs("runc", "a cgroup's path is cleaned, not refused")]
    [Differs("crun", "a cgroup's path is cleaned, not refused")]
    public void Of_cgroups(string path) => FailToCreate(NewBundle().WithLinux("cgroupsPath", path)).Failed();

    /// <summary>Text in JSON may hold a NUL, and a path of the kernel ends there: "/proc\0/harmless" would be /proc.</summary>
    [TestCase("args")]
    [TestCase("env")]
    [TestCase("cwd")]
    [TestCase("destination")]
    [TestCase("source")]
    [TestCase("type")]
    [TestCase("option")]
    [TestCase("maskedPaths")]
    [TestCase("readonlyPaths")]
    [TestCase("device")]
    [TestCase("hostname")]
    [TestCase("domainname")]
    [TestCase("sysctl")]
    [TestCase("sysctl name")]
    [TestCase("root")]
    [TestCase("namespace")]
    [TestCase("hook")]
    [Differs("runc", "runc 1.1.5 takes names with a NUL in some places")]
    [Differs("crun", "crun 1.8.1 is written in C: a name ends at its NUL")]
    public void With_a_NUL(string where)
    {
        var bundle = NewBundle();
        _ = where switch
        {
            "args" => bundle.Args("/bin/true\0x"),
            "env" => bundle.Env("PATH=/bin", "A=b\0c"),
            "cwd" => bundle.WithProcess("cwd", "/tmp\0x"),
            "destination" => bundle.Mount("/proc\0x", "tmpfs", "tmpfs"),
            "source" => bundle.Mount("/m", Scratch.NewDirectory("source") + "\0x", null, "bind"),
            "type" => bundle.Mount("/m", "tmpfs", "tmpfs\0x"),
            "option" => bundle.Mount("/m", "tmpfs", "tmpfs", "mode=755\0x"),
            "maskedPaths" or "readonlyPaths" => bundle.WithLinux(where, Bundle.Strings("/tmp\0x")),
            "device" => bundle.WithLinux("devices", new JsonArray(new JsonObject { ["path"] = "/dev/x\0y", ["type"] = "c", ["major"] = 1, ["minor"] = 5 })),
            "hostname" or "domainname" => bundle.Edit(c => c[where] = "a\0b"),
            "sysctl" => bundle.WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_forward"] = "1\0x" }),
            "sysctl name" => bundle.WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_forward\0x"] = "1" }),
            "root" => bundle.Edit(c => c["root"]!["path"] = "rootfs\0x"),
            "namespace" => bundle.Namespace("network", "/proc/self/ns/net\0x"),
            _ => bundle.Hook("createRuntime", Scratch.NewScript("exit 0") + "\0x"),
        };
        FailToCreate(bundle).Failed();
    }
}
