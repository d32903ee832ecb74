using System.Diagnostics;
using OciSharp.Cli.CommandLine;
using OciSharp.Cli.CommandLine.Generators;

namespace OciSharp.Cli.Tests;

/// <summary>The pages of the manual come from the definitions, and man(1) has nothing to say against them.</summary>
public class ManualTests
{
    private const string Version = "1.2.3";

    [Test]
    public void The_page_of_the_program() => Snapshot.Check("man/ocisharp.8", ManPage.OfProgram(new GlobalFlags(), Version));

    [TestCase("run")]
    [TestCase("exec")]
    [TestCase("doctor")]
    public void The_page_of_a_command(string name) => Snapshot.Check($"man/ocisharp-{name}.8", ManPage.OfCommand(CommandTable.Find(name)!, Version));

    [TestCaseSource(nameof(Names))]
    public void A_page_has_all_that_the_help_has(string name)
    {
        Command command = CommandTable.Find(name)!;
        string page = ManPage.OfCommand(command, Version);
        Assert.That(page, Does.Contain($"ocisharp\\-{name} \\- {Roff.Escape(command.Summary)}\n"));
        foreach (Flag flag in command.Flags)
            Assert.That(page.Contains($"\\-\\-{Roff.Escape(flag.Name)}\\fR"), Is.EqualTo(!flag.Hidden), flag.Name);
        foreach (string section in (string[])["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"])
            Assert.That(page, Does.Contain($"\n.SH {section}\n"));
        Assert.That(page, Does.Contain(Roff.Escape(command.Arguments)));
        Assert.That(page.All(char.IsAscii), "every reader of pages shows it");
    }

    [Test]
    public void The_page_of_the_program_has_every_command_and_global_flag()
    {
        string page = ManPage.OfProgram(new GlobalFlags(), Version);
        foreach (string name in CommandTable.Names)
            Assert.That(page, Does.Contain($"\\fBocisharp\\-{name}\\fR(8)\n"));
        foreach (Flag flag in new GlobalFlags().All)
            Assert.That(page, Does.Contain($"\\-\\-{Roff.Escape(flag.Name)}\\fR"));
    }

    [Test]
    public void What_roff_would_take_for_something_else_is_escaped()
    {
        string page = new Roff().Code(".hidden 'quoted' a\\b ~^`\n'x\n-f").ToString();
        Assert.That(page, Is.EqualTo(".nf\n\\&.hidden \\(aqquoted\\(aq a\\eb \\(ti\\(ha\\(ga\n\\(aqx\n\\-f\n.fi\n"));
    }

    [Test]
    public void Man_shows_every_page_without_a_warning() => EachPage("/usr/bin/man", (path, name) =>
    {
        (string output, string error) = Run("/usr/bin/man", "--warnings", "--encoding=UTF-8", "--local-file", path);
        Assert.That(error, Is.Empty, name);
        Assert.That(output, Does.Contain($"OCISHARP{(name is null ? "" : $"-{name.ToUpperInvariant()}")}(8)"));
        Assert.That(output, Does.Contain("SEE ALSO"));
    });

    /// <summary>The reader of pages that Alpine and the BSDs have.</summary>
    [Test]
    public void Mandoc_has_nothing_against_any_page() =>
        EachPage("/usr/bin/mandoc", (path, name) => Assert.That(Run("/usr/bin/mandoc", "-T", "lint", "-W", "warning", path), Is.EqualTo(("", "")), name));

    [Test]
    public void The_command_prints_them()
    {
        Assert.That(Tool.Run("man", "run").Output, Does.StartWith(".\\\"").And.Contain(".TH OCISHARP\\-RUN 8"));
        Assert.That(Tool.Run("man").Output, Does.Contain(".TH OCISHARP 8"));
        Assert.That(Tool.Run("man", "--list").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(CommandTable.Names));
        Assert.That(Tool.Run("man", "nonsense").ExitCode, Is.EqualTo(1));
    }

    /// <summary>Does this with each page in a file, where the program is installed.</summary>
    private static void EachPage(string program, Action<string, string?> check)
    {
        if (!File.Exists(program))
            Assert.Ignore($"{program} is not installed");
        string directory = Directory.CreateTempSubdirectory("ocisharp-test-").FullName;
        try
        {
            foreach (string? name in (string?[])[null, .. Names()])
            {
                string path = $"{directory}/page.8";
                File.WriteAllText(path, name is null ? ManPage.OfProgram(new GlobalFlags(), Version) : ManPage.OfCommand(CommandTable.Find(name)!, Version));
                check(path, name);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static (string Output, string Error) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["MANWIDTH"], start.Environment["LC_ALL"], start.Environment["MANPAGER"]) = ("100", "C.UTF-8", "cat");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, error.Result);
    }

    private static string[] Names() => CommandTable.Names;
}
