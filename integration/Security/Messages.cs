using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>
/// CVE-2021-43784: what the parent tells the child is longer than somebody once thought. Here it is a plan in shared memory with offsets of 32 bits, whose
/// size is checked as it is written; what the kernel does not take is refused.
/// </summary>
public sealed class Messages : ContainerFixture
{
    /// <summary>Some 400 KiB of paths.</summary>
    [Test]
    public void Sources_and_destinations_of_mounts()
    {
        var source = Scratch.NewDirectory("source");
        File.WriteAllText(source + "/file", "found");
        var detour = source + string.Concat(Enumerable.Repeat("/.", 1900));
        var bundle = NewBundle("cat /m/*/file | wc -c; grep -c ' /m/' /proc/self/mountinfo");
        for (var i = 0; i < 100; i++) bundle.Mount($"/m/{i}", detour, null, "bind", "ro");
        Assert.That(Run(bundle).Succeeded().Lines, Is.EqualTo((string[])["500", "100"]));
    }

    [TestCase(4096)]
    [TestCase(70_000)]
    [Differs("crun", "crun 1.8.1 makes a mount point so deep that its path is too long for anybody else")]
    public void A_source_or_destination_that_is_too_long(int length)
    {
        var name = "/" + string.Join('/', Enumerable.Repeat(new string('n', 199), length / 200 + 1));
        FailToCreate(NewBundle().Mount("/m", name, null, "bind")).Failed();
        FailToCreate(NewBundle().Mount(name, "tmpfs", "tmpfs")).Failed();
    }

    /// <summary>The kernel takes 340 lines; in one page each.</summary>
    [Test]
    public void Mappings_of_ids()
    {
        var bundle = NewBundle("wc -l < /proc/self/uid_map").Namespace("user");
        foreach (var name in (string[])["uidMappings", "gidMappings"])
        {
            bundle.Linux[name] = new JsonArray([.. Enumerable.Range(0, 340).Select(i => (JsonNode)new JsonObject { ["containerID"] = i, ["hostID"] = 100000 + i, ["size"] = 1 })]);
        }

        foreach (var directory in Directory.GetDirectories(bundle.Rootfs, "*", SearchOption.AllDirectories).Append(bundle.Rootfs)) Libc.Check(Libc.chown(directory, 100000, 100000), "chown");
        // A page has room for some of them only: then it has to be refused.
        var result = RunCommand(bundle).Input("").Execute();
        if (result.ExitCode == 0) Assert.That(result.Text, Is.EqualTo("340"));
        else result.Failed();
        bundle.Linux["uidMappings"] = new JsonArray([.. Enumerable.Range(0, 5000).Select(i => (JsonNode)new JsonObject { ["containerID"] = i, ["hostID"] = 100000 + i, ["size"] = 1 })]);
        RunCommand(bundle).Input("").Execute().Failed();
    }

    [TestCase("run")]
    [TestCase("exec")]
    public void Arguments_and_environment_up_to_the_kernel_s_limit(string command)
    {
        // 128 KiB with the NUL is the most for one; 2 MiB, a quarter of the stack's limit, for all.
        string[] args = ["/bin/sh", "-c", "echo ${#1} ${#A0} ${#A9}", "sh", new string('a', 131071)];
        var variables = Enumerable.Range(0, 10).Select(i => $"A{i}={new string('e', 131000)}").ToArray();
        Execute(command, args, variables).Succeeded();
        Assert.That(Execute(command, args, variables).Text, Is.EqualTo("131071 131000 131000"));
    }

    [TestCase("run", 1, 131072)]
    [TestCase("run", 30, 131000)]
    [TestCase("exec", 1, 131072)]
    [TestCase("exec", 30, 131000)]
    public void Arguments_and_environment_beyond_it(string command, int count, int length)
    {
        var result = Execute(command, ["/bin/true"], [.. Enumerable.Range(0, count).Select(i => $"A{i}={new string('e', length)}")]);
        Assert.That(result.ExitCode, Is.Not.Zero.And.Not.GreaterThan(255), result.Error[..Math.Min(2000, result.Error.Length)]);
        Assert.That(result.Error, Does.Contain("too long"));
    }

    /// <summary>What does not fit into the 64 MiB of the plan, or is no configuration by its size, is refused before anything is made.</summary>
    [Test]
    public void A_configuration_of_eighty_megabytes()
    {
        var bundle = NewBundle().Env([.. Enumerable.Range(0, 700).Select(i => $"A{i}={new string('e', 120_000)}")]);
        var result = RunCommand(bundle).Execute();
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Is.Not.Empty.And.Length.LessThan(5000));
    }

    [Test]
    public void Annotations_of_a_megabyte()
    {
        var container = RunDetached(NewBundle("exec sleep 1000").Annotation("org.example.long", new string('x', 1 << 20)));
        Assert.That((string)container.State()["annotations"]!["org.example.long"]!, Has.Length.EqualTo(1 << 20));
    }

    private CommandResult Execute(string command, string[] args, string[] variables)
    {
        var bundle = NewBundle("exec sleep 1000");
        if (command == "run") return Run(bundle.Args(args).Env(variables));
        var process = new JsonObject { ["args"] = Bundle.Strings(args), ["env"] = Bundle.Strings(variables), ["cwd"] = "/", ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 } };
        return Runtime.Execute("exec", "--process", Scratch.NewFile("process.json", process.ToJsonString()), RunDetached(bundle).Id);
    }
}
