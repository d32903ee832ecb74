using System.Globalization;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config.md, "Linux Process": capabilities.</summary>
public sealed class Capabilities : ContainerFixture
{
    private const int Chown = 0, Kill = 5, NetBindService = 10, NetRaw = 13, AuditWrite = 29;

    [Test]
    public void The_five_sets_of_root()
    {
        var bundle = With(NewBundle(), bounding: [Chown, Kill, NetBindService], effective: [Kill], permitted: [Kill, NetBindService], inheritable: [NetBindService], ambient: []);
        // capabilities(7), Capabilities and execution of programs by root: all of the bounding set is permitted.
        AssertSets(bundle, bounding: [Chown, Kill, NetBindService], effective: [Chown, Kill, NetBindService], permitted: [Chown, Kill, NetBindService], inheritable: [NetBindService], ambient: []);
    }

    [Test]
    public void The_five_sets_of_a_user()
    {
        var bundle = With(NewBundle().User(1000, 1000), bounding: [Chown, Kill, NetBindService], effective: [Kill, NetBindService], permitted: [Kill, NetBindService], inheritable: [Kill, NetBindService], ambient: [NetBindService]);
        // capabilities(7), Transformation during execve: what is ambient stays, the rest of permitted and effective goes.
        AssertSets(bundle, bounding: [Chown, Kill, NetBindService], effective: [NetBindService], permitted: [NetBindService], inheritable: [Kill, NetBindService], ambient: [NetBindService]);
    }

    [TestCase(0)]
    [TestCase(1000)]
    public void Empty_sets(int uid) => AssertSets(With(NewBundle().User(uid, uid), [], [], [], [], []), [], [], [], [], []);

    [TestCase(0)]
    [TestCase(1000)]
    public void None_when_nothing_is_said(int uid)
    {
        var bundle = NewBundle().User(uid, uid);
        bundle.Process.Remove("capabilities");
        AssertSets(bundle, [], [], [], [], []);
    }

    [Test]
    public void They_bite()
    {
        var without = Look(NewBundle(), "chown 1 /etc/passwd", "chroot / true");
        Assert.That(without[0], Does.Contain("not permitted"));
        Assert.That(without[1], Does.Contain("not permitted"));
        Assert.That(Look(With(NewBundle(), [Chown], [Chown], [Chown], [], []), "chown 1 /etc/passwd && stat -c %u /etc/passwd")[0], Is.EqualTo("1"));
    }

    [Test]
    public void An_unknown_name_is_a_warning()
    {
        var bundle = NewBundle("echo ran");
        bundle.Process["capabilities"]!["bounding"]!.AsArray().Add("CAP_NO_SUCH_THING");
        var result = Run(bundle).Succeeded();
        Assert.That(result.Text, Is.EqualTo("ran"));
        Assert.That(result.Error, Does.Contain("CAP_NO_SUCH_THING"));
    }

    [Test]
    [Differs("runc", Granted)]
    [Differs("crun", Granted)]
    public void One_that_we_lack_ourselves_is_a_warning()
    {
        var ours = Convert.ToUInt64(File.ReadLines("/proc/self/status").Single(l => l.StartsWith("CapPrm", StringComparison.Ordinal)).Split('\t')[1], 16);
        const int sysResource = 24;
        Require.That((ours >> sysResource & 1) == 0, "this process has CAP_SYS_RESOURCE: there is none that it lacks");
        var bundle = NewBundle("echo ran");
        foreach (var set in (string[])["bounding", "effective", "permitted"]) bundle.Process["capabilities"]![set]!.AsArray().Add("CAP_SYS_RESOURCE");
        var result = Run(bundle).Succeeded();
        Assert.That(result.Text, Is.EqualTo("ran"));
        Assert.That(result.Error, Does.Contain("CAP_SYS_RESOURCE"));
    }

    private const string Granted = "config.md, Linux Process: what \"cannot be granted otherwise MUST be logged as a warning\"; it fails";

    private static readonly Dictionary<int, string> s_names = new()
    {
        [Chown] = "CAP_CHOWN",
        [Kill] = "CAP_KILL",
        [NetBindService] = "CAP_NET_BIND_SERVICE",
        [NetRaw] = "CAP_NET_RAW",
        [AuditWrite] = "CAP_AUDIT_WRITE",
    };

    private static Bundle With(Bundle bundle, int[] bounding, int[] effective, int[] permitted, int[] inheritable, int[] ambient) =>
        bundle.WithProcess("noNewPrivileges", false).WithProcess("capabilities", new JsonObject
        {
            ["bounding"] = Names(bounding),
            ["effective"] = Names(effective),
            ["permitted"] = Names(permitted),
            ["inheritable"] = Names(inheritable),
            ["ambient"] = Names(ambient),
        });

    private static JsonArray Names(int[] capabilities) => Bundle.Strings([.. capabilities.Select(c => s_names[c])]);

    private void AssertSets(Bundle bundle, int[] bounding, int[] effective, int[] permitted, int[] inheritable, int[] ambient)
    {
        var status = Look(bundle, "cat /proc/$$/status").Status(0);
        Assert.Multiple(() =>
        {
            foreach (var (name, set) in ((string, int[])[])[("CapBnd", bounding), ("CapEff", effective), ("CapPrm", permitted), ("CapInh", inheritable), ("CapAmb", ambient)])
            {
                var mask = set.Aggregate(0UL, (m, c) => m | (1UL << c));
                Assert.That(status[name], Is.EqualTo(mask.ToString("x16", CultureInfo.InvariantCulture)), name);
            }
        });
    }
}
