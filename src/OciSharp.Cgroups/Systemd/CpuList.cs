namespace OciSharp.Cgroups.Systemd;

/// <summary>Lists of CPUs and memory nodes.</summary>
internal static class CpuList
{
    private const int Most = 1 << 16;

    /// <summary>The list <c>0-3,7</c> as bits, the first being the lowest of the first byte.</summary>
    /// <exception cref="CgroupException">It is no such list.</exception>
    public static byte[] ToBits(string list)
    {
        byte[] bits = [];
        foreach (string item in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int dash = item.IndexOf('-');
            int first = Number(dash < 0 ? item : item[..dash], list);
            int last = dash < 0 ? first : Number(item[(dash + 1)..], list);
            if (last < first)
                throw Bad(list);
            if (bits.Length <= last / 8)
                Array.Resize(ref bits, (last / 8) + 1);
            for (int i = first; i <= last; i++)
                bits[i / 8] |= (byte)(1 << (i % 8));
        }

        return bits.Length > 0 ? bits : throw Bad(list);
    }

    private static int Number(string text, string list) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out int number) && number < Most ? number : throw Bad(list);

    private static CgroupException Bad(string list) => new($"use the list of CPUs or memory nodes \"{list}\": it is like 0-3,7");
}
