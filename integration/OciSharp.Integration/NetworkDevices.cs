using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Network Devices". The host is a network namespace of the test's own.</summary>
[Differs("runc", "config-linux.md, Network Devices: they MUST be made available; younger than runc 1.1.5")]
[Differs("crun", "config-linux.md, Network Devices: they MUST be made available; younger than crun 1.8.1")]
public sealed class NetworkDevices : ContainerFixture
{
    private NetworkSandbox _host = null!;

    [OneTimeSetUp]
    public void Kernel()
    {
        Require.Program("/sbin/ip");
        Require.That(File.Exists("/proc/net/if_inet6"), "this kernel has no IPv6");
    }

    /// <summary>Two devices with everything that can be lost, and one that is the port of a bridge.</summary>
    [SetUp]
    public void MakeDevices()
    {
        _host = new NetworkSandbox(Scratch);
        if (_host.Obstacle is { } obstacle) Assert.Ignore(obstacle);
        _host.Execute("""
            echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
            ip link set dev lo up
            ip link add name first type veth peer name first-peer
            ip link add name second type veth peer name second-peer
            ip link add name bridge type bridge
            ip addr add 192.0.2.1/24 broadcast 192.0.2.255 dev first
            ip addr add 192.0.2.2/24 dev first label first:two
            ip addr add 198.51.100.1 peer 198.51.100.2/32 dev first
            ip addr add 203.0.113.1/24 dev first metric 77 noprefixroute
            ip addr add 169.254.7.7/16 scope link dev first
            ip addr add 2001:db8::1/64 dev first
            ip addr add 2001:db8:1::1/64 dev first preferred_lft 0
            ip link set dev first mtu 1400
            ip link set dev second master bridge
            ip link set dev second-peer addrgenmode none
            for i in first first-peer second-peer bridge; do ip link set dev $i up; done
            """);

        // The carrier comes a moment after the device is up, and link-local addresses with it.
        Wait.Until(() => _host.Execute("ip -o -6 addr show dev first scope link").Contains("fe80") && _host.Execute("ip -o link show dev bridge").Contains("state"), _host.State);
    }

    [TearDown]
    public void RemoveDevices() => _host.Dispose();

    [Test]
    public void A_device_is_moved_and_set_up()
    {
        var seen = Inside(Moving(("second", null)), "cat /proc/net/dev", "cat /sys/class/net/second/flags", "ip -o link show dev second");
        Assert.Multiple(() =>
        {
            Assert.That(seen[0], Does.Contain("second:"));
            Assert.That(Convert.ToInt32(seen[1], 16) & 1, Is.EqualTo(1), "IFF_UP");
            Assert.That(seen[2], Does.Contain(",UP").And.Contain("mtu 1500"));
        });
    }

