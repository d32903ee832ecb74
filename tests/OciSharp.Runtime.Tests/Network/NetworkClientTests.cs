using OciSharp.Runtime.Network;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Tests.Network;

/// <summary>Questions to the kernel that everybody may ask.</summary>
public sealed class NetworkClientTests
{
    private NetworkClient _client = null!;

    [SetUp]
    public void Open() => _client = new NetworkClient(RouteSocket.Open());

    [TearDown]
    public void Close() => _client.Dispose();

    [Test]
    public void The_loopback_device_by_name_by_number_and_in_the_list()
    {
        NetworkLink link = _client.Find("lo")!;
        Assert.That(link.Name, Is.EqualTo("lo"));
        Assert.That(link.IsLoopback);
        Assert.That(_client.Find(link.Index).Name, Is.EqualTo("lo"));
        Assert.That(_client.Links().Select(l => l.Name), Does.Contain("lo").And.EquivalentTo(Directory.GetDirectories("/sys/class/net").Select(Path.GetFileName)));
    }

    [Test]
    public void The_address_of_the_loopback_device()
    {
        int index = _client.Find("lo")!.Index;
        Assume.That(_client.Find("lo")!.IsUp);
        Assert.That(_client.Addresses().Where(a => a.Index == index).Select(a => a.ToString()), Does.Contain("127.0.0.1/8"));
    }

    [Test]
    public void A_device_that_is_not_there()
    {
        Assert.That(_client.Find("no-such-device"), Is.Null);
        Assert.That(() => _client.Find(0x7fffffff), Throws.TypeOf<ContainerException>().With.Message.Contain("2147483647"));
    }

    [Test]
    public void A_refusal_is_an_answer() =>
        Assert.That(_client.Rename(0x7fffffff, "name").Errno, Is.EqualTo(Errno.ENODEV).Or.EqualTo(Errno.EPERM));

    [Test]
    public void A_name_that_is_too_long_for_the_kernel() =>
        Assert.That(() => _client.Find(new string('x', 300)), Throws.TypeOf<ContainerException>().With.Message.StartWith("cannot look for the network device"));
}
