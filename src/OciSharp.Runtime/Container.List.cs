using OciSharp.Linux;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>
    /// All containers, in the order of their ids. Containers come and go meanwhile, so one that is being created or deleted may be
    /// missing; one that cannot be read is left out with a warning.
    /// </summary>
    /// <exception cref="ContainerException">The root is not fit.</exception>
    /// <exception cref="LinuxException">The root cannot be read.</exception>
    public static List<ContainerState> List(RuntimeContext context)
    {
        List<ContainerState> containers = [];
        using StateRoot? root = StateRoot.TryOpen(context.Root);
        if (root is null)
            return containers;
        List<string> ids = DirectoryTree.Names(root.Fd, root.Path);
        ids.Sort(string.CompareOrdinal);
        foreach (string id in ids)
        {
            try
            {
                using StateDirectory? directory = StateDirectory.TryOpen(root, ownsRoot: false, id);
                if (directory?.TryLoad() is { } record)
                    containers.Add(ContainerState.Of(directory, record));
            }
            catch (Exception e) when (Failure.IsExpected(e))
            {
                context.Log.Warn($"container {id} is left out: {e.Message}");
            }
        }

        return containers;
    }
}
