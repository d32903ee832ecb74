using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OciSharp.Spec;

/// <summary>What can be wrong with a document before anything in it means something.</summary>
internal static class DocumentText
{
    /// <summary>The size and the encoding are right; otherwise that is reported.</summary>
    public static bool Check(ReadOnlySpan<byte> utf8, DiagnosticBag bag)
    {
        if (utf8.Length > ConfigReader.MaxDocumentBytes)
        {
            Report(bag, DocumentRules.TooLarge, $"the document has {utf8.Length} bytes; at most {ConfigReader.MaxDocumentBytes} are read");
            return false;
        }
        if (!Utf8.IsValid(utf8))
        {
            Report(bag, DocumentRules.NotUtf8, $"the document is not UTF-8 at {LineAndColumn(utf8, FirstInvalid(utf8))}");
            return false;
        }
        return true;
    }

    /// <summary>Says where the JSON is broken, or nested too deeply.</summary>
    public static void ReportMalformed(ReadOnlySpan<byte> utf8, DiagnosticBag bag, JsonException malformed, int maxDepth)
    {
        int offset = Offset(utf8, malformed.LineNumber ?? 0, malformed.BytePositionInLine ?? 0);
        string place = LineAndColumn(utf8, offset);
        if (Depth(utf8[..offset]) >= maxDepth)
            Report(bag, DocumentRules.TooDeep, $"the document is nested more than {maxDepth} deep at {place}");
        else if (offset == utf8.Length)
            Report(bag, DocumentRules.Malformed, $"the document is not JSON: it ends too early, at {place}");
        else
            Report(bag, DocumentRules.Malformed, $"the document is not JSON: unexpected {Character(utf8[offset..])} at {place}");
    }

    private static void Report(DiagnosticBag bag, Rule rule, string message) => bag.Add(new Diagnostic(rule, "$", message, rule.Section!));

    private static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(utf8[offset..], out _, out int length) == System.Buffers.OperationStatus.Done)
            offset += length;
        return offset;
    }

    private static int Offset(ReadOnlySpan<byte> utf8, long line, long column)
    {
        int offset = 0;
        for (; line > 0; line--)
            offset += utf8[offset..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(offset + column, utf8.Length);
    }

    // How many objects and arrays are open at the end of a text that is JSON so far, its last character included.
    private static int Depth(ReadOnlySpan<byte> utf8)
    {
        int depth = 0;
        bool inString = false;
        for (int i = 0; i < utf8.Length; i++)
        {
            byte c = utf8[i];
            if (inString && c == '\\')
                i++;
            else if (c == '"')
                inString = !inString;
            else if (!inString && c is (byte)'{' or (byte)'[')
                depth++;
            else if (!inString && c is (byte)'}' or (byte)']')
                depth--;
        }
        return depth;
    }

    // Lines and columns begin at 1; columns are characters, as editors count them.
    private static string LineAndColumn(ReadOnlySpan<byte> utf8, int offset)
    {
        ReadOnlySpan<byte> before = utf8[..offset];
        int line = before.Count((byte)'\n') + 1;
        int column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return $"line {line}, column {column}";
    }

    private static string Character(ReadOnlySpan<byte> utf8)
    {
        Rune.DecodeFromUtf8(utf8, out Rune rune, out _);
        return Rune.IsControl(rune) ? $"control character U+{rune.Value:X4}" : $"'{rune}'";
    }
}
