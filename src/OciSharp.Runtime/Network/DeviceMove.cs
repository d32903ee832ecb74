namespace OciSharp.Runtime.Network;

/// <summary>One device that goes into the container, and how it was on the host.</summary>
/// <param name="Link">The device on the host.</param>
/// <param name="Name">Its name in the container, which may end in <c>%d</c>.</param>
/// <param name="Addresses">All its addresses on the host.</param>
internal sealed record DeviceMove(NetworkLink Link, string Name, List<NetworkAddress> Addresses)
{
    /// <summary>Whether the kernel finds the name.</summary>
    public bool IsTemplate => Name.EndsWith("%d", StringComparison.Ordinal);

    /// <summary>Its number in the container, once it is there.</summary>
    public int InnerIndex { get; set; }
}
