using System.Buffers.Text;
using System.Text;

namespace OciSharp.Runtime.State;

/// <summary>Points in time as RFC 3339 has them, in UTC.</summary>
public static class Timestamp
{
    /// <summary>Now, to 100 ns: <c>2006-01-02T15:04:05.1234567Z</c>.</summary>
    public static string Now()
    {
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat(DateTime.UtcNow, text, out int length, 'O');
        return Encoding.ASCII.GetString(text[..length]);
    }
}
