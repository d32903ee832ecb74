using System.Text.RegularExpressions;

namespace OciSharp.Integration;

/// <summary>
/// Completion as <c>make install</c> puts it in place, in the shells themselves: each line is typed into one, which has loaded the script by
/// its own means, split the line by its own rules, and asked the executable for the ids of real containers.
/// </summary>
public sealed partial class Completion : ContainerFixture
{
    private string _share = "", _bin = "", _home = "", _files = "", _one = "", _two = "";

    [OneTimeSetUp]
    public void NeedsIt()
    {
        if (Suite.Obstacle is null) Require.Command("completion");
    }

    [SetUp]
    public void Install()
    {
        (_share, _bin, _home, _files) = (Scratch.NewDirectory("share"), Scratch.NewDirectory("bin"), Scratch.NewDirectory("home"), Scratch.NewDirectory("files"));
        new Command(Scratch, [$"{RuntimeUnderTest.Repository()}/scripts/install-docs", RuntimeUnderTest.Path, _share]).Execute().Succeeded();
        File.CreateSymbolicLink($"{_bin}/ocisharp", RuntimeUnderTest.Path);
        File.WriteAllText($"{_files}/config.json", "");
        foreach (var name in (string[])["bundle", "other"]) Directory.CreateDirectory($"{_files}/{name}");
        (_one, _two) = (Create(NewBundle()).Id, Create(NewBundle()).Id);
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    public void A_shell_offers_what_may_follow(string shell)
    {
        Require.Program($"/usr/bin/{shell}");
        var ids = $"{_one} {_two}";
        (string Line, string Offered)[] lines =
        [
            ("st", "start state"),
            ("--debug ru", "run"),
            ("--log-f", "--log-format"),
            ("--log-format ", "text json"),
            ("--root /x --log-level=e", "error"),
            ("run --no-p", "--no-pivot"),
            ("run --detach --no-p", "--no-pivot"),
            ("explain --format ", "text json sh html"),
            ("explain --for=ex", "exec"),
            ("list -f t", "table"),
            ($"run --pid-file {_files}/con", "config.json"),
            ($"run -f {_files}/con", "config.json"),
            ($"run --bundle {_files}/", "bundle other"),
            ($"run --bundle={_files}/b", "bundle"),
            ($"--root {Scratch.StateRoot} delete ", ids),
            ($"--root={Scratch.StateRoot} state {Scratch.Marker}", ids),
            ($"-root {Scratch.StateRoot} delete -force ", ids),
            ($"--root {Scratch.StateRoot} kill --all {_one} TER", "TERM"),
            ($"--root {Scratch.StateRoot} exec --cwd /tmp ", ids),
            ($"--root {Scratch.StateRoot} exec -- ", ids),
            ($"--root {Scratch.StateRoot} exec {_one} --c", ""),
            ("--root /is/not/there delete ", ""),
            ("help fea", "features"),
            ("man upd", "update"),
            ("completion ", "bash zsh fish"),
            ("nonsense --x", ""),
        ];
        string[] typed = [.. lines.Select(line => "ocisharp " + line.Line)];
        var offered = shell switch { "bash" => Bash(typed), "zsh" => Zsh(typed), _ => Fish(typed) };
        Assert.Multiple(() =>
        {
            foreach (var (index, line) in lines.Index())
                Assert.That(offered[index].Select(LastPart).Order(), Is.EqualTo(line.Offered.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order()), line.Line);
        });
    }

    /// <summary>Shells differ in how much of the word they show: all of it, or what is behind the last = or /; and in what they put behind it.</summary>
    private static string LastPart(string word)
    {
        word = word.TrimEnd('/', '=');
        return word[(Math.Max(word.LastIndexOf('='), word.LastIndexOf('/')) + 1)..];
    }

    /// <summary>Alt-* puts all that is offered into the line, which is then made the arguments of another command.</summary>
    private List<string[]> Bash(string[] lines)
    {
        var result = new List<string[]>();
        using var terminal = new Pty(columns: 4000);
        using var shell = Shell("/usr/bin/bash", "--norc", "--noprofile", "-i").On(terminal).Start();
        terminal.Type($"bind 'set bell-style none'; . {_share}/bash-completion/completions/ocisharp; echo LOAD''ED\n");
        terminal.Until("LOADED");
        foreach (var (index, line) in lines.Index())
        {
            const string EndOfLine = "\x05", StartOfLine = "\x01", InsertCompletions = "\x1b*";
            terminal.Type($"{line}{InsertCompletions}{EndOfLine}; echo EN''D{index}.{StartOfLine}printf '<%s>' \n");
            terminal.Until($"END{index}.");
            var shown = Regex.Match(terminal.Text, $@"\n(<.*>)END{index}\.").Groups[1].Value;
            string[] words = [.. Arguments().Matches(shown).Select(match => match.Groups[1].Value)];
            var before = line.Count(c => c == ' ');
            var unchanged = words.Length <= before || words[before] == line[(line.LastIndexOf(' ') + 1)..];
            result.Add(unchanged ? [] : words[before..]);
        }

        terminal.Type("exit\n");
        shell.Finish();
        return result;
    }

    /// <summary>A zsh in a terminal of its own, where what is added to the list of matches is written down.</summary>
    private List<string[]> Zsh(string[] lines)
    {
        var inner = Scratch.NewFile("inner.zsh", """
            PROMPT=
            fpath=($SHARE/zsh/site-functions $fpath)
            autoload -Uz compinit
            compinit -u -D
            compadd() {
                # With these it only fills arrays.
                if [[ "${(j: :)@[1,(i)(-|--)]}" != *-[OAD]* ]]; then
                    local -a offered
                    builtin compadd -O offered "$@"
                    print -rl -- $offered >>$OFFERED
                fi
                builtin compadd "$@"
            }
            offer() { zle complete-word; print -n COMPLETED }
            zle -N offer
            bindkey '^I' offer
            """);
        var outer = Scratch.NewFile("outer.zsh", """
            zmodload zsh/zpty
            await() { local text; zpty -r shell text "*$1*" }
            zpty shell zsh -f -i
            zpty -w shell "source $INNER; print LOAD''ED"
            await LOADED
            for line in "$@"; do
                : >$OFFERED
                zpty -w -n shell "$line"$'\t'
                await COMPLETED
                print -r -- "== $line"
                sort -u $OFFERED
                zpty -w -n shell $'\C-u'
            done
            zpty -d shell
            """);
        return Answers(Shell(["/usr/bin/zsh", "-f", outer, .. lines]).Environment("INNER", inner).Environment("OFFERED", Scratch.NewFile("offered")).Environment("SHARE", _share));
    }

    private List<string[]> Fish(string[] lines)
    {
        var script = Scratch.NewFile("script.fish", """
            for line in $argv
                printf '== %s\n' $line
                complete -C $line
            end
            """);
        return Answers(Shell(["/usr/bin/fish", "--private", script, .. lines]).Environment("XDG_DATA_DIRS", $"{_share}:/usr/share").Environment("XDG_CONFIG_HOME", _home).Environment("XDG_DATA_HOME", _home));
    }

    /// <summary>What was printed below each line that begins with ==; descriptions are behind a tab.</summary>
    private static List<string[]> Answers(Command command)
    {
        var result = command.Execute().Succeeded();
        Assert.That(result.Error, Is.Empty);
        var sections = ("\n" + result.Output).Split("\n== ", StringSplitOptions.RemoveEmptyEntries);
        return [.. sections.Select(section => section.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => line.Split('\t')[0]).ToArray())];
    }

    private Command Shell(params string[] command) =>
        new Command(Scratch, command).Environment("PATH", $"{_bin}:/usr/bin:/bin").Environment("HOME", _home).Environment("TERM", "dumb").Environment("INPUTRC", "/dev/null").Environment("HISTFILE", "/dev/null").Directory(_home);

    [GeneratedRegex("<([^>]*)>")]
    private static partial Regex Arguments();
}
