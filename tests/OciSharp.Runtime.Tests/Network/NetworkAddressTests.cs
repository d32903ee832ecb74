using System.Runtime.InteropServices;
using OciSharp.Linux;
using OciSharp.Runtime.Network;
using static OciSharp.Linux.IfAddr;
using static OciSharp.Runtime.Tests.Network.Bytes;

namespace OciSharp.Runtime.Tests.Network;

public sealed class NetworkAddressTests
{
    private static readonly byte[] s_local = [192, 0, 2, 1];
    private static readonly byte[] s_other = [192, 0, 2, 2];
    private static readonly byte[] s_broadcast = [192, 0, 2, 255];

    [Test]
    public void The_request_repeats_what_was_read()
    {
        NetworkAddress address = NetworkAddress.Parse(Join(
            Head(Socket.AF_INET),
            Attribute(IFA_ADDRESS, s_other),
            Attribute(IFA_LOCAL, s_local),
            Attribute(IFA_BROADCAST, s_broadcast),
            Attribute(IFA_LABEL, "eth0:web"),
            Attribute(IFA_FLAGS, IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE),
            Attribute(IFA_RT_PRIORITY, 100u),
            Attribute(7, 1, 2, 3), // IFA_MULTICAST is none of ours
            Attribute(IFA_CACHEINFO, new byte[16])));
        Assert.That(address.Index, Is.EqualTo(3));
        Assert.That(address.ToString(), Is.EqualTo("192.0.2.1/24"));

        byte[] request = address.ToRequest(8, "eth0", "net1").Finish(5).ToArray();
        var header = MemoryMarshal.Read<nlmsghdr>(request);
        var body = MemoryMarshal.Read<ifaddrmsg>(request.AsSpan(16));
        Assert.Multiple(() =>
        {
            Assert.That(header.nlmsg_type, Is.EqualTo(Rtnetlink.RTM_NEWADDR));
            Assert.That(header.nlmsg_len, Is.EqualTo(request.Length));
            Assert.That(header.nlmsg_seq, Is.EqualTo(5));
            Assert.That(header.nlmsg_flags, Is.EqualTo(Netlink.NLM_F_REQUEST | Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL));
            Assert.That(body.ifa_index, Is.EqualTo(8));
            Assert.That(body.ifa_family, Is.EqualTo(Socket.AF_INET));
            Assert.That(body.ifa_prefixlen, Is.EqualTo(24));
            Assert.That(request[24..], Is.EqualTo(Join(
                Attribute(IFA_FLAGS, IFA_F_NOPREFIXROUTE),
                Attribute(IFA_ADDRESS, s_other),
                Attribute(IFA_LOCAL, s_local),
                Attribute(IFA_BROADCAST, s_broadcast),
                Attribute(IFA_RT_PRIORITY, 100u),
                Attribute(IFA_CACHEINFO, new byte[16]),
                Attribute(IFA_LABEL, "net1:web"))));
        });
    }

    [TestCase("eth0", "net1", "net1")]
    [TestCase("eth0:1", "net1", "net1:1")]
    [TestCase("eth01", "net1", "eth01")]
    [TestCase("other", "net1", "other")]
    [TestCase("eth0:long", "a-longer-name", null)]
    public void A_label_goes_with_the_name(string label, string newName, string? expected)
    {
        NetworkAddress address = NetworkAddress.Parse(Join(Head(Socket.AF_INET), Attribute(IFA_LABEL, label)));
        byte[] request = address.ToRequest(8, "eth0", newName).Finish(1).ToArray();
        Assert.That(request[32..], Is.EqualTo(expected is null ? [] : Attribute(IFA_LABEL, expected)));
    }

    [TestCase(0u, IFA_F_PERMANENT, true)]
    [TestCase(0u, 0u, false)]
    [TestCase(253u, IFA_F_PERMANENT, false)]
    [TestCase(254u, IFA_F_PERMANENT, false)]
    public void Which_ones_go_into_the_container(uint scope, uint flags, bool expected) =>
        Assert.That(NetworkAddress.Parse(Join(Head(Socket.AF_INET6, (byte)scope), Attribute(IFA_FLAGS, flags))).IsPermanentAndGlobal, Is.EqualTo(expected));

    [Test]
    public void Flags_may_be_in_the_head()
    {
        var head = new ifaddrmsg { ifa_family = Socket.AF_INET, ifa_flags = (byte)IFA_F_PERMANENT };
        Assert.That(NetworkAddress.Parse(Of(head)).IsPermanentAndGlobal);
    }

    [TestCase(Socket.AF_INET6, true)]
    [TestCase(Socket.AF_INET, false)] // there the same bit says that it is not the first
    public void Addresses_for_privacy_are_the_kernel_s(int family, bool expected) =>
        Assert.That(NetworkAddress.Parse(Join(Head(family), Attribute(IFA_FLAGS, IFA_F_TEMPORARY))).IsTemporary, Is.EqualTo(expected));

    [Test]
    public void An_address_of_IPv6_in_words()
    {
        byte[] bytes = new byte[16];
        (bytes[0], bytes[1], bytes[15]) = (0xfd, 0, 5);
        Assert.That(NetworkAddress.Parse(Join(Head(Socket.AF_INET6), Attribute(IFA_ADDRESS, bytes))).ToString(), Is.EqualTo("fd00::5/24"));
    }

    [Test]
    public void An_address_of_no_known_family_in_words() =>
        Assert.That(NetworkAddress.Parse(Join(Head(45), Attribute(IFA_LOCAL, 1))).ToString(), Is.EqualTo("an address of 1 bytes/24"));

    [Test]
    public void One_that_is_cut_off_anywhere_is_an_error_and_nothing_worse()
    {
        byte[] whole = Join(Head(Socket.AF_INET), Attribute(IFA_LOCAL, s_local), Attribute(IFA_FLAGS, IFA_F_PERMANENT));
        for (int length = 0; length < whole.Length; length++)
        {
            if (length is 8 or 16)
                continue; // a whole one with less in it
            Assert.That(() => NetworkAddress.Parse(whole.AsSpan(0, length)), Throws.TypeOf<ContainerException>(), $"{length} bytes");
        }
    }

    private static byte[] Head(int family, byte scope = 0) => Of(new ifaddrmsg { ifa_family = (byte)family, ifa_prefixlen = 24, ifa_scope = scope, ifa_index = 3 });
}
