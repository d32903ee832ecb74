namespace OciSharp.Cgroups;

/// <summary>CPU shares of v1 (2 to 262,144, usually 1,024) as weights of v2 (1 to 10,000, usually 100).</summary>
internal static class CpuShares
{
    private const ulong Fewest = 2;
    private const ulong Most = 1 << 18;
    private const long LeastWeight = 1;
    private const long MostWeight = 10_000;

    /// <summary>
    /// The weight for a number of shares: the curve that runc, crun and youki share, through the ends of both ranges and both usual
    /// values. Its exponent is a quadratic function of the logarithm.
    /// </summary>
    public static long ToWeight(ulong shares)
    {
        if (shares <= Fewest)
            return LeastWeight;
        if (shares >= Most)
            return MostWeight;
        double l = Math.Log2(shares);
        double exponent = (((l * l) + (125 * l)) / 612.0) - (7.0 / 34.0);
        return (long)Math.Ceiling(Math.Pow(10, exponent));
    }
}
