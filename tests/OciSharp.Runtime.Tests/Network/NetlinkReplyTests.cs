using OciSharp.Linux;
using OciSharp.Runtime.Network;
using static OciSharp.Runtime.Tests.Network.Bytes;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Tests.Network;

public sealed class NetlinkReplyTests
{
    private const uint Sequence = 7;
    private const ushort Link = Rtnetlink.RTM_NEWLINK;
    private const ushort Multi = Netlink.NLM_F_MULTI;

    [Test]
    public void A_dump_comes_in_several_datagrams()
    {
        var reply = new NetlinkReply(Sequence);
        reply.Take(Join(Message(Link, Multi, Sequence, [1, 2, 3, 4]), Message(Link, Multi, Sequence, [5, 6])));
        Assert.That(reply.IsComplete, Is.False);
        reply.Take(Message(Link, Multi, Sequence, [7]));
        Assert.That(reply.IsComplete, Is.False);
        reply.Take(Message(Netlink.NLMSG_DONE, Multi, Sequence, Of(0)));
        Assert.Multiple(() =>
        {
            Assert.That(reply.IsComplete);
            Assert.That(reply.IsInterrupted, Is.False);
            Assert.That(reply.Errno, Is.EqualTo((Errno)0));
            Assert.That(reply.Messages, Is.EqualTo((byte[][])[[1, 2, 3, 4], [5, 6], [7]]));
        });
    }

    [Test]
    public void The_end_of_a_dump_may_say_nothing() => Assert.That(Take(Message(Netlink.NLMSG_DONE, Multi, Sequence)).IsComplete);

    [Test]
    public void A_dump_that_fails() =>
        Assert.That(Take(Message(Netlink.NLMSG_DONE, Multi, Sequence, Of(-(int)Errno.EOPNOTSUPP))).Errno, Is.EqualTo(Errno.EOPNOTSUPP));

    [Test]
    public void A_dump_during_which_something_changed() =>
        Assert.That(Take(Message(Link, Multi | Netlink.NLM_F_DUMP_INTR, Sequence, [1])).IsInterrupted);

    [Test]
    public void An_answer_and_its_acknowledgement()
    {
        NetlinkReply reply = Take(Join(Message(Link, 0, Sequence, [1]), Acknowledgement(Sequence, 0)));
        Assert.That(reply.IsComplete);
        Assert.That(reply.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_refusal_in_words()
    {
        NetlinkReply reply = Take(Acknowledgement(Sequence, -(int)Errno.EINVAL, "The interface netns is immutable"));
        Assert.That(reply.Errno, Is.EqualTo(Errno.EINVAL));
        Assert.That(reply.Reason, Is.EqualTo("invalid argument: The interface netns is immutable"));
    }

    [Test]
    public void A_refusal_without_words() =>
        Assert.That(Take(Acknowledgement(Sequence, -(int)Errno.EEXIST)).Reason, Is.EqualTo("file exists"));

    [Test]
    public void A_refusal_that_repeats_the_request_before_the_words()
    {
        var request = new nlmsghdr { nlmsg_len = 24, nlmsg_seq = Sequence };
        byte[] error = Of(new nlmsgerr { error = -(int)Errno.EPERM, msg = request });
        byte[] repeated = new byte[8];
        NetlinkReply reply = Take(Message(
            Netlink.NLMSG_ERROR, Netlink.NLM_F_ACK_TLVS, Sequence, error, repeated, Attribute(Netlink.NLMSGERR_ATTR_MSG, "no")));
        Assert.That(reply.Explanation, Is.EqualTo("no"));
    }

    [Test]
    public void What_others_were_answered_is_passed_over()
    {
        NetlinkReply reply = Take(Join(Acknowledgement(Sequence - 1, -(int)Errno.EPERM), Message(Link, 0, Sequence + 1, [1]), Message(Netlink.NLMSG_NOOP, 0, Sequence)));
        Assert.That(reply.IsComplete, Is.False);
        Assert.That(reply.Messages, Is.Empty);
    }

    [Test]
    public void What_follows_the_end_is_not_looked_at()
    {
        NetlinkReply reply = Take(Join(Acknowledgement(Sequence, 0), [1, 2, 3]));
        Assert.That(reply.IsComplete);
    }

    [Test]
    public void Lost_data_is_an_error() =>
        Assert.That(() => Take(Message(Netlink.NLMSG_OVERRUN, 0, Sequence)), Throws.TypeOf<ContainerException>().With.Message.Contain("data was lost"));

    [Test]
    public void A_datagram_that_is_cut_off_anywhere_is_an_error_and_nothing_worse()
    {
        byte[] whole = Acknowledgement(Sequence, -(int)Errno.EINVAL, "words");
        for (int length = 1; length < whole.Length - 2 /* of padding */; length++)
            Assert.That(() => Take(whole[..length]), Throws.TypeOf<ContainerException>().With.Message.Contain("cannot be read"), $"{length} bytes");
    }

    [TestCase(0u)]
    [TestCase(15u)]
    [TestCase(21u)]
    [TestCase(0x7fffffffu)]
    [TestCase(0xfffffffcu)]
    [TestCase(0xffffffffu)]
    public void The_length_of_a_message_is_not_believed(uint length)
    {
        byte[] message = Message(Link, Multi, Sequence, [1, 2, 3, 4]);
        BitConverter.TryWriteBytes(message, length);
        Assert.That(() => Take(message), Throws.TypeOf<ContainerException>());
    }

    [TestCase((ushort)0)]
    [TestCase((ushort)3)]
    [TestCase((ushort)200)]
    [TestCase(ushort.MaxValue)]
    public void The_length_of_an_attribute_is_not_believed(ushort length)
    {
        byte[] message = Acknowledgement(Sequence, -1, "words");
        BitConverter.TryWriteBytes(message.AsSpan(36), length);
        Assert.That(() => Take(message), Throws.TypeOf<ContainerException>());
    }

    [TestCase(0u)]
    [TestCase(100u)]
    [TestCase(0xfffffff0u)]
    public void The_length_of_the_repeated_request_is_not_believed(uint length)
    {
        byte[] error = Of(new nlmsgerr { error = -1, msg = new nlmsghdr { nlmsg_len = length } });
        byte[] message = Message(Netlink.NLMSG_ERROR, Netlink.NLM_F_ACK_TLVS, Sequence, error, [1, 0, 0, 0]);
        Assert.That(() => Take(message), Throws.TypeOf<ContainerException>());
    }

    private static NetlinkReply Take(byte[] datagram)
    {
        var reply = new NetlinkReply(Sequence);
        reply.Take(datagram);
        return reply;
    }
}
