using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config.md, "Hostname" and "Domainname"; config-linux.md, "Sysctl".</summary>
public sealed class UtsAndSysctl : ContainerFixture
{
    [Test]
    public void Hostname()
    {
        var before = File.ReadAllText("/proc/sys/kernel/hostname");
        Assert.That(Run(NewBundle("hostname").Edit(c => c["hostname"] = "mrsdalloway")).Succeeded().Text, Is.EqualTo("mrsdalloway"));
        Assert.That(File.ReadAllText("/proc/sys/kernel/hostname"), Is.EqualTo(before));
    }

    [Test]
    [Differs("runc", "config.md, Domainname: younger than runc 1.1.5")]
    public void Domainname() => Assert.That(Run(NewBundle("cat /proc/sys/kernel/domainname").Edit(c => c["domainname"] = "foobarbaz.test")).Succeeded().Text, Is.EqualTo("foobarbaz.test"));

    [Test]
    public void A_hostname_without_a_uts_namespace_is_refused() =>
        FailToCreate(NewBundle().WithoutNamespace("uts").Edit(c => c["hostname"] = Environment.MachineName)).Failed();

    [Test]
    public void A_hostname_that_is_too_long_is_refused() => FailToCreate(NewBundle().Edit(c => c["hostname"] = new string('h', 65))).Failed();

    [TestCase("net.ipv4.ip_forward", "1")]
    [TestCase("net.core.somaxconn", "256")]
    [TestCase("kernel.shmmax", "12345")]
    [TestCase("kernel.msgmax", "4321")]
    [TestCase("kernel.sem", "32000\t1024000000\t500\t32000")]
    [TestCase("fs.mqueue.msg_max", "17")]
    public void A_namespaced_one(string name, string value)
    {
        var path = "/proc/sys/" + name.Replace('.', '/');
        var before = File.ReadAllText(path);
        var bundle = NewBundle("cat " + path).WithLinux("sysctl", new JsonObject { [name] = value });
        Assert.That(Run(bundle).Succeeded().Text, Is.EqualTo(value));
        Assert.That(File.ReadAllText(path), Is.EqualTo(before));
    }

    [Test]
    public void It_is_set_though_proc_sys_is_read_only()
    {
        var bundle = NewBundle("cat /proc/sys/net/ipv4/ip_forward").WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_forward"] = "1" }).WithLinux("readonlyPaths", Bundle.Strings("/proc/sys"));
        Assert.That(Run(bundle).Succeeded().Text, Is.EqualTo("1"));
    }

    [Test]
    public void It_is_set_though_no_proc_is_mounted()
    {
        var bundle = NewBundle("mkdir -p /p && cat /p/sys/net/ipv4/ip_forward").WithoutMount("/proc").Mount("/p", "proc", "proc").WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_forward"] = "1" });
        var result = Run(bundle);
        Assert.That(result.ExitCode == 1 || result.Text == "1", result.ToString());
    }

    [TestCase("kernel.panic", "0", TestName = "A sysctl that is not namespaced is refused")]
    [TestCase("vm.swappiness", "60", TestName = "A sysctl of memory is refused")]
    [TestCase("nonsense.a.b", "0", TestName = "An unknown sysctl is refused")]
    [TestCase("net.ipv4.nosuch", "0", TestName = "An unknown sysctl of the network is refused")]
    [TestCase("net.ipv4.ip_forward", "nonsense", TestName = "A wrong value of a sysctl is refused")]
    [TestCase("net.../../kernel.panic", "0", TestName = "A sysctl that climbs is refused")]
    public void A_wrong_one_is_refused(string name, string value) => FailToCreate(NewBundle().WithLinux("sysctl", new JsonObject { [name] = value })).Failed();

    [TestCase("network", "net.ipv4.ip_forward", "0")]
    [TestCase("ipc", "kernel.shmmax", "18446744073692774399")]
    public void One_whose_namespace_is_the_host_s_is_refused(string type, string name, string value) =>
        FailToCreate(NewBundle().WithoutNamespace(type).WithLinux("sysctl", new JsonObject { [name] = value })).Failed();
}
