using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>runtime.md, "Errors": an error leaves everything as if the operation had never been attempted. (That it does is what every test's end proves.)</summary>
public sealed class Errors : ContainerFixture
{
    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("not JSON", b => b.Raw("{ \"ociVersion\": "));
        yield return Case("empty configuration", b => b.Raw(""));
        yield return Case("an array", b => b.Raw("[]"));
        yield return Case("a wrong type", b => b.Process["cwd"] = 5);
        yield return Case("a missing root", b => b.Config["root"]!["path"] = "nothing");
        yield return Case("no root", b => b.Config.Remove("root"));
        yield return Case("a missing bind source", b => b.Mount("/x", "/no/such/thing", null, "bind"));
        yield return Case("a bad mount option", b => b.Mount("/x", "tmpfs", "tmpfs", "size=banana"));
        yield return Case("a bad mount after good ones", b => b.Mount("/a", "tmpfs", "tmpfs").Mount("/b", "tmpfs", "tmpfs", "nonsense"));
        yield return Case("a missing executable", b => b.Args("/no/such/thing"));
        yield return Case("a missing namespace", b => b.Namespace("network", "/proc/1/ns/nothing"));
        yield return Case("a bad sysctl", b => b.WithLinux("sysctl", new JsonObject { ["net.no.such"] = "1" }));
        yield return Case("a bad limit", b => b.WithProcess("rlimits", new JsonArray(new JsonObject { ["type"] = "RLIMIT_X", ["soft"] = 1, ["hard"] = 1 })));
        yield return Case("a failing hook", b => b.Hook("createRuntime", "/bin/false"));
        yield return Case("a missing hook", b => b.Hook("createContainer", "/no/such/hook"));
        yield return Case("a bad device", b => b.WithLinux("devices", new JsonArray(Devices.Device("/dev/x", "z", 1, 1))));
        yield return Case("bad cpus", b => b.Resource("cpu", new JsonObject { ["cpus"] = "banana" }));
        yield return Case("a bad propagation", b => b.WithLinux("rootfsPropagation", "banana"));

        static TestCaseData Case(string name, Action<Bundle> breakIt) => new TestCaseData(breakIt).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Broken))]
    public void Create_and_run_refuse(Action<Bundle> breakIt)
    {
        var bundle = NewBundle("echo ran");
        breakIt(bundle);
        foreach (var result in (CommandResult[])[FailToCreate(bundle), Run(bundle)])
        {
            result.Failed();
            Assert.That(result.Output, Is.Empty);
            Assert.That(Directory.GetFileSystemEntries(Scratch.StateRoot), Is.Empty);
            Assert.That(HostSnapshot.Cgroups(Scratch.Marker), Is.Empty);
        }
    }

    [TestCase(null)]
    [TestCase("banana")]
    [TestCase("2.0.0")]
    [TestCase("1.0")]
    [Differs("runc", Version)]
    [Differs("crun", Version)]
    public void A_version_that_is_missing_wrong_or_of_another_major_release_is_refused(string? version) =>
        FailToCreate(NewBundle().Edit(c => c["ociVersion"] = version)).Failed("ociVersion");

    private const string Version = "config.md, Specification version: REQUIRED, and MUST be in SemVer v2.0.0 format; it is not looked at";

    [Test]
    public void A_missing_bundle() => Runtime.Execute("create", "--bundle", Scratch.Path + "/nothing", Scratch.NewName()).Failed("no such file or directory");

    [Test]
    public void A_bundle_without_a_configuration() => Runtime.Execute("create", "--bundle", Scratch.NewDirectory("bundle"), Scratch.NewName()).Failed("config.json");

    [Test]
    public void An_error_is_one_line_in_the_log_and_on_standard_error()
    {
        foreach (var (fragment, bundle) in ((string, Bundle)[])
            [("/no/such/thing", NewBundle().Args("/no/such/thing")), ("/no/such/source", NewBundle().Mount("/x", "/no/such/source", null, "bind"))])
        {
            var log = Scratch.Path + "/" + Scratch.NewName();
            var result = Runtime.Execute("--log", log, "--log-format", "json", "create", "--bundle", bundle.Write().Path, Scratch.NewName()).Failed(fragment);
            Assert.That(result.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
            var line = File.ReadAllLines(log).Single();
            Assert.That((string)JsonNode.Parse(line)!["level"]!, Is.EqualTo("error"));
            Assert.That((string)JsonNode.Parse(line)!["msg"]!, Does.Contain(fragment));
        }
    }

    [Test]
    public void Unknown_properties_are_none()
    {
        var bundle = NewBundle("echo ran").Edit(c => c["unknown"] = new JsonObject { ["a"] = 1 }).WithProcess("unknown", true).WithLinux("unknown", new JsonArray(1, 2));
        bundle.Mounts[0]!["unknown"] = "x";
        Assert.That(Run(bundle).Succeeded().Text, Is.EqualTo("ran"));
    }

    [TestCase("nonsense")]
    [TestCase("--nonsense")]
    [TestCase("create", "--nonsense", "x")]
    [TestCase("create", "--bundle")]
    [TestCase("state", "a", "b")]
    [TestCase("run", "--preserve-fds", "banana", "x")]
    public void A_wrong_command_line_is(params string[] arguments) => Assert.That(Runtime.Execute(arguments).ExitCode, Is.Not.Zero);
}
