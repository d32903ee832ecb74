using System.Globalization;

namespace OciSharp.Spec;

/// <summary>Lists of CPUs and memory nodes, as the kernel writes them: <c>0-3,7</c>.</summary>
public static class IdList
{
    /// <summary>How many ids a list names; -1 when it is malformed. An empty list names none.</summary>
    public static int Count(ReadOnlySpan<char> list)
    {
        if (list.IsEmpty)
            return 0;

        long count = 0;
        foreach (Range range in list.Split(','))
        {
            ReadOnlySpan<char> part = list[range].Trim();
            int dash = part.IndexOf('-');
            if (!TryParse(dash < 0 ? part : part[..dash], out int first)
                || !TryParse(dash < 0 ? part : part[(dash + 1)..], out int last)
                || first > last)
                return -1;
            count += (long)last - first + 1;
        }
        return (int)Math.Min(count, int.MaxValue);
    }

    private static bool TryParse(ReadOnlySpan<char> number, out int value) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
