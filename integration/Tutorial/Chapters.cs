namespace OciSharp.Tutorial;

/// <summary>A reader works through each chapter of docs/tutorial, in each language, and sees what it shows.</summary>
public sealed class Chapters : ContainerFixture
{
    /// <summary>What no chapter may leave behind: containers, files, network devices and namespaces, processes.</summary>
    private static readonly string[] s_remains =
    [
        "cd / && ocisharp list --quiet && ls -A /tmp",
        "ip -o link show | grep -v ' lo: ' || :",
        "ip netns list",
        "pgrep --list-full --parent $$ || :",
    ];

    private static IEnumerable<TestCaseData> All => Languages.All.SelectMany(Chapter.Of).Select(chapter => new TestCaseData(chapter).SetName(chapter.ToString()));

    [TestCaseSource(nameof(All))]
    public void Shows_what_is_seen(Chapter chapter)
    {
        Require.Command("explain");
        Require.Program("/usr/bin/jq");
        using var world = new World(Scratch);
        foreach (var (typed, shown) in chapter.Steps)
        {
            world.Place = PlaceOf(chapter, typed.Line);
            if (typed.Language == "console") Compare(chapter, typed, world.Type(typed.Lines));
            else Compare(chapter, shown ?? typed with { Lines = [] }, world.Read(typed.Lines));
        }

        world.Place = $"docs/tutorial/{chapter}, behind its end";
        Assert.That(world.Read(s_remains), Is.Empty, "the chapter does not clean up");
        world.Exit();
    }

    private static string PlaceOf(Chapter chapter, int line) => $"docs/tutorial/{chapter}:{line}";

    private static void Compare(Chapter chapter, Block wanted, string[] seen)
    {
        if (Shown.FirstDifference(wanted.Lines, seen) is not { } difference) return;
        Assert.Fail($"{PlaceOf(chapter, wanted.Line + difference)}: what is seen differs from here on\n"
            + $"wanted:\n{string.Join('\n', wanted.Lines)}\nseen:\n{string.Join('\n', seen)}");
    }
}
