namespace OciSharp.Tutorial;

/// <summary>The tutorial is the same in all languages, and all of it is run. These need no root.</summary>
public sealed class Languages
{
    private const string Original = "en";

    public static IReadOnlyList<string> All { get; } = [Original, "ja"];

    [TestCaseSource(nameof(All))]
    public void Blocks_are_those_of_the_original(string language)
    {
        var originals = Chapter.Of(Original);
        var chapters = Chapter.Of(language);
        Assert.That(chapters.Select(c => c.Name), Is.EqualTo(originals.Select(c => c.Name)));
        Assert.Multiple(() =>
        {
            foreach (var (original, chapter) in originals.Zip(chapters))
            {
                Assert.That(string.Join('\n', chapter.Blocks), Is.EqualTo(string.Join('\n', original.Blocks)), $"{chapter}");
            }
        });
    }

    [TestCaseSource(nameof(All))]
    public void All_is_run_but_the_build(string language)
    {
        var chapters = Chapter.Of(language);
        Assert.That(chapters, Is.Not.Empty);
        var notRun = chapters.SelectMany(c => c.Blocks).Where(b => !b.IsRun).ToList();
        Assert.That(notRun, Has.Count.EqualTo(1));
        Assert.That(notRun[0].Lines, Does.Contain("make build"));
        var run = chapters.SelectMany(c => c.Steps).SelectMany(s => new[] { s.Typed, s.Shown }).OfType<Block>();
        Assert.That(run.Count() + notRun.Count, Is.EqualTo(chapters.Sum(c => c.Blocks.Count)), "a text block follows the commands that print it");
        Assert.That(run.Select(b => b.Language).Distinct(), Is.SubsetOf((string[])["sh", "text", "console"]));
    }

    [TestCaseSource(nameof(All))]
    public void Each_chapter_asks_explain(string language) => Assert.Multiple(() =>
    {
        foreach (var chapter in Chapter.Of(language))
        {
            Assert.That(chapter.Blocks.SelectMany(b => b.Lines), Has.Some.Contains("ocisharp explain"), $"{chapter}");
        }
    });

    [TestCaseSource(nameof(All))]
    public void Each_chapter_is_in_the_index(string language)
    {
        var index = File.ReadAllText(Chapter.Root + "/README.md");
        Assert.Multiple(() =>
        {
            foreach (var chapter in Chapter.Of(language)) Assert.That(index, Does.Contain($"({chapter})"));
        });
    }

    [TestCaseSource(nameof(All))]
    public void Links_lead_somewhere(string language) => Assert.Multiple(() =>
    {
        foreach (var chapter in Chapter.Of(language))
        {
            foreach (var target in chapter.Text.Split("](").Skip(1).Select(rest => rest[..rest.IndexOf(')')].Split('#')[0]))
            {
                if (!target.StartsWith("https://", StringComparison.Ordinal)) Assert.That($"{Chapter.Root}/{language}/{target}", Does.Exist, $"{chapter}");
            }
        }
    });
}
