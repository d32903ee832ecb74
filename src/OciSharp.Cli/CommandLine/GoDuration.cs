using System.Globalization;

namespace OciSharp.Cli.CommandLine;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them: <c>5s</c>, <c>300ms</c>, <c>1m30s</c>, <c>1.5h</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    /// <summary>The duration in milliseconds, never rounded to 0; null if the text is none.</summary>
    public static long? ParseMilliseconds(ReadOnlySpan<char> text)
    {
        bool negative = text.StartsWith('-');
        if (negative || text.StartsWith('+'))
            text = text[1..];
        if (text is "0")
            return 0;
        if (text.IsEmpty)
            return null;
        double sum = 0;
        while (!text.IsEmpty)
        {
            if (TakePart(ref text) is not { } part)
                return null;
            sum += part;
        }
        if (sum >= long.MaxValue)
            return null;
        long rounded = (long)Math.Ceiling(sum);
        return negative ? -rounded : rounded;
    }

    /// <summary>A number and its unit, from the start of the text.</summary>
    private static double? TakePart(ref ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && GoValue.IsInNumber(text[end]))
            end++;
        if (!double.TryParse(text[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            return null;
        int next = end;
        while (next < text.Length && !GoValue.IsInNumber(text[next]))
            next++;
        ReadOnlySpan<char> unit = text[end..next];
        text = text[next..];
        return unit switch
        {
            "ns" => number / 1e6,
            "us" or "µs" or "μs" => number / 1e3,
            "ms" => number,
            "s" => number * 1e3,
            "m" => number * 60e3,
            "h" => number * 3600e3,
            _ => null,
        };
    }
}
