using System.Globalization;

namespace OciSharp.Cli.CommandLine;

/// <summary>Amounts of memory as the callers of runc write them: <c>1073741824</c>, <c>64M</c>, <c>1.5g</c>, <c>32 KiB</c>; powers of 1024.</summary>
internal static class ByteSize
{
    private const string Units = "bkmgtp";

    /// <summary>The number of bytes, or null.</summary>
    public static long? Parse(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && !GoValue.IsInNumber(text[end - 1]))
            end--;
        ReadOnlySpan<char> unit = text[end..];
        if (unit.StartsWith(' '))
            unit = unit[1..];
        if (!double.TryParse(text[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || Factor(unit) is not { } factor)
            return null;
        number *= factor;
        return number < long.MaxValue ? (long)number : null;
    }

    private static double? Factor(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty)
            return 1;
        int power = Units.IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal);
        ReadOnlySpan<char> rest = unit[1..];
        bool isUnit = rest.IsEmpty || (power > 0 && (rest.Equals("b", StringComparison.OrdinalIgnoreCase) || rest.Equals("ib", StringComparison.OrdinalIgnoreCase)));
        return power >= 0 && isUnit ? Math.Pow(1024, power) : null;
    }
}
