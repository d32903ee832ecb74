using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Namespaces".</summary>
public sealed class Namespaces : ContainerFixture
{
    private static readonly string[] s_files = ["pid", "net", "ipc", "uts", "mnt", "cgroup", "user"];
    private static readonly string s_look = "for n in pid net ipc uts mnt cgroup user; do readlink /proc/self/ns/$n; done";

    [Test]
    public void A_listed_type_is_new_and_an_absent_one_is_inherited()
    {
        var all = Look(NewBundle().Namespace("cgroup"), s_look).Lines(0);
        var some = Look(NewBundle().WithoutNamespace("network").WithoutNamespace("ipc").WithoutNamespace("uts").WithoutNamespace("pid"), s_look).Lines(0);
        Assert.Multiple(() =>
        {
            foreach (var (type, i) in s_files.Select((type, i) => (type, i)))
            {
                var ours = Of(Environment.ProcessId, type);
                Assert.That(all[i] == ours, Is.EqualTo(type == "user"), $"all namespaces listed but user: {type} is {all[i]}, ours is {ours}");
                Assert.That(some[i] == ours, Is.EqualTo(type != "mnt"), $"only mount listed: {type} is {some[i]}, ours is {ours}");
            }
        });
    }

    [Test]
    public void A_listed_path_is_joined()
    {
        using var holder = NamespaceHolder.Start(Scratch, "--net", "--ipc", "--uts", "--pid", "--cgroup");
        var bundle = NewBundle();
        foreach (var (type, file) in ((string, string)[])[("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid"), ("cgroup", "cgroup")])
        {
            bundle.Namespace(type, $"/proc/{holder.Pid}/ns/{file}");
        }

        var inside = Look(bundle, s_look, "ls /proc", "hostname").Lines(0);
        Assert.Multiple(() =>
        {
            foreach (var type in (string[])["net", "ipc", "uts", "pid", "cgroup"])
            {
                Assert.That(inside[Array.IndexOf(s_files, type)], Is.EqualTo(Of(holder.Pid, type)));
            }
        });
        Assert.That(OurProcesses.Lives(holder.Pid), "the process whose namespaces were joined has been killed");
    }

    /// <summary>No rule says so, but every program expects it, and every runtime does it.</summary>
    [TestCase(false, true)]
    [TestCase(true, true)]
    [TestCase(false, false)]
    public void The_loopback_device_of_a_new_network_is_up(bool user, bool pid)
    {
        var bundle = NewBundle();
        if (user) bundle.UserNamespace();
        if (!pid) bundle.WithoutNamespace("pid");
        Assert.That(Look(bundle, "ip addr show lo")[0], Does.Match(@"(?s)<LOOPBACK,UP,LOWER_UP>.*inet 127\.0\.0\.1/8"));
    }

    [Test]
    public void The_loopback_device_is_up_when_hooks_run()
    {
        var seen = Scratch.NewFile("seen");
        var bundle = NewBundle("true").Hook("createContainer", "/bin/sh", "-c", $"grep -c 127.0.0.1 /proc/self/net/fib_trie > {seen}");
        Run(bundle).Succeeded();
        Assert.That(int.Parse(File.ReadAllText(seen)), Is.Positive);
    }

    [Test]
    public void A_network_that_is_joined_is_left_as_it_is()
    {
        using var holder = NamespaceHolder.Start(Scratch, "--net");
        Assert.That(Look(NewBundle().Namespace("network", $"/proc/{holder.Pid}/ns/net"), "ip addr show lo")[0], Does.Contain("<LOOPBACK>"));
    }

    [Test]
    public void Only_the_property_of_linux_tells_which_are_new()
    {
        var misleading = (JsonObject)JsonNode.Parse("""{"namespaces": [{"type": "network"}, {"type": "uts"}, {"type": "mount"}]}""")!;
        var bundle = NewBundle().WithoutNamespace("network").WithoutNamespace("uts").Edit(config => config.Insert(0, "extension", misleading));
        var inside = Look(bundle, s_look).Lines(0);
        Assert.Multiple(() =>
        {
            foreach (var type in (string[])["net", "uts"])
            {
                Assert.That(inside[Array.IndexOf(s_files, type)], Is.EqualTo(Of(Environment.ProcessId, type)));
            }

            Assert.That(inside[Array.IndexOf(s_files, "ipc")], Is.Not.EqualTo(Of(Environment.ProcessId, "ipc")));
        });
    }

    [Test]
    public void In_a_new_pid_namespace_the_process_is_number_1_and_alone()
    {
        var inside = Look("echo $$", "ls -d /proc/[0-9]* | wc -l");
        Assert.That(inside[0], Is.EqualTo("1"));
        Assert.That(int.Parse(inside[1]), Is.LessThanOrEqualTo(3), "the shell, ls and wc");
    }

    [Test]
    public void A_new_network_namespace_has_a_loopback_device_only() =>
        Assert.That(Look("ls /sys/class/net")[0], Is.EqualTo("lo"));

    [Test]
    public void A_new_ipc_namespace_has_no_message_queue_of_the_host() =>
        Assert.That(Look("ls /dev/mqueue")[0], Is.Empty);

    [TestCase("network", "/proc/self/ns/uts", TestName = "A path of another type is refused")]
    [TestCase("ipc", "/etc/passwd", TestName = "A path that is no namespace is refused")]
    [TestCase("uts", "/proc/self/ns/nothing", TestName = "A path that does not exist is refused")]
    [TestCase("nonsense", null, TestName = "An unknown type is refused")]
    public void A_wrong_namespace_is_refused(string type, string? path) => FailToCreate(NewBundle().Namespace(type, path)).Failed();

    [Test]
    public void A_relative_path_is_refused() =>
        FailToCreate(NewBundle().Namespace("network", "proc/self/ns/net")).Failed();

    [Test]
    public void A_duplicated_type_is_refused()
    {
        var bundle = NewBundle();
        bundle.Linux["namespaces"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "uts" });
        FailToCreate(bundle).Failed();
    }

    private static string? Of(int pid, string file) => new FileInfo($"/proc/{pid}/ns/{file}").LinkTarget;
}
