using System.Runtime.CompilerServices;
using OciSharp.Runtime.Doctor;
using static OciSharp.Runtime.Doctor.CheckStatus;

namespace OciSharp.Runtime.Tests.Doctor;

/// <summary>The files of docs/engines are understood, and what is wrong with others is said.</summary>
public class EngineChecksTests : DoctorTest
{
    [SetUp]
    public void Begin() => Host.Usual();

    [Test]
    public void Engines_that_are_not_there()
    {
        foreach (string engine in (string[])["podman", "docker", "containerd", "crio"])
            Assert.That(Line($"engines.{engine}").Status, Is.EqualTo(NotApplicable));
    }

    [TestCase("podman", "podman.conf", "/etc/containers/containers.conf.d/ocisharp.conf")]
    [TestCase("docker", "docker.json", "/etc/docker/daemon.json")]
    [TestCase("containerd", "containerd-1.toml", "/etc/containerd/config.toml")]
    [TestCase("containerd", "containerd-2.toml", "/etc/containerd/config.toml")]
    [TestCase("crio", "crio.conf", "/etc/crio/crio.conf.d/10-ocisharp.conf")]
    public void What_the_documentation_has_users_copy(string engine, string file, string path)
    {
        Host.With(path, File.ReadAllText(Path.Combine(Docs(), file)));
        Check line = Line($"engines.{engine}.runtime");
        Assert.That((line.Status, line.Detail), Is.EqualTo((Ok, "the runtime \"ocisharp\" is /usr/local/bin/ocisharp")));
        Assert.That(Line($"engines.{engine}.default").Detail, Does.Contain("we are used with"));
        Assert.That(Host.Examine().Checks.Where(check => check.Group == CheckGroup.Engines && check.Status is Missing or Problem), Is.Empty);
    }

    [TestCase("podman", "/usr/bin/podman")]
    [TestCase("docker", "/usr/sbin/dockerd")]
    [TestCase("containerd", "/usr/bin/containerd")]
    [TestCase("crio", "/usr/bin/crio")]
    public void What_the_remedy_writes_is_understood(string engine, string program)
    {
        Host.WithProgram(program);
        Check line = Line($"engines.{engine}.runtime");
        Assert.That(line.Status, Is.EqualTo(Missing));
        string path = line.Remedy[0].Split(' ')[^1].TrimEnd(':');
        Host.With(path, string.Join('\n', line.Remedy.Where(text => text.StartsWith("  ", StringComparison.Ordinal))));
        Assert.That(Line($"engines.{engine}.runtime").Status, Is.EqualTo(Ok));
        Assert.That(Host.Examine().Checks.Where(check => check.Group == CheckGroup.Engines && check.Status is Missing or Problem), Is.Empty);
    }

    [Test]
    public void The_files_of_podman_from_the_weakest_to_the_strongest()
    {
        Host.With("/usr/share/containers/containers.conf", "[engine]\nruntime = \"crun\"\n[engine.runtimes]\ncrun = [\"/usr/bin/crun\"]\n");
        Host.With("/etc/containers/containers.conf", "[engine]\nruntime = \"runc\"\n");
        Host.With("/etc/containers/containers.conf.d/20-b.conf", "[engine]\nruntime = \"ocisharp\"\n[engine.runtimes]\nocisharp = [\"/nowhere\", \"/usr/local/bin/ocisharp\"]");
        Host.With("/etc/containers/containers.conf.d/10-a.conf", "[engine]\nruntime = \"x\"\n").With("/etc/containers/containers.conf.d/99-no", "[engine]\nruntime = \"y\"\n");
        Assert.That(Line("engines.podman.default").Detail, Is.EqualTo("\"ocisharp\": we are used where nobody chooses"));
        Assert.That(Line("engines.podman.runtime").Detail, Is.EqualTo("the runtime \"ocisharp\" is /usr/local/bin/ocisharp"));
        Assert.That(Line("engines.podman.files").Detail, Is.EqualTo(
            "/usr/share/containers/containers.conf, /etc/containers/containers.conf, /etc/containers/containers.conf.d/10-a.conf, /etc/containers/containers.conf.d/20-b.conf"));
        Assert.That(Line("engines.podman.abilities").Status, Is.EqualTo(Missing));
    }

    [Test]
    public void A_users_files_and_the_environments()
    {
        Host.AsJane().With("/home/jane/.config/containers/containers.conf", "[engine.runtimes]\nmine = [\"/usr/local/bin/ocisharp\"]");
        Assert.That(Line("engines.podman.runtime").Detail, Does.Contain("\"mine\""));
        Host.Environment["XDG_CONFIG_HOME"] = "/home/jane/other";
        Assert.That(Line("engines.podman").Status, Is.EqualTo(NotApplicable));
        Host.Environment["CONTAINERS_CONF"] = "/tmp/c.conf";
        Host.With("/tmp/c.conf", "[engine]\nruntime = \"/usr/local/bin/ocisharp\"");
        Assert.That(Line("engines.podman.default").Detail, Does.StartWith("\"/usr/local/bin/ocisharp\""));
    }

