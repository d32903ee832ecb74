using System.Text;

namespace OciSharp.Cgroups.Tests;

public sealed class SelfCgroupTests
{
    [Test]
    public void Lines_are_split_into_controllers_and_path()
    {
        List<(string, string)> lines = Read(Fixture.Cgroup("self-v1-systemd.txt"));

        Assert.That(lines, Has.Count.EqualTo(13));
        Assert.That(lines, Does.Contain(("cpu,cpuacct", "/user.slice")));
        Assert.That(lines, Does.Contain(("name=systemd", "/user.slice/user-1000.slice/session-3.scope")));
        Assert.That(lines[^1], Is.EqualTo(("", "/user.slice/user-1000.slice/session-3.scope")));
    }

    [Test]
    public void A_path_may_hold_colons() =>
        Assert.That(Read(Fixture.Cgroup("self-v2-user.txt")), Is.EqualTo(new[]
        {
            ("", "/user.slice/user-1000.slice/user@1000.service/app.slice/run-a:b.scope"),
        }));

    [Test]
    public void A_line_of_another_form_is_an_error() =>
        Assert.That(() => Read("nonsense\n"u8.ToArray()), Throws.TypeOf<CgroupException>().With.Message.Contain("two colons"));

    private static List<(string Controllers, string Path)> Read(byte[] bytes)
    {
        var lines = new List<(string, string)>();
        ReadOnlySpan<byte> text = bytes;
        while (SelfCgroup.Next(ref text, out SelfCgroup line))
            lines.Add((Encoding.UTF8.GetString(line.Controllers), Encoding.UTF8.GetString(line.Path)));
        return lines;
    }
}
