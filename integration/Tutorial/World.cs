using System.Text.RegularExpressions;

namespace OciSharp.Tutorial;

/// <summary>A reader at a terminal: a root's interactive shell, in a world of its own that <c>integration/Tutorial/world</c> makes.</summary>
internal sealed partial class World : IDisposable
{
    private const string Prompt = "# ", Exchange = "/run/tutorial";
    private const int Seconds = 60;

    private readonly string _directory;
    private readonly Pty _terminal;
    private readonly RunningCommand _shell;
    private int _count;

    public World(Scratch scratch)
    {
        _directory = scratch.NewDirectory("blocks");
        // Wide enough that the shell need not scroll what is typed here.
        _terminal = new Pty(columns: 200);
        var program = RuntimeUnderTest.Repository() + "/integration/Tutorial/world";
        _shell = new Command(scratch, [program, RuntimeUnderTest.Path, _terminal.Path, _directory]).Start();
        Until(() => Screen == Prompt);
    }

    /// <summary>What is read or typed now, for whoever wonders why there is no end to it.</summary>
    public string Place { get; set; } = "the world is made";

    /// <summary>What the terminal has shown, without the sequences that move its cursor.</summary>
    private string Screen => EscapeSequence().Replace(_terminal.Text, "");

    /// <summary>
    /// Has the shell read a block of commands, and takes what they print. A command that fails is told of, unless the block expects it to: in a
    /// condition, or before <c>||</c>.
    /// </summary>
    /// <returns>The lines of stdout and stderr.</returns>
    public string[] Read(IEnumerable<string> commands)
    {
        var name = $"{++_count}";
        var ended = $"{_directory}/{name}.ended";
        string[] lines = ["trap 'echo \"exit code $?: $BASH_COMMAND\"' ERR", .. commands, "trap - ERR"];
        File.WriteAllText($"{_directory}/{name}", string.Join('\n', lines) + "\n");
        Enter($". {Exchange}/{name} </dev/null >{Exchange}/{name}.out 2>&1; : >{Exchange}/{name}.ended", Prompt);
        Until(() => File.Exists(ended));
        return Lines(File.ReadAllText($"{_directory}/{name}.out"));
    }

    /// <summary>Types what stands behind the prompts of these lines, each when its prompt is there.</summary>
    /// <returns>The lines that the terminal shows, with prompts and all.</returns>
    public string[] Type(IReadOnlyList<string> lines)
    {
        var begin = Screen.Length - Prompt.Length;
        var typed = lines.Where(line => Chapter.PromptOf(line) is not null).ToList();
        for (var i = 0; i < typed.Count; i++)
        {
            Enter(typed[i][Chapter.PromptOf(typed[i])!.Length..], i + 1 < typed.Count ? Chapter.PromptOf(typed[i + 1])! : Prompt);
        }

        return Lines(Screen[begin..^Prompt.Length]);
    }

    /// <summary>Ends the shell as a reader does.</summary>
    public void Exit()
    {
        _terminal.Type("exit\n");
        _shell.Finish();
    }

    /// <summary>Ends whatever is left in the world, and the world.</summary>
    public void Dispose()
    {
        if (!_shell.HasExited)
        {
            _shell.Signal(15);
            Wait.TryUntil(() => _shell.HasExited, Seconds);
        }

        _shell.Dispose();
        _terminal.Dispose();
    }

    private void Enter(string line, string nextPrompt)
    {
        var shown = Screen.Length + line.Length;
        _terminal.Type(line + "\n");
        Until(() => Screen is var screen && screen.Length > shown && screen.EndsWith("\n" + nextPrompt, StringComparison.Ordinal));
    }

    private void Until(Func<bool> condition)
    {
        Wait.TryUntil(() => condition() || _shell.HasExited, Seconds);
        if (!condition()) Assert.Fail($"{Place}: the shell has ended, or not prompted within {Seconds} s; its terminal shows:\n{Screen}\n{_shell.Error}");
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    [GeneratedRegex("\e\\[[0-9;?]*[A-Za-z]|\r")]
    private static partial Regex EscapeSequence();
}
