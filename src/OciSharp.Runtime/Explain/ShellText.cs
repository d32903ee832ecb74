using System.Text;
using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Explain;

/// <summary>Writes a script for sh(1). Words of a configuration are quoted, and comments cannot end before their line does.</summary>
internal sealed class ShellText
{
    private const int CommentWidth = 100;

    private readonly StringBuilder _text = new();

    /// <summary>A word as the shell takes it: in single quotes, unless it is plain.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or ',' or '+' or '@' or '%'))
            return word;
        return $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>A path of the container, below the variable root.</summary>
    public static string InRoot(string path) => path == "/" ? "\"$root\"" : $"\"$root\"{Quote(path.StartsWith('/') ? path : "/" + path)}";

    /// <summary>Lines of commands, which are ours but for words that were quoted.</summary>
    public ShellText Line(string command = "")
    {
        _text.Append(command).Append('\n');
        return this;
    }

    /// <summary>A comment, on as many lines as it needs.</summary>
    public ShellText Comment(string comment)
    {
        var line = new StringBuilder("#");
        foreach (string word in LogEscape.Line(comment).Split(' '))
        {
            if (line.Length > 1 && line.Length + 1 + word.Length > CommentWidth)
            {
                _text.Append(line).Append('\n');
                line.Clear().Append('#');
            }

            line.Append(' ').Append(word);
        }

        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>The text of another one.</summary>
    public ShellText Append(ShellText other)
    {
        _text.Append(other._text);
        return this;
    }

    /// <summary>Whether a line of it is this one.</summary>
    public bool HasLine(string line) => _text.ToString().Split('\n').Contains(line);

    /// <summary>The script.</summary>
    public override string ToString() => _text.ToString();
}
