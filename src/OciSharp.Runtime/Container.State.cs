using OciSharp.Linux;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime;

/// <summary>What can be done to a container: one file per verb (<c>runtime.md#operations</c>).</summary>
public static partial class Container
{
    /// <summary>Looks a container up. Takes no lock, so it answers while another command works.</summary>
    /// <exception cref="ContainerException">There is no such container.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static ContainerState State(RuntimeContext context, string id)
    {
        using StateDirectory directory = StateDirectory.Open(context, id);
        return ContainerState.Of(directory, directory.Load());
    }
}
