using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Network;

/// <summary>
/// The network devices of the host that a container gets (config-linux.md, Network Devices). Until it is disposed of it can give them
/// back: it holds the container's network namespace, which the kernel would end, and virtual devices with it, with the last process in it.
/// </summary>
internal sealed class NetworkDevices : IDisposable
{
    private readonly NetworkNamespace _host;
    private readonly NetworkNamespace _container;
    private readonly List<DeviceMove> _moved = [];

    private NetworkDevices(NetworkNamespace host, NetworkNamespace container)
    {
        _host = host;
        _container = container;
    }

    // A name that neither namespace has: under it a device is found again after its move, whatever the number that it gets there.
    private static string PassingName => $"ocisharp{Environment.ProcessId:x}";

    /// <summary>Those of the container whose init is process <paramref name="pid"/> and waits.</summary>
    /// <exception cref="ContainerException">Its network namespace is the host's.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static NetworkDevices Of(int pid)
    {
        NetworkNamespace host = NetworkNamespace.OfThisThread();
        try
        {
            NetworkNamespace container = NetworkNamespace.OfProcess(pid, host);
            if (!container.Is(host))
                return new NetworkDevices(host, container);
            container.Dispose();
            throw new ContainerException(
                "$.linux.netDevices: the path of the container's network namespace leads to the one that the devices are in already; "
                + "join another one, or remove netDevices");
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Moves the devices into the container, with their permanent global addresses, and sets them up.</summary>
    /// <param name="devices">By their names on the host.</param>
    /// <exception cref="ContainerException">A device cannot be had. Those that moved before it wait for <see cref="GiveBack(ILogger)"/>.</exception>
    /// <exception cref="LinuxException">The kernel refuses to talk about devices.</exception>
    public void Move(IReadOnlyDictionary<string, LinuxNetDevice> devices)
    {
        foreach (DeviceMove move in Prepare(devices))
            Move(move);
    }

    /// <summary>Puts the devices back where they were, as they were; what fails with one is a warning.</summary>
    public void GiveBack(ILogger log)
    {
        for (int i = _moved.Count - 1; i >= 0; i--)
        {
            try
            {
                GiveBack(_moved[i]);
            }
            catch (Exception e) when (e is ContainerException or LinuxException)
            {
                log.Warn(e.Message);
            }
        }

        _moved.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _container.Dispose();
        _host.Dispose();
    }

    /// <summary>Looks at everything that can be wrong before anything is changed.</summary>
    private List<DeviceMove> Prepare(IReadOnlyDictionary<string, LinuxNetDevice> devices)
    {
        List<NetworkAddress> addresses = _host.Client.Addresses();
        var moves = new List<DeviceMove>(devices.Count);
        foreach ((string name, LinuxNetDevice device) in devices)
        {
            NetworkLink link = _host.Client.Find(name) ?? throw Failure(name, "there is no such device on the host");
            if (link.IsLoopback)
                throw Failure(name, "a loopback device belongs to its network namespace for good; each has its own");
            foreach (DeviceMove other in moves)
            {
                if (other.Link.Index == link.Index)
                    throw Failure(name, $"it is the device \"{other.Link.Name}\" by another name, and can be moved only once");
            }

            moves.Add(new DeviceMove(link, string.IsNullOrEmpty(device.Name) ? link.Name : device.Name, InOrder(addresses, link.Index)));
        }

        RefuseTakenNames(moves);
        return moves;
    }

    /// <summary>
    /// The addresses of one device in the order in which they have to be set to be in this order again, which decides over the addresses
    /// that packets come from: the kernel puts a new one of IPv6 before the others.
    /// </summary>
    private static List<NetworkAddress> InOrder(List<NetworkAddress> addresses, int index)
    {
        List<NetworkAddress> own = addresses.FindAll(address => address.Index == index && !address.IsIPv6);
        for (int i = addresses.Count - 1; i >= 0; i--)
        {
            if (addresses[i].Index == index && addresses[i].IsIPv6)
                own.Add(addresses[i]);
        }

        return own;
    }

    private void RefuseTakenNames(List<DeviceMove> moves)
    {
        foreach (NetworkLink there in _container.Client.Links())
        {
            foreach (DeviceMove move in moves)
            {
                if (!move.IsTemplate && (there.Name == move.Name || there.AlternativeNames.Contains(move.Name)))
                    throw Failure(move.Link.Name, $"network device \"{move.Name}\" already exists in the container; choose another name, or one that ends in %d");
            }
        }
    }

    private void Move(DeviceMove move)
    {
        string name = move.Link.Name;
        NetworkClient container = _container.Client;
        NetlinkReply reply = _host.Client.Move(move.Link.Index, _container.Fd, PassingName);
        if (reply.Errno == Errno.EINVAL)
            throw Failure(name, $"cannot be moved into the container: {reply.Reason}; devices of some kinds, bridges among them, stay in their network namespace for good");
        Demand(reply, name, "cannot be moved into the container");
        move.InnerIndex = container.Find(PassingName)?.Index ?? throw Failure(name, "it was moved into the container, and is not there");
        _moved.Add(move);

        Demand(container.Rename(move.InnerIndex, move.Name), name, $"cannot be named \"{move.Name}\" in the container");
        string newName = container.Find(move.InnerIndex).Name;
        foreach (NetworkAddress address in move.Addresses)
        {
            if (address.IsPermanentAndGlobal)
                Demand(container.Add(address, move.InnerIndex, name, newName), name, $"cannot keep its address {address} in the container");
        }

        Demand(container.SetUp(move.InnerIndex), name, "cannot be set up in the container");
    }

    private void GiveBack(DeviceMove move)
    {
        string name = move.Link.Name;
        ReturnToHost(move);
        int index = _host.Client.Find(name)?.Index ?? throw Failure(name, "it was given back to the host, and is not there");
        if (move.Link.Master != 0)
            Demand(_host.Client.SetMaster(index, move.Link.Master), name, "cannot be given back to what it was a port of");
        foreach (NetworkAddress address in move.Addresses)
        {
            if (!address.IsTemporary)
                Demand(_host.Client.Add(address, index, name, name), name, $"cannot be given back its address {address}");
        }

        if (move.Link.IsUp)
            Demand(_host.Client.SetUp(index), name, "cannot be set up again");
    }

    /// <summary>It gets its old number, or, if somebody has that by now, another one.</summary>
    private void ReturnToHost(DeviceMove move)
    {
        string name = move.Link.Name;
        NetlinkReply reply = _container.Client.Move(move.InnerIndex, _host.Fd, name, move.Link.Index);
        if (reply.Errno == Errno.EBUSY)
            reply = _container.Client.Move(move.InnerIndex, _host.Fd, name);
        Demand(reply, name, "cannot be given back to the host");
    }

    private static void Demand(NetlinkReply reply, string device, string otherwise)
    {
        if (reply.Errno == 0)
            return;
        string advice = reply.Errno == Errno.EPERM ? "; it takes CAP_NET_ADMIN over the network namespaces of the host and of the container" : "";
        throw Failure(device, $"{otherwise}: {reply.Reason}{advice}");
    }

    private static ContainerException Failure(string device, string why) => new($"$.linux.netDevices: network device \"{device}\": {why}");
}
