namespace OciSharp.Tutorial;

/// <summary>
/// A fenced block of a chapter: <c>sh</c>, <c>text</c> or <c>console</c>. Lines of the file are counted from 1. It is run unless
/// a comment before it says that it is not.
/// </summary>
public sealed record Block(string Language, int Line, IReadOnlyList<string> Lines, bool IsRun)
{
    public override string ToString() => $"{Language}\n{string.Join('\n', Lines)}\n";
}

/// <summary>What a reader does next: a block of commands, and what it shows; or a <c>console</c> block, which has both.</summary>
public sealed record Step(Block Typed, Block? Shown);

/// <summary>
/// A chapter of docs/tutorial. Its <c>sh</c> blocks are commands; the <c>text</c> block that follows one is what they print, and they print
/// nothing where there is none. A <c>console</c> block is what a terminal shows, with the prompts and what is typed behind them.
/// </summary>
public sealed class Chapter
{
    private const string Fence = "```", NotRun = "<!-- not run -->";
    private static readonly string[] s_prompts = ["/ # ", "# "];

    private Chapter(string language, string name, string text)
    {
        Language = language;
        Name = name;
        Text = text;
        Blocks = [.. Parse(text.Split('\n'))];
    }

    /// <summary>The tutorial's directory in the repository.</summary>
    public static string Root { get; } = RuntimeUnderTest.Repository() + "/docs/tutorial";

    /// <summary><c>en</c> or <c>ja</c>.</summary>
    public string Language { get; }

    /// <summary>The name of the file, the same in each language.</summary>
    public string Name { get; }

    public string Text { get; }

    public IReadOnlyList<Block> Blocks { get; }

    public IEnumerable<Step> Steps
    {
        get
        {
            for (var i = 0; i < Blocks.Count; i++)
            {
                var shown = i + 1 < Blocks.Count && Blocks[i + 1].Language == "text" ? Blocks[i + 1] : null;
                if (Blocks[i].Language != "text" && Blocks[i].IsRun) yield return new Step(Blocks[i], shown);
            }
        }
    }

    /// <summary>The chapters of a language, in their order.</summary>
    public static IReadOnlyList<Chapter> Of(string language) =>
        [.. Directory.GetFiles($"{Root}/{language}", "*.md").Order(StringComparer.Ordinal).Select(path => new Chapter(language, Path.GetFileName(path), File.ReadAllText(path)))];

    /// <summary>The prompt that a line of a <c>console</c> block begins with, or null for what a program has shown.</summary>
    public static string? PromptOf(string line) => s_prompts.FirstOrDefault(line.StartsWith);

    public override string ToString() => $"{Language}/{Name}";

    private static IEnumerable<Block> Parse(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal)) continue;
            var end = Array.IndexOf(lines, Fence, i + 1);
            if (end < 0) throw new FormatException($"line {i + 1}: the block has no end");
            yield return new Block(lines[i][Fence.Length..], i + 2, lines[(i + 1)..end], i == 0 || lines[i - 1] != NotRun);
            i = end;
        }
    }
}