    [Test]
    public void A_runtime_that_is_not_where_it_is_said_to_be()
    {
        Host.With("/etc/docker/daemon.json", """{"runtimes":{"ocisharp":{"path":"/opt/ocisharp"}},"default-runtime":"ocisharp"}""");
        Check line = Line("engines.docker.runtime");
        Assert.That((line.Status, line.Detail), Is.EqualTo((Problem, "the runtime \"ocisharp\" is /opt/ocisharp, where no program is")));
        Host.WithProgram("/opt/ocisharp");
        Assert.That(Line("engines.docker.runtime").Detail, Is.EqualTo("the runtime \"ocisharp\" is /opt/ocisharp, another executable than this one"));
        Assert.That(Line("engines.docker.default").Detail, Does.Contain("where nobody chooses"));
    }

    [TestCase("{", "line 1")]
    [TestCase("{\n \"a\": }", "line 2")]
    [TestCase("""{"default-runtime":"\ud800"}""", "a string in it is no text")]
    public void A_file_of_Docker_that_is_no_JSON(string text, string message)
    {
        Host.With("/etc/docker/daemon.json", text);
        Assert.That(Line("engines.docker.file").Detail, Does.Contain(message));
    }

    [TestCase("""{"runtimes":[{"path":"/x"}]}""")]
    [TestCase("""{"runtimes":{"x":{"options":{"path":"/usr/local/bin/ocisharp"}}}}""")]
    [TestCase("""{"a":{"b":{"path":"/usr/local/bin/ocisharp"}}}""")]
    [TestCase("[1]")]
    public void Json_of_another_shape_has_no_runtimes_of_ours(string text)
    {
        Host.With("/etc/docker/daemon.json", text);
        Assert.That(Line("engines.docker.runtime").Status, Is.EqualTo(Missing));
    }

    [Test]
    public void Containerd_whose_CRI_plugin_is_off_as_Docker_installs_it()
    {
        Host.With("/etc/containerd/config.toml", "disabled_plugins = [\"cri\"]\n");
        Assert.That(Line("engines.containerd.cri").Status, Is.EqualTo(Problem));
        Assert.That(Line("engines.containerd.version").Detail, Does.Contain("has version 1"));
    }

    [Test]
    public void Containerd_with_tables_of_the_other_version()
    {
        Host.With("/etc/containerd/config.toml", File.ReadAllText(Path.Combine(Docs(), "containerd-1.toml")).Replace("version = 2", "version = 3"));
        Assert.That(Line("engines.containerd.version").Remedy, Is.EqualTo(["rename the table to plugins.\"io.containerd.cri.v1.runtime\""]));
        Assert.That(Line("engines.containerd.runtime").Status, Is.EqualTo(Missing));
    }

    /// <summary>containerd 1.7 says then: no corresponding runtime configured in `containerd.runtimes` for `containerd` `default_runtime_name = "runc"`.</summary>
    [Test]
    public void Containerd_whose_default_runtime_is_not_among_those_of_the_file()
    {
        const string table = "plugins.\"io.containerd.grpc.v1.cri\".containerd";
        string ours = $"version = 2\n[{table}.runtimes.ocisharp.options]\nBinaryName = \"/usr/local/bin/ocisharp\"\n";
        Host.With("/etc/containerd/config.toml", ours);
        Check line = Line("engines.containerd.cri");
        Assert.That((line.Status, line.Detail), Is.EqualTo((Problem, "its default, runc, is not among the runtimes, which take the place of those built in: it does not load")));
        Host.With("/etc/containerd/config.toml", ours + string.Join('\n', line.Remedy.Where(text => text.StartsWith("  ", StringComparison.Ordinal))));
        Assert.That(Host.Examine().Checks.Where(check => check.Group == CheckGroup.Engines && check.Status is Missing or Problem), Is.Empty);
        Host.With("/etc/containerd/config.toml", ours + $"[{table}]\ndefault_runtime_name = \"ocisharp\"\n");
        Assert.That(Host.Examine().Checks.Where(check => check.Group == CheckGroup.Engines && check.Status is Missing or Problem), Is.Empty);
    }

    [Test]
    public void Containerds_imports()
    {
        Host.With("/etc/containerd/config.toml", "version = 2\nimports = [\"conf.d/*.toml\", \"/nowhere\", \"/a\\u0000b\"]");
        Host.With("/etc/containerd/conf.d/o.toml", File.ReadAllText(Path.Combine(Docs(), "containerd-1.toml")));
        Assert.That(Line("engines.containerd.runtime").Status, Is.EqualTo(Ok));
    }

    private static string Docs([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "../../../docs/engines");
}
