namespace OciSharp.Tutorial;

/// <summary>
/// Compares what a chapter shows with what is seen. <c>…</c> is what differs from time to time or from host to host: within a line it stands for
/// any text, together with the spaces beside it; alone on a line for any lines, also none.
/// </summary>
public static class Shown
{
    private const char Anything = '…';

    /// <summary>How many of the wanted lines match one by one before the first that does not; null if all of both match.</summary>
    public static int? FirstDifference(IReadOnlyList<string> wanted, IReadOnlyList<string> seen)
    {
        var furthest = 0;
        return From(0, 0) ? null : furthest;

        bool From(int w, int s)
        {
            furthest = Math.Max(furthest, w);
            if (w == wanted.Count) return s == seen.Count;
            if (wanted[w] == $"{Anything}") return From(w + 1, s) || (s < seen.Count && From(w, s + 1));
            return s < seen.Count && LineMatches(wanted[w], seen[s]) && From(w + 1, s + 1);
        }
    }

    /// <summary>Whether one line matches.</summary>
    public static bool LineMatches(string wanted, string seen)
    {
        var parts = wanted.Split(Anything);
        if (parts.Length == 1) return wanted == seen;
        var first = parts[0].TrimEnd(' ');
        var last = parts[^1].TrimStart(' ');
        if (!seen.StartsWith(first, StringComparison.Ordinal)) return false;
        var at = first.Length;
        foreach (var part in parts[1..^1])
        {
            var found = seen.IndexOf(part.Trim(' '), at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Trim(' ').Length;
        }

        return seen.Length - at >= last.Length && seen.EndsWith(last, StringComparison.Ordinal);
    }
}
