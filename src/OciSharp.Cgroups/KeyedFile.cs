using System.Text;

namespace OciSharp.Cgroups;

/// <summary>Files of the form <c>key value</c>, one per line.</summary>
internal static class KeyedFile
{
    /// <summary>What stands behind <paramref name="key"/>, or null.</summary>
    public static string? Find(ReadOnlySpan<byte> text, string key)
    {
        Span<byte> wanted = stackalloc byte[Encoding.UTF8.GetByteCount(key) + 1];
        Encoding.UTF8.GetBytes(key, wanted);
        wanted[^1] = (byte)' ';
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.StartsWith(wanted))
                return Encoding.UTF8.GetString(line[wanted.Length..]);
        }

        return null;
    }
}
