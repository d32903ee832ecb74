using System.Runtime.CompilerServices;
using System.Text;

namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>Writes the language of man(7). Text that is given to it is plain; what <see cref="Raw"/> and titles get is not.</summary>
internal sealed class Roff
{
    private const int Width = 79;

    private readonly StringBuilder _text = new();

    /// <summary>Plain text as text of roff: dashes that can be copied, and nothing that is a request.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => result.Append("\\e"),
                '-' => result.Append("\\-"),
                '\'' => result.Append("\\(aq"),
                '`' => result.Append("\\(ga"),
                '^' => result.Append("\\(ha"),
                '~' => result.Append("\\(ti"),
                '…' => result.Append("..."),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    /// <summary>Roff as it stands.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Roff Raw(string roff)
    {
        _text.Append(roff);
        return this;
    }

    /// <summary>Begins a section.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Roff Section(string title)
    {
        _text.Append(".SH ").Append(title).Append('\n');
        return this;
    }

    /// <summary>Lines of text; an empty one is between paragraphs.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Roff Paragraphs(string text)
    {
        foreach (string line in text.Split('\n'))
            Filled(line.Trim());
        return this;
    }

    /// <summary>What something is called, as roff, and what it is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Roff Item(string title, string text)
    {
        _text.Append(".TP\n").Append(title).Append('\n');
        Filled(text);
        return this;
    }

    /// <summary>Lines as they stand.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Roff Code(string lines)
    {
        _text.Append(".nf\n");
        foreach (string line in lines.Split('\n'))
            Line(Escape(line));
        _text.Append(".fi\n");
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>A line of text, in lines that are not too long for editors; an empty one ends a paragraph.</summary>
    private void Filled(string line)
    {
        if (line.Length == 0)
        {
            _text.Append(".PP\n");
            return;
        }

        ReadOnlySpan<char> rest = Escape(line);
        while (rest.Length > Width && rest[..Width].LastIndexOf(' ') is > 0 and int space)
        {
            Line(rest[..space]);
            rest = rest[(space + 1)..];
        }

        Line(rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Line(ReadOnlySpan<char> escaped)
    {
        if (escaped.StartsWith("."))
            _text.Append("\\&");
        _text.Append(escaped).Append('\n');
    }
}
