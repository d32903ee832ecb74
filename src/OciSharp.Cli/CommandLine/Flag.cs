namespace OciSharp.Cli.CommandLine;

/// <summary>
/// A flag of a command: what it is called, how the help describes it, and, once the command line is parsed, what it was set to.
/// </summary>
/// <param name="name">The long name, without dashes.</param>
/// <param name="shortName">The one-letter name, or NUL for none.</param>
/// <param name="help">One line for the help: lower case, no full stop.</param>
internal abstract class Flag(string name, char shortName, string help)
{
    /// <summary>The long name, without dashes.</summary>
    public string Name { get; } = name;

    /// <summary>The one-letter name, or NUL for none.</summary>
    public char ShortName { get; } = shortName;

    /// <summary>One line for the help.</summary>
    public string Help { get; } = help;

    /// <summary>Accepted, and left out of the help: a flag of other runtimes that means nothing here.</summary>
    public bool Hidden { get; init; }

    /// <summary>
    /// What the value is, for the manual and for completion: the words that there are (<c>text|json</c>), FILE, DIRECTORY, or another name for it.
    /// </summary>
    public string Takes { get; init; } = "VALUE";

    /// <summary>Whether the command line set it.</summary>
    public bool IsSet { get; private protected set; }

    /// <summary>Whether the next argument is the value when there is no <c>=value</c>.</summary>
    public virtual bool TakesValue => true;

    /// <summary>The value that holds when the flag is not given, as the help shows it, or null for none.</summary>
    public virtual string? DefaultText => null;

    /// <summary>Takes over a value of the command line; a flag that is given twice keeps the last one.</summary>
    /// <param name="value">The text behind the flag.</param>
    /// <param name="spelling">The name that was used, for the message.</param>
    /// <exception cref="UsageException">The text is no value of this flag.</exception>
    public abstract void Set(string value, string spelling);

    /// <summary>Whether <paramref name="name"/>, without dashes, is one of the flag's two names.</summary>
    public bool Matches(ReadOnlySpan<char> name) =>
        name.Length == 1 && ShortName != '\0' ? name[0] == ShortName : name.SequenceEqual(Name);
}

/// <summary>A flag that is on or off: <c>--all</c>, <c>-a</c>, <c>--all=false</c>.</summary>
internal sealed class Switch(string name, string help, char shortName = '\0') : Flag(name, shortName, help)
{
    /// <summary>Whether it is on.</summary>
    public bool Value { get; private set; }

    public override bool TakesValue => false;

    public override void Set(string value, string spelling)
    {
        Value = GoValue.ParseBool(value) ?? throw new UsageException($"invalid boolean value \"{value}\" for -{spelling}: parse error");
        IsSet = true;
    }
}

/// <summary>A flag with a text.</summary>
internal sealed class TextFlag(string name, string help, char shortName = '\0', string? preset = null) : Flag(name, shortName, help)
{
    private readonly string? _preset = preset;

    /// <summary>The text, or the preset when the flag is not given.</summary>
    public string? Value { get; private set; } = preset;

    public override string? DefaultText => _preset is null ? null : $"\"{_preset}\"";

    public override void Set(string value, string spelling)
    {
        Value = value;
        IsSet = true;
    }
}

/// <summary>A flag that may be given several times, each time with a text.</summary>
internal sealed class ListFlag(string name, string help, char shortName = '\0') : Flag(name, shortName, help)
{
    private List<string>? _values;

    /// <summary>The texts, in the order of the command line.</summary>
    public IReadOnlyList<string> Values => (IReadOnlyList<string>?)_values ?? [];

    public override void Set(string value, string spelling)
    {
        (_values ??= []).Add(value);
        IsSet = true;
    }
}

/// <summary>A flag with a whole number, spelled as Go's integer literals are: decimal, 0x, 0o, 0b.</summary>
internal sealed class NumberFlag(string name, string help, char shortName = '\0') : Flag(name, shortName, help)
{
    /// <summary>The number, or 0 when the flag is not given.</summary>
    public int Value { get; private set; }

    public override string? DefaultText => "0";

    public override void Set(string value, string spelling)
    {
        Value = GoValue.ParseInt(value, out string problem) ?? throw new UsageException($"invalid value \"{value}\" for flag -{spelling}: {problem}");
        IsSet = true;
    }
}

/// <summary>A flag with a duration, spelled as Go spells them: <c>5s</c>, <c>300ms</c>.</summary>
internal sealed class DurationFlag(string name, string help, string preset) : Flag(name, '\0', help)
{
    private readonly string _preset = preset;

    /// <summary>The duration, or the preset when the flag is not given.</summary>
    public long Milliseconds { get; private set; } = GoDuration.ParseMilliseconds(preset)!.Value;

    public override string? DefaultText => _preset;

    public override void Set(string value, string spelling)
    {
        Milliseconds = GoDuration.ParseMilliseconds(value) ?? throw new UsageException($"invalid value \"{value}\" for flag -{spelling}: parse error");
        IsSet = true;
    }
}
