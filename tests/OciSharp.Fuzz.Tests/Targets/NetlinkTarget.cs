using OciSharp.Linux;
using OciSharp.Runtime;
using OciSharp.Runtime.Network;
using static OciSharp.Linux.IfAddr;
using static OciSharp.Linux.IfLink;
using static OciSharp.Linux.Rtnetlink;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>What the kernel answers about network devices and their addresses.</summary>
internal sealed class NetlinkTarget() : Target("answers of rtnetlink", Link(), Address())
{
    private const uint Sequence = 7;

    public override bool Feed(byte[] input)
    {
        var reply = new NetlinkReply(Sequence);
        if (!IsTaken(() => reply.Take(input)))
            return false;
        bool taken = false;
        foreach (byte[] message in reply.Messages)
        {
            taken |= IsTaken(() => NetworkLink.Parse(message));
            taken |= IsTaken(() => CheckText(NetworkAddress.Parse(message).ToString()));
        }

        return taken;
    }

    private static bool IsTaken(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (ContainerException refusal)
        {
            CheckText(refusal.Message);
            return false;
        }
    }

    private static byte[] Link() => NetlinkRequest.Of(RTM_NEWLINK, 0, new ifinfomsg { ifi_index = 2, ifi_flags = 1 })
        .Add(IFLA_IFNAME, "eth0").Finish(Sequence).ToArray();

    private static byte[] Address() => NetlinkRequest.Of(RTM_NEWADDR, 0, new ifaddrmsg { ifa_family = 2, ifa_prefixlen = 24, ifa_index = 2 })
        .Add(IFA_ADDRESS, (ReadOnlySpan<byte>)[10, 0, 0, 1]).Add(IFA_LOCAL, (ReadOnlySpan<byte>)[10, 0, 0, 1]).Add(IFA_FLAGS, 0x80u).Finish(Sequence).ToArray();
}
