using OciSharp.Cgroups;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Launch;

/// <summary>The cgroup that <c>exec</c> joins: <c>--cgroup</c> names one below the container's, per hierarchy.</summary>
internal static class SubCgroup
{
    /// <summary>The paths of the cgroups that a further process of a container joins.</summary>
    /// <param name="container">The container. Where its process is in a <see cref="DelegatedCgroup"/>, so are those after it.</param>
    /// <param name="requests">As for <see cref="Apply"/>.</param>
    /// <exception cref="ContainerException">As above.</exception>
    public static IReadOnlyDictionary<string, string> Of(ContainerRecord container, IReadOnlyList<string> requests)
    {
        string delegated = requests.Count > 0 ? "" : container.DelegatedCgroup;
        return Apply(container.CgroupPaths, delegated.Length == 0 ? requests : [delegated]);
    }

    /// <summary>The paths of the container's cgroup with those of <paramref name="requests"/> applied.</summary>
    /// <param name="paths">The container's paths by controller.</param>
    /// <param name="requests"><c>PATH</c> for all hierarchies, or <c>CONTROLLER[,CONTROLLER…]:PATH</c>.</param>
    /// <exception cref="ContainerException">A path leaves the container's cgroup, or a controller is not there.</exception>
    private static IReadOnlyDictionary<string, string> Apply(IReadOnlyDictionary<string, string> paths, IReadOnlyList<string> requests)
    {
        if (requests.Count == 0)
            return paths;
        var result = new Dictionary<string, string>(paths);
        foreach (string request in requests)
        {
            int colon = request.IndexOf(':');
            string path = request[(colon + 1)..];
            foreach (string part in path.Split('/'))
            {
                if (part == "..")
                    throw new ContainerException($"--cgroup {request}: {path} leaves the container's cgroup");
            }

            IEnumerable<string> controllers = colon < 0 ? paths.Keys : request[..colon].Split(',');
            foreach (string controller in controllers)
            {
                if (!paths.TryGetValue(controller, out string? own))
                    throw new ContainerException($"--cgroup {request}: unknown controller {controller} in --cgroup: the container has {string.Join(", ", paths.Keys)}");
                result[controller] = Path.Join(own, path);
            }
        }

        return result;
    }
}
