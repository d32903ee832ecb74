using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace OciSharp.Spec;

/// <summary>
/// Walks a document and knows at each moment where it is, so that a mistake can be reported with its path and the walk goes on. Nothing
/// is allocated for that until there is a mistake. It always stands on the first token of a value; reading the value consumes it.
/// </summary>
/// <remarks>
/// An object is read with <see cref="BeginObject"/>, then <see cref="NextProperty"/> until it is false; in each round exactly one
/// <see cref="Is"/> that is true (or <see cref="Keep"/>) and one method that reads the value. null is read as absent, as Go does.
/// </remarks>
internal ref struct DocumentReader
{
    /// <summary>The deepest document that is read, in objects and arrays.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _utf8;
    private readonly DiagnosticBag _bag;

    // Where the document stands in a whole configuration, to find the sections of its properties: "$", "$.process" …
    private readonly string _origin;

    private Utf8JsonReader _json;
    private Frames _frames;
    private int _depth;

    // The current property: its name without escapes, and how many names it was compared with.
    private ReadOnlySpan<byte> _name;
    private int _ordinal;

    public DocumentReader(ReadOnlySpan<byte> utf8, DiagnosticBag bag, string origin)
    {
        _utf8 = utf8;
        _bag = bag;
        _origin = origin;
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Reads an element of an array, a value of a map, or a whole document; null: it was not what it should be.</summary>
    public delegate T? ValueReader<T>(ref DocumentReader json)
        where T : class;

    /// <summary>An object or an array that is being read.</summary>
    private struct Frame
    {
        // The current property, as the document spells it (escapes included); of an array, Index is the current element.
        public int NameStart;
        public int NameLength;
        public int Index;

        // One bit for each known property that was there.
        public ulong Seen;
    }

    // The deepest thing that has a model: $.linux.seccomp.syscalls[0].args[0].
    [InlineArray(8)]
    private struct Frames
    {
        private Frame _first;
    }

    /// <summary>Reads a document whose root <paramref name="read"/> knows. null: it cannot be read; the reason is in the bag.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="bag">Takes the mistakes.</param>
    /// <param name="origin">Where its root would be in a whole configuration: <c>$.process</c>.</param>
    /// <param name="read">Reads the root.</param>
    public static T? Read<T>(ReadOnlySpan<byte> utf8, DiagnosticBag bag, string origin, ValueReader<T> read)
        where T : class
    {
        if (!DocumentText.Check(utf8, bag))
            return null;

        var json = new DocumentReader(utf8, bag, origin);
        try
        {
            json._json.Read();
            if (json._json.TokenType == JsonTokenType.Null)
                json.Wrong("an object");
            T? root = read(ref json);
            json._json.Read(); // throws if anything follows
            return root;
        }
        catch (JsonException malformed)
        {
            DocumentText.ReportMalformed(utf8, bag, malformed, MaxDepth);
        }
        catch (InvalidOperationException)
        {
            // What GetString does with half of a surrogate pair, the one thing that is valid JSON and not text.
            json.Report(DocumentRules.NotUtf8, json.Path(), "has an escape that is half of a surrogate pair");
        }
        catch (OutOfMemoryException)
        {
            json.Report(DocumentRules.TooLarge, "$", $"the document has {utf8.Length} bytes and needs more memory than there is");
        }
        return null;
    }

    /// <summary>Enters an object. False: it is null, or something else (which is reported), and was skipped.</summary>
    public bool BeginObject()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            return Skip("an object");
        _frames[_depth++] = default;
        return true;
    }

    /// <summary>Goes to the next property, or leaves the object and is false.</summary>
    public bool NextProperty()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            _depth--;
            return false;
        }

        ref Frame frame = ref _frames[_depth - 1];
        frame.NameStart = (int)_json.TokenStartIndex + 1;
        frame.NameLength = _json.ValueSpan.Length;
        frame.Index = -1;
        _name = _json.ValueIsEscaped ? Encoding.UTF8.GetBytes(_json.GetString()!) : _json.ValueSpan;
        _ordinal = 0;
        _json.Read();
        return true;
    }

    /// <summary>The current property has this name. The order of the questions must be the same in each round.</summary>
    public bool Is(ReadOnlySpan<byte> name)
    {
        int ordinal = _ordinal++;
        if (!_name.SequenceEqual(name))
            return false;

        Debug.Assert(ordinal < 64, "one bit for each property");
        ulong bit = 1UL << ordinal;
        ref ulong seen = ref _frames[_depth - 1].Seen;
        if ((seen & bit) != 0)
            ReportDuplicate();
        seen |= bit;
        return true;
    }

    /// <summary>Keeps a property that the specification does not define.</summary>
    public void Keep(ref Dictionary<string, JsonElement>? extensions)
    {
        extensions ??= [];
        if (!extensions.TryAdd(Encoding.UTF8.GetString(_name), JsonElement.ParseValue(ref _json)))
            ReportDuplicate();
    }

    /// <summary>The value of a property without which the object means nothing; 0 or empty, and reported, when it is absent.</summary>
    public readonly string Required(string? value, string name) => value ?? Missing(name);

    /// <inheritdoc cref="Required(string?, string)"/>
    public readonly string[] Required(string[]? value, string name)
    {
        if (value is null)
            Missing(name);
        return value ?? [];
    }

    /// <inheritdoc cref="Required(string?, string)"/>
    public readonly T Required<T>(T? value, string name)
        where T : struct
    {
        if (value is null)
            Missing(name);
        return value.GetValueOrDefault();
    }

    /// <summary>Warns that a required property is absent, which all runtimes forgive.</summary>
    public readonly void Assumed(string name, string what)
    {
        string path = JsonPath.Property(Path(), name);
        if (_bag.IsFull || !_bag.IsUnread(path))
            Report(DocumentRules.Assumed, path, $"{name} is required and missing; {what} is assumed");
    }

    /// <summary>How many mistakes were found; see <see cref="Forget"/>.</summary>
    public readonly int Mistakes => _bag.Count;

    /// <summary>Forgets the mistakes from number <paramref name="from"/> up to, and not including, number <paramref name="to"/>.</summary>
    public readonly void Forget(int from, int to) => _bag.Remove(from, to - from);

    public string? String()
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            Skip("a string");
            return null;
        }
        string? value = _json.GetString();
        if (_json.ValueIsEscaped && value!.Contains('\0'))
        {
            Report(DocumentRules.NulByte, Path(), "contains null byte");
            return null;
        }
        return value;
    }

    public bool? Bool()
    {
        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False)
            return _json.GetBoolean();
        Skip("true or false");
        return null;
    }

    public ushort? UInt16()
    {
        if (!IsNumber())
            return null;
        if (_json.TryGetUInt16(out ushort value))
            return value;
        ReportRange("0", "65535");
        return null;
    }

    public int? Int32()
    {
        if (!IsNumber())
            return null;
        if (_json.TryGetInt32(out int value))
            return value;
        ReportRange("-2147483648", "2147483647");
        return null;
    }

    public uint? UInt32()
    {
        if (!IsNumber())
            return null;
        if (_json.TryGetUInt32(out uint value))
            return value;
        ReportRange("0", "4294967295");
        return null;
    }

    public long? Int64()
    {
        if (!IsNumber())
            return null;
        if (_json.TryGetInt64(out long value))
            return value;
        ReportRange("-9223372036854775808", "9223372036854775807");
        return null;
    }

    public ulong? UInt64()
    {
        if (!IsNumber())
            return null;
        if (_json.TryGetUInt64(out ulong value))
            return value;
        ReportRange("0", "18446744073709551615");
        return null;
    }

    public string[]? Strings()
    {
        if (!BeginArray())
            return null;
        var values = new List<string>();
        while (NextElement())
        {
            if (String() is { } value)
                values.Add(value);
        }
        return values.ToArray();
    }

    public uint[]? UInt32s()
    {
        if (!BeginArray())
            return null;
        var values = new List<uint>();
        while (NextElement())
        {
            if (UInt32() is { } value)
                values.Add(value);
        }
        return values.ToArray();
    }

    public T[]? Objects<T>(ValueReader<T> read)
        where T : class
    {
        if (!BeginArray())
            return null;
        var values = new List<T>();
        while (NextElement())
        {
            if (read(ref this) is { } value)
                values.Add(value);
        }
        return values.ToArray();
    }

    public Dictionary<string, T>? Map<T>(ValueReader<T> read)
        where T : class
    {
        if (!BeginObject())
            return null;
        var values = new Dictionary<string, T>();
        while (NextProperty())
        {
            string key = Encoding.UTF8.GetString(_name);
            if (key.Contains('\0'))
                Report(DocumentRules.NulByte, Path(), "the name contains null byte");
            if (_json.TokenType == JsonTokenType.Null)
                Wrong("a value");
            else if (read(ref this) is { } value && !values.TryAdd(key, value))
                ReportDuplicate();
        }
        return values;
    }

    public Dictionary<string, string>? StringMap() => Map(static (ref DocumentReader json) => json.String());

    private bool BeginArray()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            return Skip("an array");
        _frames[_depth++].Index = -1;
        return true;
    }

    private bool NextElement()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            _depth--;
            return false;
        }
        _frames[_depth - 1].Index++;
        if (_json.TokenType == JsonTokenType.Null)
            Wrong("a value");
        return true;
    }

    private bool IsNumber() => _json.TokenType == JsonTokenType.Number || Skip("a number");

    // False, always.
    private bool Skip(string expected)
    {
        if (_json.TokenType != JsonTokenType.Null)
            Wrong(expected);
        return false;
    }

    private void Wrong(string expected)
    {
        Report(DocumentRules.WrongType, Path(), $"must be {expected}, is {Describe(_json.TokenType)}");
        _json.Skip();
    }

    private readonly string Missing(string name)
    {
        string path = JsonPath.Property(Path(), name);
        if (_bag.IsFull || !_bag.IsUnread(path))
            Report(DocumentRules.Missing, path, $"{name} is required and missing");
        return "";
    }

    private readonly void ReportDuplicate() => Report(DocumentRules.Duplicate, Path(), "is given more than once");

    private readonly void ReportRange(string min, string max)
    {
        string number = Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, 40)]);
        Report(DocumentRules.OutOfRange, Path(), $"must be a whole number from {min} to {max}, is {number}");
    }

    private readonly void Report(Rule rule, string path, string message) =>
        _bag.Add(new Diagnostic(rule, path, message, rule.Section ?? Sections.Of(string.Concat(_origin, path.AsSpan(1)))));

    // The path of the current value; once an object or array was left, that is its own path.
    private readonly string Path()
    {
        string path = "$";
        for (int i = 0; i < _depth; i++)
        {
            Frame frame = _frames[i];
            path = frame.Index >= 0 ? $"{path}[{frame.Index}]" : JsonPath.Property(path, Name(frame));
        }
        return path;
    }

    private readonly string Name(Frame frame)
    {
        var quoted = new Utf8JsonReader(_utf8.Slice(frame.NameStart - 1, frame.NameLength + 2));
        quoted.Read();
        return quoted.GetString()!;
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
