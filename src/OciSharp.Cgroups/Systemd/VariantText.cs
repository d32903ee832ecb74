using System.Globalization;
using System.Text;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// Values in the text format of GVariant: <c>true</c>, <c>'text'</c>, <c>uint64 5</c>, <c>@as []</c>, <c>['a', 'b']</c>,
/// <c>('/dev/null', 'rw')</c>. Numbers are
/// int32 when no type stands before them, or double with a point.
/// </summary>
internal ref struct VariantText
{
    private const int DeepestNesting = 8;

    private readonly string text;
    private int position;
    private int depth;

    private VariantText(string text) => this.text = text;

    /// <summary>Reads a value.</summary>
    /// <returns>Its type, and what writes it.</returns>
    /// <exception cref="FormatException">The text is no such value; the message says where.</exception>
    public static (string Signature, Action<DBusWriter> Write) Parse(string text)
    {
        var parser = new VariantText(text);
        (string, Action<DBusWriter>) value = parser.Value(null);
        parser.SkipSpace();
        return parser.position == text.Length ? value : throw parser.Bad("something follows the value");
    }

    private (string Signature, Action<DBusWriter> Write) Value(string? expected)
    {
        if (++depth > DeepestNesting)
            throw Bad("it is nested too deeply");
        SkipSpace();
        (string, Action<DBusWriter>) value = Peek() switch
        {
            '@' => Typed(),
            '\'' or '"' => Scalar(expected ?? "s", Quoted()),
            '[' => Array(expected),
            '(' => Tuple(expected),
            _ => Word(expected),
        };
        depth--;
        return value;
    }

    private (string, Action<DBusWriter>) Typed()
    {
        position++;
        int start = position;
        while (position < text.Length && text[position] != ' ')
            position++;
        return Value(text[start..position]);
    }

    private (string, Action<DBusWriter>) Word(string? expected)
    {
        int start = position;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] is '-' or '+' or '.' or '_'))
            position++;
        string word = text[start..position];
        string? type = word switch
        {
            "boolean" => "b",
            "byte" => "y",
            "int16" => "n",
            "uint16" => "q",
            "int32" => "i",
            "uint32" => "u",
            "int64" => "x",
            "uint64" => "t",
            "double" => "d",
            "string" => "s",
            "objectpath" => "o",
            "signature" => "g",
            _ => null,
        };
        if (type is not null)
            return Value(type);
        if (word is "true" or "false")
            return Scalar(expected ?? "b", word);
        if (word.Length == 0)
            throw Bad("a value is missing");
        return Scalar(expected ?? (word.Contains('.') ? "d" : "i"), word);
    }

    private readonly (string, Action<DBusWriter>) Scalar(string type, string word)
    {
        try
        {
            switch (type)
            {
                case "b":
                    bool boolean = bool.Parse(word);
                    return (type, writer => writer.Boolean(boolean));
                case "y":
                    byte octet = byte.Parse(word, CultureInfo.InvariantCulture);
                    return (type, writer => writer.Byte(octet));
                case "i":
                    int int32 = int.Parse(word, CultureInfo.InvariantCulture);
                    return (type, writer => writer.Int32(int32));
                case "u":
                    uint uint32 = uint.Parse(word, CultureInfo.InvariantCulture);
                    return (type, writer => writer.UInt32(uint32));
                case "x":
                    long int64 = long.Parse(word, CultureInfo.InvariantCulture);
                    return (type, writer => writer.Int64(int64));
                case "t":
                    ulong uint64 = ulong.Parse(word, CultureInfo.InvariantCulture);
                    return (type, writer => writer.UInt64(uint64));
                case "d":
                    double number = double.Parse(word, CultureInfo.InvariantCulture);
                    return (type, writer => writer.Double(number));
                case "s" or "o":
                    return (type, writer => writer.String(word));
                default:
                    throw Bad($"type \"{type}\" has no use in a unit");
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Bad($"\"{word}\" is no value of type \"{type}\"");
        }
    }

    private (string, Action<DBusWriter>) Array(string? expected)
    {
        if (expected is not null && !expected.StartsWith('a'))
            throw Bad("a list is not of that type");
        List<(string Signature, Action<DBusWriter> Write)> items = Items(']', _ => expected?[1..]);
        string element = items.Count > 0 ? items[0].Signature
            : expected?[1..] ?? throw Bad("an empty list needs its type before it, as in @as []");
        foreach ((string signature, _) in items)
        {
            if (signature != element)
                throw Bad("the items of a list are of different types");
        }

        return ($"a{element}", writer => writer.List(UnitProperty.Alignment(element[0]), items, item => item.Write(writer)));
    }

    private (string, Action<DBusWriter>) Tuple(string? expected)
    {
        // The members of a tuple with a type before it must be of one letter each, which all that units have are.
        List<(string Signature, Action<DBusWriter> Write)> items = Items(')', i => MemberType(expected, i));
        var signature = new StringBuilder("(");
        foreach ((string item, _) in items)
            signature.Append(item);
        return (signature.Append(')').ToString(), writer =>
        {
            writer.Struct();
            foreach ((_, Action<DBusWriter> write) in items)
                write(writer);
        }
        );
    }

    private static string? MemberType(string? tuple, int index)
    {
        if (tuple is null)
            return null;
        return index + 2 < tuple.Length ? $"{tuple[index + 1]}" : "";
    }

    private List<(string Signature, Action<DBusWriter> Write)> Items(char end, Func<int, string?> expected)
    {
        var items = new List<(string, Action<DBusWriter>)>();
        position++;
        while (true)
        {
            SkipSpace();
            if (Peek() == end)
            {
                position++;
                return items;
            }

            if (items.Count > 0)
            {
                if (Peek() != ',')
                    throw Bad($"a comma or {end} is missing");
                position++;
            }

            items.Add(Value(expected(items.Count)));
        }
    }

    private string Quoted()
    {
        char quote = text[position++];
        var value = new StringBuilder();
        while (Peek() != quote)
        {
            if (Peek() == '\\')
                position++;
            value.Append(Peek());
            position++;
        }

        position++;
        return value.ToString();
    }

    private readonly char Peek() => position < text.Length ? text[position] : throw Bad("it ends too early");

    private void SkipSpace()
    {
        while (position < text.Length && text[position] == ' ')
            position++;
    }

    private readonly FormatException Bad(string why) => new($"{why} (at character {position + 1})");
}
