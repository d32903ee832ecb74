using System.Text;

namespace OciSharp.Cli.Output;

/// <summary>Rows in columns that are wide enough: at least 12 characters, and 3 between them, the same as runc's.</summary>
/// <param name="header">The first row.</param>
internal sealed class TextTable(params string[] header)
{
    private const int MinWidth = 12;
    private const int Gap = 3;

    private readonly List<string[]> _rows = [header];

    /// <summary>Adds a row of as many cells as the header has.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The table, one line per row.</summary>
    public override string ToString()
    {
        int[] widths = new int[header.Length - 1];
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], Math.Max(MinWidth, row[i].Length + Gap));
        }

        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < widths.Length; i++)
                text.Append(row[i].PadRight(widths[i]));
            text.Append(row[^1]).Append('\n');
        }
        return text.ToString();
    }
}
