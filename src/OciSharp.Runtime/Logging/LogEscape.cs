using System.Globalization;
using System.Text;

namespace OciSharp.Runtime.Logging;

/// <summary>
/// Makes a text harmless for a terminal and for a reader of lines. Messages quote what a container or its bundle chose (names,
/// paths, the output of hooks); it must neither steer a terminal nor look like a line of ours.
/// </summary>
public static class LogEscape
{
    /// <summary>One line of printable text: control and direction-changing characters become Go's escapes (<c>\n</c>, <c>\x1b</c>, <c>\u202e</c>).</summary>
    public static string Line(string text) => NeedsEscape(text, quoted: false) ? Escape(text, quoted: false) : text;

    /// <summary>A Go string literal with its quotes.</summary>
    public static string Quoted(string text) => $"\"{(NeedsEscape(text, quoted: true) ? Escape(text, quoted: true) : text)}\"";

    /// <summary>A JSON string with its quotes.</summary>
    public static string Json(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                result.Append('\\').Append(c);
            else if (c == '\n')
                result.Append("\\n");
            else if (c == '\t')
                result.Append("\\t");
            else if (c == '\r')
                result.Append("\\r");
            else if (IsUnprintable(c))
                AppendCode(result, "\\u", c, 4);
            else
                result.Append(c);
        }
        return result.Append('"').ToString();
    }

    private static bool NeedsEscape(string text, bool quoted)
    {
        foreach (char c in text)
        {
            if (IsUnprintable(c) || (quoted && c is '"' or '\\'))
                return true;
        }
        return false;
    }

    private static string Escape(string text, bool quoted)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (c == '\n')
                result.Append("\\n");
            else if (c == '\t')
                result.Append("\\t");
            else if (c == '\r')
                result.Append("\\r");
            else if (c < ' ' || c == '\x7f')
                AppendCode(result, "\\x", c, 2);
            else if (IsUnprintable(c))
                AppendCode(result, "\\u", c, 4);
            else if (quoted && c is '"' or '\\')
                result.Append('\\').Append(c);
            else
                result.Append(c);
        }
        return result.ToString();
    }

    private static void AppendCode(StringBuilder result, string prefix, char c, int digits) =>
        result.Append(prefix).Append(((int)c).ToString(digits == 2 ? "x2" : "x4", CultureInfo.InvariantCulture));

    private static bool IsUnprintable(char c) => char.IsControl(c)
        || c is '\u2028' or '\u2029' // line and paragraph separators
        or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') // embedding, override and isolate of the direction
        or '\u200e' or '\u200f' or '\u061c'; // marks of the direction
}
