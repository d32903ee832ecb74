using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime.Tests.Explain;

public sealed class TextFormatTests
{
    [TestCase("runc-spec.json")]
    [TestCase("minimal.json")]
    public void The_text(string name) => Explained.Check($"create-{name}.txt", TextFormat.Write(Explained.Fixture(name), verbose: false, colour: false));

    [Test]
    public void The_text_with_system_calls() =>
        Explained.Check("create-everything.json.verbose.txt", TextFormat.Write(Explained.Fixture("everything.json"), verbose: true, colour: false));

    [Test]
    public void The_text_of_exec() =>
        Explained.Check("exec-everything.json.txt", TextFormat.Write(Explained.Fixture("everything.json", ExplainedVerb.Exec), verbose: false, colour: false));

    [Test]
    public void The_text_for_an_ordinary_user() =>
        Explained.Check("create-podman-rootless.json.txt", TextFormat.Write(Explained.Fixture("podman-rootless.json", rootless: true), verbose: false, colour: false));

    [TestCaseSource(nameof(Names))]
    public void Colours_add_nothing_but_colours(string name)
    {
        ExplainedPlan plan = Explained.Fixture(name);
        string plain = TextFormat.Write(plan, verbose: true, colour: false);
        string coloured = TextFormat.Write(plan, verbose: true, colour: true);

        Assert.That(coloured, Is.Not.EqualTo(plain));
        Assert.That(System.Text.RegularExpressions.Regex.Replace(coloured, "\x1b\\[[0-9;]*m", ""), Is.EqualTo(plain));
    }

    [Test]
    public void What_the_configuration_says_does_not_steer_the_terminal()
    {
        using var directory = new TemporaryDirectory();
        string config = directory.File("config.json", """
            {
              "ociVersion": "1.2.0", "root": { "path": "rootfs" }, "hostname": "evil\u001b[2Jname",
              "process": { "cwd": "/", "args": ["/bin/\u001b]0;title\u0007", "two\nlines"] },
              "mounts": [{ "destination": "/a\u001b[31m\nb", "type": "tmpfs", "source": "x\u202ey" }],
              "linux": { "namespaces": [{ "type": "mount" }, { "type": "uts" }] }
            }
            """);
        string text = TextFormat.Write(Explained.Of(config), verbose: true, colour: false);

        Assert.That(text.Where(c => (char.IsControl(c) && c != '\n') || c == '\u202e'), Is.Empty);
        Assert.That(text, Does.Contain("evil\\x1b[2Jname"));
    }

    private static string[] Names => Explained.Names;
}
