using OciSharp.Linux;
using static OciSharp.Linux.IfLink;
using static OciSharp.Linux.Netlink;
using static OciSharp.Linux.Rtnetlink;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Network;

/// <summary>The devices and addresses of one network namespace (rtnetlink(7)).</summary>
internal sealed class NetworkClient(RouteSocket socket) : IDisposable
{
    /// <summary>The device of that name, or null.</summary>
    /// <exception cref="ContainerException">The kernel refuses to tell.</exception>
    public NetworkLink? Find(string name)
    {
        NetlinkReply reply = socket.Ask(NetlinkRequest.Of(RTM_GETLINK, 0, new ifinfomsg()).Add(IFLA_IFNAME, name));
        if (reply.Errno == Errno.ENODEV)
            return null;
        return One(reply, $"look for the network device \"{name}\"");
    }

    /// <summary>The device of that number.</summary>
    /// <exception cref="ContainerException">There is none, or the kernel refuses to tell.</exception>
    public NetworkLink Find(int index) =>
        One(socket.Ask(NetlinkRequest.Of(RTM_GETLINK, 0, new ifinfomsg { ifi_index = index })), $"look for the network device with number {index}");

    /// <summary>All devices.</summary>
    /// <exception cref="ContainerException">The kernel refuses to tell.</exception>
    public List<NetworkLink> Links()
    {
        NetlinkReply reply = socket.Ask(NetlinkRequest.Of(RTM_GETLINK, NLM_F_DUMP, new ifinfomsg()));
        Demand(reply, "list the network devices");
        var links = new List<NetworkLink>(reply.Messages.Count);
        foreach (byte[] message in reply.Messages)
            links.Add(NetworkLink.Parse(message));
        return links;
    }

    /// <summary>The addresses of all devices, in their order.</summary>
    /// <exception cref="ContainerException">The kernel refuses to tell.</exception>
    public List<NetworkAddress> Addresses()
    {
        NetlinkReply reply = socket.Ask(NetlinkRequest.Of(RTM_GETADDR, NLM_F_DUMP, new ifaddrmsg()));
        Demand(reply, "list the addresses of the network devices");
        var addresses = new List<NetworkAddress>(reply.Messages.Count);
        foreach (byte[] message in reply.Messages)
            addresses.Add(NetworkAddress.Parse(message));
        return addresses;
    }

    /// <summary>Moves a device to another namespace.</summary>
    /// <param name="index">The device.</param>
    /// <param name="target">A descriptor of the namespace.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="newIndex">Its number there, or 0 for the one that it has or, if that is taken, any other. Before Linux 5.13 it is always so.</param>
    public NetlinkReply Move(int index, int target, string name, int newIndex = 0)
    {
        NetlinkRequest request = Change(index).Add(IFLA_NET_NS_FD, (uint)target).Add(IFLA_IFNAME, name);
        if (newIndex != 0)
            request.Add(IFLA_NEW_IFINDEX, (uint)newIndex);
        return socket.Ask(request);
    }

    /// <summary>Renames a device that is down.</summary>
    /// <param name="index">The device.</param>
    /// <param name="name">Its new name, where the kernel puts the first number that is free for a <c>%d</c>.</param>
    public NetlinkReply Rename(int index, string name) => socket.Ask(Change(index).Add(IFLA_IFNAME, name));

    /// <summary>Makes a device a port of another one.</summary>
    public NetlinkReply SetMaster(int index, uint master) => socket.Ask(Change(index).Add(IFLA_MASTER, master));

    /// <summary>Sets a device up.</summary>
    public NetlinkReply SetUp(int index) => socket.Ask(NetlinkRequest.Of(RTM_NEWLINK, 0, new ifinfomsg { ifi_index = index, ifi_flags = IFF_UP, ifi_change = IFF_UP }));

    /// <summary>Gives a device an address that another one had.</summary>
    public NetlinkReply Add(NetworkAddress address, int index, string oldName, string newName) => socket.Ask(address.ToRequest(index, oldName, newName));

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static NetlinkRequest Change(int index) => NetlinkRequest.Of(RTM_NEWLINK, 0, new ifinfomsg { ifi_index = index });

    private static NetworkLink One(NetlinkReply reply, string act)
    {
        Demand(reply, act);
        return reply.Messages.Count == 1
            ? NetworkLink.Parse(reply.Messages[0])
            : throw new ContainerException($"cannot {act}: the kernel answers with {reply.Messages.Count} devices");
    }

    private static void Demand(NetlinkReply reply, string act)
    {
        if (reply.Errno != 0)
            throw new ContainerException($"cannot {act}: {reply.Reason}");
    }
}
