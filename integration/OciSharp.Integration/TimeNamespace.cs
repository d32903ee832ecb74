using System.Globalization;
using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Namespaces" (time) and "Offset for Time Namespace".</summary>
[Differs("runc", "config-linux.md, Namespaces: `time` SHOULD be there; younger than runc 1.1.5")]
public sealed class TimeNamespace : ContainerFixture
{
    [OneTimeSetUp]
    public void Kernel() => Require.That(File.Exists("/proc/self/timens_offsets"), "this kernel has no time namespaces");

    [Test]
    public void A_new_one() =>
        Assert.That(Look(NewBundle().Namespace("time"), "readlink /proc/self/ns/time")[0], Is.Not.EqualTo(new FileInfo("/proc/self/ns/time").LinkTarget));

    [Test]
    public void Offsets()
    {
        var bundle = NewBundle().Namespace("time").WithLinux("timeOffsets", new JsonObject
        {
            ["boottime"] = new JsonObject { ["secs"] = 7200000, ["nanosecs"] = 7 },
            ["monotonic"] = new JsonObject { ["secs"] = 172800 },
        });
        var inside = Look(bundle, "cat /proc/self/timens_offsets", "cat /proc/uptime");
        Assert.That(inside.Lines(0).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo((string[])["monotonic 172800 0", "boottime 7200000 7"]));
        Assert.That(double.Parse(inside[1].Split(' ')[0], CultureInfo.InvariantCulture), Is.GreaterThan(7200000));
    }

    [Test]
    public void A_namespace_is_joined_by_path()
    {
        using var holder = NamespaceHolder.Start(Scratch, "--time", "--boottime", "1000");
        Assert.That(Look(NewBundle().Namespace("time", $"/proc/{holder.Pid}/ns/time"), "readlink /proc/self/ns/time")[0], Is.EqualTo(new FileInfo($"/proc/{holder.Pid}/ns/time").LinkTarget));
    }

    [Test]
    public void Offsets_without_the_namespace_are_refused() =>
        FailToCreate(NewBundle().WithLinux("timeOffsets", new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 1 } })).Failed();

    [Test]
    public void An_unknown_clock_is_refused() =>
        FailToCreate(NewBundle().Namespace("time").WithLinux("timeOffsets", new JsonObject { ["sundial"] = new JsonObject { ["secs"] = 1 } })).Failed();
}
