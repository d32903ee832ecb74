namespace OciSharp.Spec;

/// <summary>Versions of the specification.</summary>
public static class SpecVersion
{
    /// <summary>The oldest version whose documents are understood.</summary>
    public const string Min = "1.0.0";

    /// <summary>The version of the models in this assembly.</summary>
    public const string Max = "1.3.0";

    /// <summary>Reads the major version of a SemVer 2.0.0 version: <c>1.0.2-dev+build</c>. False: it is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> version, out int major)
    {
        int plus = version.IndexOf('+');
        bool wellFormed = plus < 0 || AreIdentifiers(version[(plus + 1)..], leadingZeros: true);
        if (plus >= 0)
            version = version[..plus];

        int minus = version.IndexOf('-');
        wellFormed &= minus < 0 || AreIdentifiers(version[(minus + 1)..], leadingZeros: false);
        if (minus >= 0)
            version = version[..minus];

        int dot = version.IndexOf('.');
        major = 0;
        return wellFormed && version.Count('.') == 2 && AreNumbers(version) && int.TryParse(version[..dot], out major);
    }

    private static bool AreNumbers(ReadOnlySpan<char> dotted)
    {
        foreach (Range range in dotted.Split('.'))
        {
            ReadOnlySpan<char> part = dotted[range];
            if (part.IsEmpty || part.ContainsAnyExceptInRange('0', '9') || HasLeadingZero(part))
                return false;
        }
        return true;
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> dotted, bool leadingZeros)
    {
        foreach (Range range in dotted.Split('.'))
        {
            ReadOnlySpan<char> part = dotted[range];
            if (part.IsEmpty || (!leadingZeros && !part.ContainsAnyExceptInRange('0', '9') && HasLeadingZero(part)))
                return false;
            foreach (char c in part)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }
        }
        return true;
    }

    private static bool HasLeadingZero(ReadOnlySpan<char> number) => number.Length > 1 && number[0] == '0';
}
