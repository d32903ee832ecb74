using OciSharp.Linux;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>The ids of the containers in which <paramref name="pattern"/> matches, in their order.</summary>
    /// <param name="context">Where to look.</param>
    /// <param name="pattern">An extended regular expression (regex(7)); it may match anywhere in the id.</param>
    /// <exception cref="ContainerException">The pattern is no regular expression, or the root is not fit.</exception>
    /// <exception cref="LinuxException">The root cannot be read.</exception>
    public static IReadOnlyList<string> Match(RuntimeContext context, string pattern)
    {
        using PosixRegex regex = PosixRegex.TryCompile(pattern, out string problem)
            ?? throw new ContainerException($"\"{pattern}\" is no regular expression: {problem}");
        var ids = new List<string>();
        foreach (ContainerState state in List(context))
        {
            if (regex.IsMatch(state.Record.Id))
                ids.Add(state.Record.Id);
        }
        return ids;
    }
}
