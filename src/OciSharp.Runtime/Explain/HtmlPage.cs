using System.Text;
using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Explain;

/// <summary>Writes HTML. Every text that is not ours is escaped: a configuration may be made by an enemy.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _html = new(65536);

    /// <summary>Markup of ours, as it is.</summary>
    public HtmlPage Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>A text.</summary>
    public HtmlPage Text(string text)
    {
        Escape(_html, text);
        return this;
    }

    /// <summary>An element with a text.</summary>
    /// <param name="element">Its name, and after a space its attributes, which are ours.</param>
    /// <param name="text">The text.</param>
    public HtmlPage Element(string element, string text)
    {
        int space = element.IndexOf(' ');
        return Raw($"<{element}>").Text(text).Raw($"</{(space < 0 ? element : element[..space])}>");
    }

    /// <summary>The page.</summary>
    public override string ToString() => _html.ToString();

    /// <summary>Escapes for text and for attributes in quotes; characters that show nothing, or turn the direction of text, are made visible.</summary>
    private static void Escape(StringBuilder to, string text)
    {
        foreach (char c in LogEscape.Line(text))
        {
            switch (c)
            {
                case '<': to.Append("&lt;"); break;
                case '>': to.Append("&gt;"); break;
                case '&': to.Append("&amp;"); break;
                case '"': to.Append("&quot;"); break;
                case '\'': to.Append("&#39;"); break;
                default: to.Append(c); break;
            }
        }
    }
}
