using System.Diagnostics;
using OciSharp.Cli.CommandLine;
using OciSharp.Cli.CommandLine.Generators;

namespace OciSharp.Cli.Tests;

/// <summary>Completion, in a real bash; for the other shells, that they understand the script, and that everything is in it.</summary>
public class CompletionTests
{
    private string _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("ocisharp-test-").FullName;
        File.WriteAllText($"{_directory}/completion.bash", BashCompletion.Of(new GlobalFlags()));
        // Stands for the program that is being typed.
        File.WriteAllText($"{_directory}/ocisharp", "#!/bin/sh\necho \"$*\" >>\"${0%/*}/asked\"\nprintf 'web-1\\nweb-2\\ndb\\n'\n");
        File.SetUnixFileMode($"{_directory}/ocisharp", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.CreateDirectory($"{_directory}/bundle one");
        File.WriteAllText($"{_directory}/config.json", "");
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestCase("st", "start state")]
    [TestCase("", null)]
    [TestCase("--log-f", "--log-format=")]
    [TestCase("--log-format = js", "json")]
    [TestCase("--log-format js", "json")]
    [TestCase("--debug --root /x --log-level e", "error")]
    [TestCase("--debug ru", "run")]
    [TestCase("run --no-p", "--no-pivot")]
    [TestCase("run --bundle con", "")]
    [TestCase("run --bundle b", "bundle one")]
    [TestCase("run --bundle = b", "bundle one")]
    [TestCase("run -f con", "config.json")]
    [TestCase("run -f = con", "config.json")]
    [TestCase("run ", "")]
    [TestCase("explain --format ", "text json sh html")]
    [TestCase("explain --for ex", "exec")]
    [TestCase("delete ", "web-1 web-2 db")]
    [TestCase("delete w", "web-1 web-2")]
    [TestCase("delete --force w", "web-1 web-2")]
    [TestCase("delete web-1 ", "")]
    [TestCase("delete web-1 --fo", "--force")]
    [TestCase("kill web-1 K", "KILL")]
    [TestCase("kill -a web-1 T", "TERM")]
    [TestCase("exec --cwd /tmp d", "db")]
    [TestCase("exec db --c", "")]
    [TestCase("exec -- d", "db")]
    [TestCase("help fea", "features")]
    [TestCase("man up", "update")]
    [TestCase("completion ", "bash zsh fish")]
    [TestCase("doctor --format=", "text json")]
    [TestCase("nonsense --x", "")]
    [TestCase("nonsense ", "")]
    public void Bash_completes(string line, string? expected)
    {
        string[] words = line.Split(' ');
        Assert.That(Bash(words), Is.EqualTo(expected is null ? CommandTable.Names : expected == "bundle one" ? [expected] : expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [TestCase("--root /run/x delete d", "--root /run/x list --quiet")]
    [TestCase("--root = /run/x state ", "--root /run/x list --quiet")]
    [TestCase("-root /run/x --debug exec d", "--root /run/x list --quiet")]
    [TestCase("start ", "list --quiet")]
    public void Ids_are_those_below_the_root_of_the_line(string line, string asked)
    {
        Assert.That(Bash(line.Split(' ')), Does.Contain("db"));
        Assert.That(File.ReadAllText($"{_directory}/asked").Trim(), Is.EqualTo(asked));
    }

    [Test]
    public void Bash_knows_every_command_and_flag([ValueSource(nameof(Names))] string name)
    {
        Assert.That(Bash(name[..^1]), Does.Contain(name));
        string[] flags = [.. CommandTable.Find(name)!.Flags.Where(flag => !flag.Hidden).Select(flag => $"--{flag.Name}{(flag.TakesValue ? "=" : "")}"), "--help"];
        Assert.That(Bash(name, "--"), Is.EquivalentTo(flags));
    }

    [Test]
    public void Zsh_and_fish_know_every_command_and_flag([Values("zsh", "fish")] string shell)
    {
        string script = shell == "zsh" ? ZshCompletion.Of(new GlobalFlags()) : FishCompletion.Of(new GlobalFlags());
        Assert.Multiple(() =>
        {
            foreach (Flag flag in new GlobalFlags().All)
                Assert.That(script, Does.Match(shell == "zsh" ? $@"--{flag.Name}=?\[" : $@" -l {flag.Name} "), flag.Name);
            foreach (string name in CommandTable.Names)
            {
                string part = shell == "zsh" ? script[script.IndexOf($"\n    {name})\n", StringComparison.Ordinal)..] : script;
                part = shell == "zsh" ? part[..part.IndexOf(";;", StringComparison.Ordinal)] : part;
                Assert.That(script, Does.Contain(shell == "zsh" ? $"'{name}:" : $" -a {name} -d "));
                foreach (Flag flag in CommandTable.Find(name)!.Flags.Where(flag => !flag.Hidden))
                    Assert.That(part, Does.Match(shell == "zsh" ? $@"--{flag.Name}=?\[" : $@"'__ocisharp_at {name}' -l {flag.Name} "), $"{name} --{flag.Name}");
            }
        });
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    public void The_shell_understands_the_script(string shell)
    {
        string? path = Array.Find([$"/usr/bin/{shell}", $"/bin/{shell}"], File.Exists);
        if (path is null)
            Assert.Ignore($"{shell} is not installed");
        string script = Tool.Run("completion", shell).Output;
        File.WriteAllText($"{_directory}/script", script);
        using Process check = Process.Start(new ProcessStartInfo(path!, ["-n", $"{_directory}/script"]) { RedirectStandardError = true })!;
        string error = check.StandardError.ReadToEnd();
        check.WaitForExit();
        Assert.That((check.ExitCode, error), Is.EqualTo((0, "")));
        Assert.That(script, Has.Length.GreaterThan(5000));
    }

    [Test]
    public void There_is_none_for_other_shells()
    {
        (int exitCode, _, string error) = Tool.Run("completion", "tcsh");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.Contain("there is no completion for \\\"tcsh\\\""));
    }

    /// <summary>What is offered when the last of the words is to be completed; bash has split them at "=" already.</summary>
    private string[] Bash(params string[] words)
    {
        string quoted = string.Concat(words.Select(word => $" '{word}'"));
        string script = $$"""
            . "$1/completion.bash"
            cd "$1"
            COMP_WORDS=("$1/ocisharp"{{quoted}})
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            complete -p ocisharp >/dev/null || exit
            _ocisharp
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using Process bash = Process.Start(new ProcessStartInfo("/bin/bash", ["--norc", "-c", script, "bash", _directory]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = bash.StandardError.ReadToEndAsync();
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        Assert.That(error.Result, Is.Empty);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] Names() => CommandTable.Names;
}
