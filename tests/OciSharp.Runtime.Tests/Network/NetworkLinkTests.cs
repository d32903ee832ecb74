using OciSharp.Linux;
using OciSharp.Runtime.Network;
using static OciSharp.Runtime.Tests.Network.Bytes;

namespace OciSharp.Runtime.Tests.Network;

public sealed class NetworkLinkTests
{
    private static byte[] Info { get; } = Of(new ifinfomsg { ifi_index = 4, ifi_flags = IfLink.IFF_UP });

    [Test]
    public void A_device_with_other_names_and_a_master()
    {
        byte[] names = Join(Attribute(IfLink.IFLA_ALT_IFNAME, "a-rather-long-name-of-eth0"), Attribute(IfLink.IFLA_ALT_IFNAME, "wan"));
        NetworkLink link = NetworkLink.Parse(Join(
            Info,
            Attribute(IfLink.IFLA_IFNAME, "eth0"),
            Attribute(1, 1, 2, 3, 4, 5, 6), // IFLA_ADDRESS, which is padded
            Attribute(IfLink.IFLA_MASTER, 9u),
            Attribute(IfLink.IFLA_PROP_LIST | Netlink.NLA_F_NESTED, names)));
        Assert.Multiple(() =>
        {
            Assert.That(link.Index, Is.EqualTo(4));
            Assert.That(link.Name, Is.EqualTo("eth0"));
            Assert.That(link.AlternativeNames, Is.EqualTo((string[])["a-rather-long-name-of-eth0", "wan"]));
            Assert.That(link.Master, Is.EqualTo(9));
            Assert.That(link.IsUp);
            Assert.That(link.IsLoopback, Is.False);
        });
    }

    [Test]
    public void Everything_but_the_head_may_be_missing() => Assert.That(NetworkLink.Parse(Info).Index, Is.EqualTo(4));

    [Test]
    public void A_head_that_is_cut_off() => Assert.That(() => NetworkLink.Parse(Info.AsSpan(..12)), Throws.TypeOf<ContainerException>());

    [Test]
    public void A_number_of_another_size() =>
        Assert.That(() => NetworkLink.Parse(Join(Info, Attribute(IfLink.IFLA_MASTER, 1, 2))), Throws.TypeOf<ContainerException>());

    [Test]
    public void A_nested_attribute_that_is_longer_than_its_nest()
    {
        byte[] names = Attribute(IfLink.IFLA_ALT_IFNAME, "wan");
        names[0] = 100;
        byte[] body = Join(Info, Attribute(IfLink.IFLA_PROP_LIST, names), Attribute(IfLink.IFLA_IFNAME, "a name behind it that is long enough"));
        Assert.That(() => NetworkLink.Parse(body), Throws.TypeOf<ContainerException>());
    }

    [Test]
    public void A_name_without_its_end() =>
        Assert.That(NetworkLink.Parse(Join(Info, Attribute(IfLink.IFLA_IFNAME, (byte)'l', (byte)'o'))).Name, Is.EqualTo("lo"));
}
