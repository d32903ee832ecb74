namespace OciSharp.Runtime.Doctor;

/// <summary>A value: the text of a string, number or boolean, or the items of an array.</summary>
/// <param name="path">The keys that lead to it.</param>
/// <param name="text">The text; empty for an array.</param>
/// <param name="items">The items of an array that are neither arrays nor tables.</param>
internal sealed class TomlValue(string[] path, string text, List<string>? items)
{
    /// <summary>The keys that lead to it.</summary>
    public string[] Path { get; } = path;

    /// <summary>The text; empty for an array.</summary>
    public string Text { get; } = text;

    /// <summary>The items of an array that are neither arrays nor tables.</summary>
    public List<string>? Items { get; } = items;
}

/// <summary>The values of a TOML document, each with the path of its keys; a later one of the same path stands for an earlier one.</summary>
internal sealed class TomlDocument
{
    private readonly List<TomlValue> _values = [];

    /// <summary>How many values there are.</summary>
    public int Count => _values.Count;

    /// <summary>Adds a value.</summary>
    public void Add(TomlValue value) => _values.Add(value);

    /// <summary>Puts the values of another document over these.</summary>
    public void Merge(TomlDocument later) => _values.AddRange(later._values);

    /// <summary>The value at a path; null if there is none.</summary>
    public TomlValue? Find(params ReadOnlySpan<string> path)
    {
        for (int i = _values.Count - 1; i >= 0; i--)
        {
            if (path.SequenceEqual(_values[i].Path))
                return _values[i];
        }

        return null;
    }

    /// <summary>The text at a path; null if there is none, or an array.</summary>
    public string? Text(params ReadOnlySpan<string> path) => Find(path) is { Items: null } value ? value.Text : null;

    /// <summary>The names below a path, each once, in the order of the document.</summary>
    public List<string> Names(params ReadOnlySpan<string> path)
    {
        var names = new List<string>();
        foreach (TomlValue value in _values)
        {
            string[] found = value.Path;
            if (found.Length > path.Length && path.SequenceEqual(found.AsSpan(0, path.Length)) && !names.Contains(found[path.Length]))
                names.Add(found[path.Length]);
        }

        return names;
    }
}
