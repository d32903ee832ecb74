using System.Globalization;
using System.Text;

namespace OciSharp.Runtime.Doctor;

/// <summary>
/// Reads TOML 1.0 (toml.io) as far as the configurations of engines need it: all of the syntax is understood but dates with a space in them,
/// and flattened. What engines would refuse for its meaning (a key given twice, a number out of range) is not refused here: the last one holds.
/// </summary>
internal sealed class TomlReader
{
    private const int MaxDepth = 32;
    private const int MaxValues = 10_000;

    private readonly string _text;
    private readonly TomlDocument _document = new();
    private int _at;

    private TomlReader(string text) => _text = text;

    /// <summary>Reads a document.</summary>
    /// <exception cref="TomlException">It is no TOML.</exception>
    public static TomlDocument Read(string text)
    {
        var reader = new TomlReader(text);
        reader.Document();
        return reader._document;
    }

    private bool AtEnd => _at >= _text.Length;

    private char Next => AtEnd ? '\0' : _text[_at];

    private void Document()
    {
        List<string> table = [];
        while (true)
        {
            SkipLines();
            if (AtEnd)
                return;
            if (Next == '[')
                table = Header();
            else
                Pair(table, depth: 0);
            SkipBlanks();
            if (!AtEnd && Next is not ('\n' or '\r' or '#'))
                throw Error("there is something behind the end of the line's value");
        }
    }

    private List<string> Header()
    {
        bool ofArray = _text.AsSpan(_at).StartsWith("[[");
        _at += ofArray ? 2 : 1;
        List<string> path = Key([]);
        Expect(']');
        if (ofArray)
            Expect(']');
        return path;
    }

    private void Pair(List<string> table, int depth)
    {
        List<string> path = Key(table);
        Expect('=');
        SkipBlanks();
        Value(path, depth);
    }

    /// <summary>A key, which may have dots, below a table.</summary>
    private List<string> Key(List<string> table)
    {
        List<string> path = table.GetRange(0, table.Count);
        while (true)
        {
            SkipBlanks();
            path.Add(Next is '"' or '\'' ? String() : Bare("a key"));
            SkipBlanks();
            if (Next != '.')
                return path;
            if (path.Count > MaxDepth)
                throw Error($"a key has more than {MaxDepth} parts");
            _at++;
        }
    }

    private void Value(List<string> path, int depth)
    {
        if (depth > MaxDepth)
            throw Error($"it is nested more than {MaxDepth} deep");
        if (_document.Count >= MaxValues)
            throw Error($"it has more than {MaxValues} values");
        switch (Next)
        {
            case '[':
                var items = new List<string>();
                Array(items, depth);
                _document.Add(new TomlValue([.. path], "", items));
                break;
            case '{':
                InlineTable(path, depth);
                break;
            case '"' or '\'':
                _document.Add(new TomlValue([.. path], String(), null));
                break;
            default:
                _document.Add(new TomlValue([.. path], Bare("a value"), null));
                break;
        }
    }

    /// <summary>Keeps the items that are neither arrays nor tables.</summary>
    private void Array(List<string> items, int depth)
    {
        _at++;
        while (true)
        {
            SkipLines();
            if (Next == ']')
                break;
            var one = new TomlReader(_text) { _at = _at };
            one.Value([], depth + 1);
            _at = one._at;
            if (one._document.Find() is { Items: null } item)
                items.Add(item.Text);
            SkipLines();
            if (Next == ',')
                _at++;
            else if (Next != ']')
                throw Error("a comma or ] is missing in an array");
        }

        _at++;
    }

    private void InlineTable(List<string> path, int depth)
    {
        _at++;
        SkipBlanks();
        while (Next != '}')
        {
            Pair(path, depth + 1);
            SkipBlanks();
            if (Next == ',')
            {
                _at++;
                SkipBlanks();
            }
            else if (Next != '}')
            {
                throw Error("a comma or } is missing in a table");
            }
        }

        _at++;
    }

    private string String()
    {
        char quote = Next;
        if (_text.AsSpan(_at).StartsWith(quote == '"' ? "\"\"\"" : "'''"))
            return LongString(quote);
        _at++;
        var value = new StringBuilder();
        while (Next != quote)
        {
            if (AtEnd || Next is '\n' or '\r')
                throw Error("a string does not end");
            Character(value, quote, isLong: false);
        }

        _at++;
        return value.ToString();
    }

    private string LongString(char quote)
    {
        _at += 3;
        if (Next == '\r')
            _at++;
        if (Next == '\n')
            _at++;
        var value = new StringBuilder();
        string end = new(quote, 3);
        while (!_text.AsSpan(_at).StartsWith(end))
        {
            if (AtEnd)
                throw Error("a string does not end");
            Character(value, quote, isLong: true);
        }

        _at += 3;
        // One or two quotes before the end belong to the string.
        for (int i = 0; i < 2 && Next == quote; i++, _at++)
            value.Append(quote);
        return value.ToString();
    }

    private void Character(StringBuilder value, char quote, bool isLong)
    {
        if (Next != '\\' || quote == '\'')
        {
            value.Append(_text[_at++]);
            return;
        }

        _at++;
        char escape = Next;
        _at++;
        switch (escape)
        {
            case 'b': value.Append('\b'); break;
            case 't': value.Append('\t'); break;
            case 'n': value.Append('\n'); break;
            case 'f': value.Append('\f'); break;
            case 'r': value.Append('\r'); break;
            case '"' or '\\': value.Append(escape); break;
            case 'u': value.Append(Scalar(4)); break;
            case 'U': value.Append(Scalar(8)); break;
            case ' ' or '\t' or '\n' or '\r' when isLong:
                while (Next is ' ' or '\t' or '\n' or '\r')
                    _at++;
                break;
            default: throw Error("a string has an escape that there is not");
        }
    }

    private string Scalar(int digits)
    {
        if (_at + digits <= _text.Length
            && int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code))
        {
            _at += digits;
            return new Rune(code).ToString();
        }

        throw Error("a string has an escape that is no character");
    }

    private string Bare(string what)
    {
        int start = _at;
        while (Next is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-' or '+' or ':' || (what == "a value" && Next == '.'))
            _at++;
        return _at > start ? _text[start.._at] : throw Error($"{what} is missing");
    }

    private void Expect(char wanted)
    {
        SkipBlanks();
        if (Next != wanted || AtEnd)
            throw Error($"{wanted} is missing");
        _at++;
    }

    private void SkipBlanks()
    {
        while (Next is ' ' or '\t')
            _at++;
    }

    private void SkipLines()
    {
        while (Next is ' ' or '\t' or '\n' or '\r' or '#' or '\ufeff')
        {
            if (Next == '#')
            {
                while (!AtEnd && Next != '\n')
                    _at++;
            }
            else
            {
                _at++;
            }
        }
    }

    private TomlException Error(string message)
    {
        int line = 1 + _text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n');
        return new TomlException($"line {line}: {message}");
    }
}

/// <summary>The text is no TOML. The message has the line.</summary>
internal sealed class TomlException(string message) : Exception(message);
