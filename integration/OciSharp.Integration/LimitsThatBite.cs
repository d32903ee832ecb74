using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Control groups", on any version of them: that a limit is felt, whatever its file says.</summary>
public sealed class LimitsThatBite : ContainerFixture
{
    [Test]
    public void Memory()
    {
        var memory = new JsonObject { ["limit"] = 16 << 20 };
        if (File.Exists("/sys/fs/cgroup/cgroup.controllers") || File.Exists("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes")) memory["swap"] = 16 << 20;
        Run(NewBundle("tail /dev/zero").Resource("memory", memory)).Exited(137);
    }

    [Test]
    public void A_limit_that_update_lowers()
    {
        var container = RunDetached(NewBundle("while [ ! -e /go ]; do sleep 0.02; done; tail /dev/zero; echo \"code $?\""));
        Runtime.Execute("update", "--memory", "16M", "--memory-swap", "16M", container.Id).Succeeded();
        File.WriteAllText($"/proc/{container.Pid}/root/go", "");
        container.UntilOutput("code 137");
    }

    [Test]
    public void Pids()
    {
        var bundle = NewBundle("for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; wait").Resource("pids", new JsonObject { ["limit"] = 4 });
        Assert.That(Run(bundle).Error, Does.Contain("can't fork").Or.Contain("Resource temporarily unavailable"));
    }

    [Test]
    public void The_cpu_quota()
    {
        var bundle = NewBundle("""
            stat=/sys/fs/cgroup/cpu.stat
            [ -e $stat ] || stat=/sys/fs/cgroup/cpu/cpu.stat
            i=0
            until grep '^nr_throttled [1-9]' $stat || [ $i -eq 5000 ]; do i=$((i+1)); done
            """).Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro").Resource("cpu", new JsonObject { ["quota"] = 5000, ["period"] = 100000 });
        Assert.That(Run(bundle).Succeeded().Output, Does.StartWith("nr_throttled "));
    }

    /// <summary>Allowed Device list, by the devices controller or by an eBPF program: making a node and opening it are two things.</summary>
    [Test]
    public void Devices()
    {
        var rules = new JsonArray(
            new JsonObject { ["allow"] = false, ["access"] = "rwm" },
            new JsonObject { ["allow"] = true, ["type"] = "c", ["major"] = 1, ["minor"] = 11, ["access"] = "m" });
        var bundle = NewBundle().Resource("devices", rules);
        foreach (var set in (string[])["bounding", "effective", "permitted"]) bundle.Process["capabilities"]![set]!.AsArray().Add("CAP_MKNOD");
        var inside = Look(bundle,
            "mknod /dev/allowed c 1 11 && echo made", "head -c0 /dev/allowed",
            "echo x > /dev/null; head -c1 /dev/zero | wc -c; head -c1 /dev/urandom | wc -c; : > /dev/full; [ -c /dev/ptmx ] && : < /dev/ptmx && echo all");
        Assert.Multiple(() =>
        {
            Assert.That(inside[0], Is.EqualTo("made"));
            Assert.That(inside[1], Does.Contain("not permitted"));
            Assert.That(inside[2], Is.EqualTo("1\n1\nall"));
        });
    }
}