    [Test]
    public void While_it_is_there_the_host_has_it_not()
    {
        var container = Detached("create", Moving(("first", "net0"), ("second", null)));
        Assert.That(_host.Execute("ip -o link"), Does.Not.Contain(" first@").And.Not.Contain(" second@").And.Contain(" first-peer@"));
        Assert.That(In(container, "ip -o link"), Does.Contain(" net0@").And.Contain(" second@").And.Contain("mtu 1400"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void With_the_container_s_namespace_the_kernel_ends_virtual_devices()
    {
        var container = Detached("create", Moving(("first", null)));
        container.Delete("--force").Succeeded();
        Wait.Until(() => !_host.Execute("ip -o link").Contains("first"), _host.State);
    }

    [Test]
    public void Permanent_global_addresses_are_kept()
    {
        var container = Detached("create", Moving(("first", "net0")));
        string[] addresses = [.. In(container, "ip -o addr show dev net0 scope global").Split('\n').Select(l => string.Join(' ', l.Split((char[])[' ', '\\'], StringSplitOptions.RemoveEmptyEntries)[2..]).Replace(" tentative", ""))];
        Assert.That(addresses, Is.EqualTo((string[])
        [
            "inet 192.0.2.1/24 brd 192.0.2.255 scope global net0 valid_lft forever preferred_lft forever",
            "inet 198.51.100.1 peer 198.51.100.2/32 scope global net0 valid_lft forever preferred_lft forever",
            "inet 203.0.113.1/24 metric 77 scope global noprefixroute net0 valid_lft forever preferred_lft forever",
            "inet 192.0.2.2/24 scope global secondary net0:two valid_lft forever preferred_lft forever",
            "inet6 2001:db8:1::1/64 scope global deprecated valid_lft forever preferred_lft 0sec",
            "inet6 2001:db8::1/64 scope global valid_lft forever preferred_lft forever",
        ]).AsCollection);
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void Other_addresses_are_not()
    {
        _host.Execute("ip addr add 192.0.2.99/24 dev first valid_lft 1000 preferred_lft 1000");
        var seen = Inside(Moving(("first", null)), "ip addr show dev first");
        Assert.That(seen[0], Does.Contain("192.0.2.2/24").And.Not.Contain("192.0.2.99").And.Not.Contain("169.254.7.7"));
    }

    [Test]
    public void The_kernel_finds_the_names_of_templates()
    {
        var seen = Inside(Moving(("first", "eth%d"), ("second", "eth%d")), "cat /sys/class/net/eth0/mtu", "cat /sys/class/net/eth1/mtu", "ip addr show dev eth0");
        Assert.That(seen[0], Is.EqualTo("1400"));
        Assert.That(seen[1], Is.EqualTo("1500"));
        Assert.That(seen[2], Does.Contain("eth0:two"));
    }

    [Test]
    public void A_template_passes_over_names_that_are_taken()
    {
        using var other = new NetworkSandbox(Scratch);
        other.Execute("ip link add name eth0 type veth peer name first");
        Detached("create", Moving(("first", "eth%d")).Namespace("network", other.Path)).Delete("--force").Succeeded();
        Assert.That(other.Execute("cat /proc/net/dev"), Does.Contain("eth0:").And.Contain("eth1:").And.Contain("first:"));
        Assert.That(other.Execute("ip -o link show dev eth1"), Does.Contain("mtu 1400"));
    }

    [Test]
    public void Devices_stay_in_a_namespace_that_outlives_the_container()
    {
        using var other = new NetworkSandbox(Scratch);
        Invoke("run", Moving(("first", "net0")).Namespace("network", other.Path).Args("/bin/true")).Succeeded();
        Assert.That(other.Execute("ip -o link show dev net0"), Does.Contain(",UP"));
        Assert.That(_host.Execute("ip -o link"), Does.Not.Contain(" first@"));
    }

    [Test]
    public void Hooks_and_sysctls_find_them()
    {
        // The hook runs in the network namespace of the host: it sees what stayed there.
        var log = Scratch.NewFile("log");
        var hook = Scratch.NewScript($$"""
            pid=$(tr -d '\n' | sed 's/.*"pid": *\([0-9]*\).*/\1/')
            { nsenter --net=/proc/$pid/ns/net ip -o link show dev net0; ip -o link show dev first-peer; } >> {{log}}
            """);
        var bundle = Moving(("first", "net0")).Hook("prestart", hook).Hook("createRuntime", hook).WithLinux("sysctl", new JsonObject { ["net.ipv4.conf.net0.forwarding"] = "1" });
        var seen = Inside(bundle, "cat /proc/sys/net/ipv4/conf/net0/forwarding");
        Assert.That(seen[0], Is.EqualTo("1"));
        Assert.That(File.ReadAllLines(log).Select(l => l.Split(' ')[1].Split('@')[0]), Is.EqualTo((string[])["net0", "first-peer", "net0", "first-peer"]));
        Assert.That(File.ReadAllText(log), Does.Contain(",UP"));
    }

    [TestCase("pid")]
    [TestCase("cgroup")]
    public void Without_or_with_other_namespaces(string type)
    {
        var bundle = Moving(("first", null));
        var seen = Inside(type == "pid" ? bundle.WithoutNamespace(type) : bundle.Namespace(type), "ip addr show dev first");
        Assert.That(seen[0], Does.Contain("192.0.2.1/24").And.Contain("2001:db8::1/64"));
    }

    [Test]
    public void A_container_with_a_user_namespace_owns_them()
    {
        var bundle = Moving(("first", null)).UserNamespace();
        foreach (var set in (string[])["bounding", "effective", "permitted"]) bundle.Process["capabilities"]![set]!.AsArray().Add("CAP_NET_ADMIN");
        var seen = Inside(bundle, "ip addr show dev first", "ip link set dev first down && ip link set dev first name mine && cat /proc/net/dev");
        Assert.That(seen[0], Does.Contain("192.0.2.1/24").And.Contain("2001:db8::1/64"));
        Assert.That(seen[1], Does.Contain("mine:"));
    }

    [Test]
    public void A_user_namespace_and_a_network_namespace_that_is_joined()
    {
        using var other = new NetworkSandbox(Scratch);
        var seen = Inside(Moving(("first", null)).UserNamespace().WithoutMount("/sys").Namespace("network", other.Path), "ip addr show dev first");
        Assert.That(seen[0], Does.Contain("192.0.2.1/24").And.Contain("2001:db8::1/64"));
    }

    [Test]
    public void A_device_that_is_not_there() =>
        Refused(Moving(("first", null), ("absent", null)), "absent", "there is no such device on the host");

    [Test]
    public void A_name_that_is_taken_in_the_container()
    {
        using var other = new NetworkSandbox(Scratch);
        other.Execute("ip link add name net0 type veth peer name net1; ip link property add dev net1 altname net-one");
        var there = other.State();
        Refused(Moving(("second", null), ("first", "net0")).Namespace("network", other.Path), "net0", "already exists in the container");
        Refused(Moving(("second", null), ("first", "net-one")).Namespace("network", other.Path), "net-one", "already exists in the container");
        Assert.That(other.State(), Is.EqualTo(there));
    }

    [Test]
    public void A_device_by_two_names()
    {
        _host.Execute("ip link property add dev first altname also-first");
        Refused(Moving(("first", null), ("also-first", "net1")), "also-first", "by another name");
    }

    [Test]
    public void The_namespace_of_the_host_joined_by_path() =>
        Refused(Moving(("first", "net0")).Namespace("network", _host.Path), "leads to the one that the devices are in already");

    [Test]
    public void No_network_namespace() =>
        Refused(Moving(("first", null)).WithoutNamespace("network"), "unable to move network devices without a NET namespace");

    [Test]
    public void A_rootless_container() =>
        Unchanged(() => _host.Around(Runtime.Command("--rootless", "true", "create", "--bundle", Moving(("first", null)).UserNamespace().Write().Path, Scratch.NewName())).Execute()
            .Failed("network devices are not supported for rootless containers"));

    [TestCase("lo", "loopback")]
    [TestCase("bridge", "for good")]
    public void A_device_that_cannot_move(string name, string reason) =>
        Refused(Moving(("first", "net%d"), ("second", null), (name, "other")), name, reason);

    [Test]
    public void An_address_that_cannot_be_kept()
    {
        using var other = new NetworkSandbox(Scratch);
        other.Execute("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        Refused(Moving(("second", null), ("first", "net0")).Namespace("network", other.Path), "cannot keep its address 2001:db8::1/64 in the container");
        Assert.That(other.Execute("ip -o link | wc -l"), Is.EqualTo("1"));
    }

    [TestCase("prestart")]
    [TestCase("createRuntime")]
    [TestCase("createContainer")]
    public void A_hook_that_fails_gives_them_back(string kind) =>
        Refused(Moving(("first", "net0"), ("second", null)).Hook(kind, kind == "createContainer" ? "/bin/false" : Scratch.NewScript("exit 1")), kind);

    [TestCase("startContainer")]
    [TestCase("poststart")]
    public void So_does_one_that_is_the_last_step_of_run(string kind) =>
        Unchanged(() => Invoke("run", Moving(("first", "net0"), ("second", null)).Script("exec sleep 1000").Hook(kind, "/bin/false")).Failed("/bin/false"));

    [Test]
    public void So_does_a_program_that_is_not_there() =>
        Unchanged(() => Invoke("run", Moving(("first", "net%d"), ("second", null)).Args("/absent")).Failed("/absent"));

    [Test]
    public void A_number_that_is_taken_by_then()
    {
        // What the hook makes gets the number that was set free; the device comes back with another.
        var number = _host.Execute("cat /proc/net/dev_mcast | awk '$2 == \"second\" { print $1; exit }'");
        var before = WithoutNumbers(_host.Execute("ip -o link show dev second"));
        var hook = Scratch.NewScript($"ip link add name thief index {number} type bridge; exit 1");
        Invoke("create", Moving(("second", null)).Hook("createRuntime", hook)).Failed("createRuntime");
        Assert.That(_host.Execute("ip -o link show dev thief"), Does.StartWith(number + ":"));
        Assert.That(WithoutNumbers(_host.Execute("ip -o link show dev second")), Is.EqualTo(before));

        static string WithoutNumbers(string link) => link[link.IndexOf(' ')..];
    }

    [Test]
    public void A_name_that_is_taken_by_then_is_a_warning()
    {
        var hook = Scratch.NewScript("ip link add name first type bridge; exit 1");
        Invoke("create", Moving(("first", null), ("second", null)).Hook("createRuntime", hook)).Failed("createRuntime", "first", "cannot be given back to the host");
        Assert.That(_host.Execute("ip -o link show dev second"), Does.Contain("master bridge"));
    }

    /// <summary>A bundle that asks for these devices, under new names unless null.</summary>
    private Bundle Moving(params (string Name, string? NewName)[] devices)
    {
        var netDevices = new JsonObject();
        foreach (var (name, newName) in devices) netDevices[name] = newName is null ? [] : new JsonObject { ["name"] = newName };
        return NewBundle("exec sleep 1000").WithLinux("netDevices", netDevices);
    }

    private CommandResult Invoke(string command, Bundle bundle) =>
        _host.Around(Runtime.Command(command, "--bundle", bundle.Write().Path, Scratch.NewName())).Execute();

    private Container Detached(string command, Bundle bundle)
    {
        var id = Scratch.NewName();
        using var running = _host.Around(Runtime.Command(command, "--bundle", bundle.Write().Path, id)).Start();
        running.Finish().Succeeded();
        return new Container(Runtime, id, running.Streams);
    }

    /// <summary>What commands print in a container.</summary>
    private Harness.Inside Inside(Bundle bundle, params string[] commands) =>
        Harness.Inside.Parse(commands, Invoke("run", bundle.Script(Harness.Inside.Script(commands))).Succeeded().Output);

    private string In(Container container, string script) => _host.In($"/proc/{container.Pid}/ns/net", script);

    private void Refused(Bundle bundle, params string[] fragments) => Unchanged(() => Invoke("create", bundle).Failed(fragments));

    /// <summary>The host is the same before and after.</summary>
    private void Unchanged(Action act)
    {
        var before = _host.State();
        act();
        Wait.TryUntil(() => _host.State() == before, seconds: 2); // carriers come a moment later
        Assert.That(_host.State(), Is.EqualTo(before));
    }
}
