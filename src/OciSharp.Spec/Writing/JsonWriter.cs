using System.Buffers.Text;
using System.Text;

namespace OciSharp.Spec;

/// <summary>
/// Writes JSON in UTF-8 into memory. It is for commands that write one small document and end:
/// <see cref="System.Text.Json.Utf8JsonWriter"/> needs 0.1 ms before its first string, this needs nothing. What is written in the wrong
/// order is written in the wrong order.
/// </summary>
/// <param name="indent">What a level is indented with; empty: everything is on one line.</param>
public sealed class JsonWriter(string indent = "")
{
    private byte[] _buffer = new byte[1024];
    private int _length;
    private int _depth;

    // Nothing stands in the current object or array so far; the value of a name comes next.
    private bool _first = true;
    private bool _named;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins an object.</summary>
    public void BeginObject() => Begin((byte)'{');

    /// <summary>Ends an object.</summary>
    public void EndObject() => End((byte)'}');

    /// <summary>Begins an array.</summary>
    public void BeginArray() => Begin((byte)'[');

    /// <summary>Ends an array.</summary>
    public void EndArray() => End((byte)']');

    /// <summary>Writes the name of a property, which needs no escapes.</summary>
    public void Name(ReadOnlySpan<byte> utf8)
    {
        Separate();
        Append((byte)'"');
        Append(utf8);
        Append(indent.Length > 0 ? "\": "u8 : "\":"u8);
        _named = true;
    }

    /// <summary>Writes the name of a property.</summary>
    public void Name(string name)
    {
        Separate();
        Quote(name);
        Append(indent.Length > 0 ? ": "u8 : ":"u8);
        _named = true;
    }

    /// <summary>Writes a string.</summary>
    public void Value(string value)
    {
        Separate();
        Quote(value);
    }

    /// <summary>Writes a number.</summary>
    public void Value(long value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        _length += written;
    }

    /// <inheritdoc cref="Value(long)"/>
    public void Value(ulong value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        _length += written;
    }

    /// <summary>Writes true or false.</summary>
    public void Value(bool value)
    {
        Separate();
        Append(value ? "true"u8 : "false"u8);
    }

    /// <summary>Writes null.</summary>
    public void Null()
    {
        Separate();
        Append("null"u8);
    }

    /// <summary>Writes a value that is JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        Separate();
        Append(json);
    }

    /// <summary>Ends the line, between documents.</summary>
    public void EndLine()
    {
        Append((byte)'\n');
        _first = true;
    }

    private void Begin(byte bracket)
    {
        Separate();
        Append(bracket);
        _depth++;
        _first = true;
    }

    private void End(byte bracket)
    {
        _depth--;
        if (!_first)
            BreakLine();
        Append(bracket);
        _first = false;
    }

    private void Separate()
    {
        if (!_named)
        {
            if (!_first)
                Append((byte)',');
            if (_depth > 0)
                BreakLine();
        }
        _named = false;
        _first = false;
    }

    private void BreakLine()
    {
        if (indent.Length == 0)
            return;
        Append((byte)'\n');
        for (int i = 0; i < _depth; i++)
            Encode(indent);
    }

    private void Quote(string value)
    {
        Append((byte)'"');
        int start = 0;
        for (int i = 0; i < value.Length; i++)
        {
            if (!NeedsEscape(value[i]))
                continue;
            Encode(value.AsSpan(start, i - start));
            Escape(value[i]);
            start = i + 1;
        }
        Encode(value.AsSpan(start));
        Append((byte)'"');
    }

    private void Encode(ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, Reserve(text.Length * 3));

    /// <summary>Beside what JSON demands, what steers a terminal (C1 controls are there too) or turns the direction of text: documents are printed.</summary>
    private static bool NeedsEscape(char c) => c is < ' ' or '"' or '\\'
        or (>= '\u007f' and <= '\u009f') or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private void Escape(char c)
    {
        switch (c)
        {
            case '"': Append("\\\""u8); break;
            case '\\': Append(@"\\"u8); break;
            case '\n': Append(@"\n"u8); break;
            case '\r': Append(@"\r"u8); break;
            case '\t': Append(@"\t"u8); break;
            default:
                Append(@"\u"u8);
                Utf8Formatter.TryFormat((ushort)c, Reserve(4), out int written, new System.Buffers.StandardFormat('x', 4));
                _length += written;
                break;
        }
    }

    private void Append(byte value) => Append([value]);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        return _buffer.AsSpan(_length);
    }
}
