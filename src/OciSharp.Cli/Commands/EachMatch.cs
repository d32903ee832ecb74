using OciSharp.Runtime;

namespace OciSharp.Cli.Commands;

/// <summary>What <c>--regex</c> means.</summary>
internal static class EachMatch
{
    /// <summary>Does something to every container whose id has a match for <paramref name="pattern"/>; a failure does not spare the next ones.</summary>
    /// <exception cref="ContainerException">The pattern is none; or it failed for some, and the message tells for which, and why.</exception>
    public static void Do(RuntimeContext context, string pattern, Action<string> act)
    {
        var failures = new List<string>();
        foreach (string id in Container.Match(context, pattern))
        {
            try
            {
                act(id);
            }
            catch (Exception failure) when (Failure.IsExpected(failure))
            {
                failures.Add($"{id}: {failure.Message}");
            }
        }
        if (failures.Count > 0)
            throw new ContainerException(string.Join("; ", failures));
    }
}
