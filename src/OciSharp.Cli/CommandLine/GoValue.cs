namespace OciSharp.Cli.CommandLine;

/// <summary>The spellings of values that Go's <c>flag</c> package accepts, on which the callers of runc rely.</summary>
internal static class GoValue
{
    /// <summary>A boolean as <c>strconv.ParseBool</c> reads it, or null.</summary>
    public static bool? ParseBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <summary>An int as <c>strconv.ParseInt(text, 0, …)</c> reads it (a sign and a base prefix), or null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">Why there is no number, in Go's words.</param>
    public static int? ParseInt(string text, out string problem)
    {
        problem = "parse error";
        ReadOnlySpan<char> digits = text;
        bool negative = digits.StartsWith('-');
        if (negative || digits.StartsWith('+'))
            digits = digits[1..];
        int radix = Radix(ref digits);
        if (digits.IsEmpty)
            return null;

        long value = 0;
        bool tooLarge = false;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix)
                return null;
            value = (value * radix) + digit;
            tooLarge |= value > int.MaxValue;
            value = tooLarge ? int.MaxValue : value;
        }
        if (tooLarge)
        {
            problem = "value out of range";
            return null;
        }
        return (int)(negative ? -value : value);
    }

    /// <summary>Whether the character belongs to a decimal number without a sign or an exponent.</summary>
    public static bool IsInNumber(char c) => char.IsAsciiDigit(c) || c == '.';

    private static int Radix(ref ReadOnlySpan<char> digits)
    {
        if (digits.Length < 2 || digits[0] != '0')
            return 10;
        int radix = char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
        digits = radix == 0 ? digits[1..] : digits[2..];
        return radix == 0 ? 8 : radix;
    }
}
